/// What can only go wrong when a value of a Dockerfile is put to use: a word is expanded, a mount or a pattern is read.
///
/// The value has no place of its own; whoever uses it adds the span of its instruction.
package struct DockerfileError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case badSubstitution
    case invalidDevice
    case invalidMount
    case invalidPattern
    case invalidPort
    case unsetVariable
    case unterminatedQuote
  }

  package let code: Code
  /// A sentence without a full stop that a user can act on.
  package let message: String
  /// The way out, where there is one to name.
  package let help: String?

  package init(_ code: Code, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  package var description: String {
    if let help { "\(message) (\(help))" } else { message }
  }
}
