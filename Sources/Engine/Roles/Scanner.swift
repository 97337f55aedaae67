package import Model
package import SystemPackage

/// Looks for vulnerabilities in an image archive.
package protocol Scanner: Sendable {
  /// Reads the whole archive once and reports what it found in those very bytes.
  ///
  /// A report with no findings means that everything named in it was looked at; what could not be looked at is a remark.
  /// - Throws: ``ScanError``.
  func scan(archive: FilePath, output: OutputSink) async throws -> ScanReport
}

/// Why an archive could not be scanned.
package struct ScanError: Error {
  package enum Code: String, Sendable {
    /// Not there, or not an image archive.
    case unreadableArchive
    /// The external scanner failed or wrote what nobody understands.
    case scannerFailed
    /// The archive was changed while it was read.
    case changedWhileReading
    /// The scanner's own data is missing or damaged.
    case dataUnusable
  }

  package let code: Code
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}
