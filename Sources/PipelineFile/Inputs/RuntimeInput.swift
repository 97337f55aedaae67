/// What stands in the place of a value that is given when the pipeline is started: `<+input>` and the calls behind it, in any order.
///
/// See `NGExpressionUtils` of harness-core, and Harness's documentation of runtime inputs.
package struct RuntimeInput: Hashable, Sendable {
  /// What may be given.
  package enum Choices: Hashable, Sendable {
    /// The words themselves; some may be expressions.
    case words([String])
    /// `jexl(…)`: an expression that comes to a comma-separated list of words.
    case computed(String)
  }

  /// How many of the choices make a value.
  package enum Selection: Hashable, Sendable {
    /// `allowedValues`: one, several with commas between, or a list.
    case any
    case one
    case many
  }

  /// `default(…)`: what is taken when nothing is given.
  package var defaultText: String?
  package var choices: Choices?
  package var selection = Selection.any
  /// `regex(…)`: what the whole value has to match.
  package var pattern: String?
  /// `executionInput()`: Harness asks for it while the run goes on, and here it is asked for before.
  package var isExecutionInput = false

  package init() {}

  static let marker = "<+input>"

  /// Whether a value is meant to be a runtime input, well written or not.
  static func isMeant(by text: String) -> Bool { text.trimmed.hasPrefix(marker) }
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
