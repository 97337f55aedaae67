/// Why a key, a note or an envelope is not what it should be.
package struct AttestationError: Error, Hashable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    case malformedKey
    case malformedNote
    /// Signed by other keys only.
    case unknownKey
    /// Signed by a key that is known, but over other bytes.
    case invalidSignature
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
