import Glibc
import Synchronization

/// A person at a terminal who can be asked something.
struct Conversation: Sendable {
  let say: @Sendable ([StyledLine]) -> Void
  /// Writes without ending the line, so that the answer stands behind it.
  let ask: @Sendable (String) -> Void
  /// One line; nil when there will be no more.
  let answer: @Sendable () -> String?

  /// Nil where nobody sits: standard input or standard error is no terminal, or `CI` is set.
  static func ofThisProcess(_ terminal: Terminal) -> Conversation? {
    guard isatty(STDIN_FILENO) == 1, terminal.isInteractive else { return nil }
    return Conversation(
      say: { terminal.talk($0) }, ask: { terminal.draw($0) }, answer: { readLine(strippingNewline: true) })
  }
}
