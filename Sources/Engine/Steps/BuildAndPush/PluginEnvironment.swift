import Model

/// The PLUGIN_ settings of a build-and-push step, read by the rules of the plugins themselves.
///
/// The plugins use urfave/cli 1.22: of several names for one setting the first that is *present* wins, even if it is empty; a Boolean is
/// what Go's `strconv.ParseBool` takes, and the empty string is false; a list is split at commas and trimmed.
package struct PluginEnvironment: Hashable, Sendable {
  private let values: [String: String]

  package init(_ values: [String: String]) {
    self.values = values
  }

  /// The value of the first name that is present.
  package func string(_ names: String...) -> String? { first(names)?.value }

  /// - Throws: ``StepFailure`` with the plugin's own message when the value is no Boolean.
  package func bool(_ names: String..., flag: String) throws(StepFailure) -> Bool {
    guard let (_, value) = first(names) else { return false }
    guard let flagValue = GoBool.parse(value) else {
      throw StepFailure(
        .configuration,
        "could not parse \(value) as bool value for flag \(flag): strconv.ParseBool: parsing \"\(value)\": invalid syntax",
        exitCode: 1)
    }
    return flagValue
  }

  /// Nil when no name is present; one empty element for an empty value, as the plugins have it.
  package func list(_ names: String...) -> [String]? {
    first(names)?.value.split(separator: ",", omittingEmptySubsequences: false).map { Self.trimmed($0) }
  }

  package func isPresent(_ name: String) -> Bool { values[name] != nil }

  private func first(_ names: [String]) -> (name: String, value: String)? {
    for name in names {
      if let value = values[name] { return (name, value) }
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

/// Booleans as Go's `strconv.ParseBool` reads them.
package enum GoBool {
  /// Nil when the text is no Boolean; the empty string is false (urfave/cli's `flag_bool.go`).
  package static func parse(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "TRUE", "true", "True": true
    case "", "0", "f", "F", "FALSE", "false", "False": false
    default: nil
    }
  }
}
