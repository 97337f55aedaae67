import SystemPackage

/// Why the embedded registry could not do what was asked.
package struct RegistryServerError: Error, CustomStringConvertible {
  package enum Code: String, Sendable {
    case blobUnknown
    /// An upload whose bytes or whose order do not fit the session.
    case blobUploadInvalid
    case blobUploadUnknown
    /// Not a digest, or not the digest of the bytes that came.
    case digestInvalid
    /// A manifest names a blob or a manifest that the repository lacks.
    case manifestBlobUnknown
    case manifestInvalid
    case manifestUnknown
    case nameInvalid
    case nameUnknown
    /// A length that differs from the announced one.
    case sizeInvalid
    case tagInvalid
    /// A chunk that does not start where the last one ended.
    case rangeInvalid
    case manifestTooLarge
    /// A path that the protocol does not have.
    case unsupported
    case methodNotAllowed
    /// A list was asked for by something else than a count.
    case pageInvalid
    /// The port belongs to another program.
    case addressInUse
    /// The address is not one of this machine's, or may not be listened on.
    case addressNotAvailable
    /// The disk: full, not writable, broken.
    case inputOutput
  }

  package let code: Code
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// A failed system call; `action` completes "cannot …".
  init(_ errno: Errno, _ action: String) {
    self.init(.inputOutput, "cannot \(action): \(errno)", cause: errno)
  }

  package var description: String { message }
}
