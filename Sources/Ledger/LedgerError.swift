import GRDB
import SystemPackage

/// Why the ledger could not be opened, read or written.
package struct LedgerError: Error, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// There is no ledger in this place, and the command doesn't make one.
    case noLedger
    /// The file is a database of another program, or no database at all.
    case notALedger
    /// Written by a later version of Slipway than this one.
    case newerSchema
    /// Written by an earlier version and opened for reading only, so it can't be brought up to date.
    case olderSchema
    /// The file is damaged, or holds something that Slipway never writes.
    case corrupt
    case noSuchRun
    case noSuchImage
    /// A run or an image is named by something that fits several.
    case ambiguous
    /// A run or an image is named by something that can name none.
    case malformedSelector
    /// The ledger's own rules forbid the change: a finished attempt or run, a second run with one identifier.
    case refused
    /// Opened for reading only.
    case readOnly
    /// Another process held the ledger for longer than the time that is waited.
    case busy
    case noSpace
    case permission
    case inputOutput
  }

  package let code: Code
  /// A sentence that names the file, the run or the row.
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  package var description: String { message }
}

extension LedgerError {
  /// What a failure below the ledger means for the ledger at `path`; a `LedgerError` stays what it is.
  init(_ error: any Error, at path: FilePath) {
    switch error {
    case let error as LedgerError: self = error
    case let error as DatabaseError: self.init(error, at: path)
    default: self.init(.inputOutput, "the ledger “\(path)” failed: \(error)", cause: error)
    }
  }

  private init(_ error: DatabaseError, at path: FilePath) {
    let reason = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self.init(.notALedger, "“\(path)” is not a ledger: it is no SQLite database", cause: error)
    case .SQLITE_CORRUPT:
      self.init(.corrupt, "the ledger “\(path)” is damaged: \(reason)", cause: error)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "the ledger “\(path)” is held by another process; try again when that has ended", cause: error)
    case .SQLITE_FULL:
      self.init(.noSpace, "there is no space left for the ledger “\(path)”", cause: error)
    case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      self.init(.permission, "the ledger “\(path)” may not be written: \(reason)", cause: error)
    case .SQLITE_CANTOPEN:
      self.init(.inputOutput, "the ledger “\(path)” cannot be opened: \(reason)", cause: error)
    case .SQLITE_CONSTRAINT:
      self.init(.refused, "the ledger refuses this: \(reason)", cause: error)
    default:
      self.init(.inputOutput, "the ledger “\(path)” failed: \(reason)", cause: error)
    }
  }
}
