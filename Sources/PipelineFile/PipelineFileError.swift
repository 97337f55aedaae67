package import SystemPackage

/// Why a file could not be read at all, as opposed to what is wrong in it.
package struct PipelineFileError: Error, CustomStringConvertible {
  package enum Code: String, Sendable {
    case notFound
    case permission
    /// A directory, a socket: nothing that has text.
    case notAFile
    case inputOutput
  }

  package let code: Code
  /// A sentence that names the file.
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// A system call's failure on `file`.
  package init(_ errno: Errno, reading file: String) {
    let code: Code =
      switch errno {
      case .noSuchFileOrDirectory, .notDirectory: .notFound
      case .permissionDenied, .notPermitted: .permission
      case .isDirectory: .notAFile
      default: .inputOutput
      }
    self.init(code, "cannot read \(file): \(errno)", cause: errno)
  }

  package var description: String { message }
}
