/// What RUN, CMD, ENTRYPOINT and HEALTHCHECK execute.
package enum CommandLine: Hashable, Sendable {
  /// A text for the shell of the stage.
  case shell(String)
  /// A program and its arguments, executed as they are.
  case exec([String])

  /// Whether there is nothing to execute: `CMD []` takes back what the base image says.
  package var isEmpty: Bool {
    switch self {
    case .shell(let text): text.isEmpty
    case .exec(let arguments): arguments.isEmpty
    }
  }

  init(_ words: some Sequence<String>, isJSON: Bool) {
    self = isJSON ? .exec(Array(words)) : .shell(words.joined(separator: " "))
  }
}
