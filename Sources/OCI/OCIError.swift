package import SystemPackage

/// Why an image, a layer, an archive or a blob could not be read or written.
package struct OCIError: Error, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// A blob or a file that is named is not there.
    case notFound
    /// The bytes are not what their format demands: a truncated archive, JSON that is none, a count that does not fit.
    case corrupt
    /// The bytes are whole but are not those that were promised.
    case digestMismatch
    /// Well-formed, but of a kind that is not handled: an outer compression, two images in one archive.
    case unsupported
    /// A name in an archive that leads out of the directory it belongs in.
    case unsafePath
    case noSpace
    case permission
    case inputOutput
  }

  package let code: Code
  /// A sentence that names the file, blob or member.
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// A system call's failure; `action` reads as in "cannot ACTION".
  package init(_ errno: Errno, _ action: String) {
    let code: Code =
      switch errno {
      case .noSuchFileOrDirectory: .notFound
      case .noSpace, .diskQuotaExceeded: .noSpace
      case .permissionDenied, .notPermitted: .permission
      default: .inputOutput
      }
    self.init(code, "cannot \(action): \(errno)", cause: errno)
  }

  package var description: String { message }
}
