/// Why an expression has no value: always the author's mistake, or something that is missing in the run.
///
/// Messages never quote a value, since it may be a secret; they quote only what stands in the pipeline file.
package struct ExpressionError: Error, Hashable, Sendable {
  /// What kind of mistake it is: closed, so that callers can tell all of them apart.
  package enum Code: String, Sendable, CaseIterable {
    /// `<+` without its `>`.
    case unclosed
    case syntax
    /// No such name, or one that has no value yet.
    case unresolved
    /// The value is known to be null and text is needed.
    case null
    case typeMismatch
    case arithmetic
    case wrongArguments
    case unknownFunction
    case unknownMethod
    case outOfBounds
    case invalidRegularExpression
    case invalidJSON
    case invalidXML
    /// A condition that is a list or a map.
    case notBoolean
    /// A value that leads back to itself.
    case endlessLoop
    case tooDeep
    case tooLarge
    /// A part of the language that exists and is not implemented.
    case unsupported
    /// The scope knows the name and cannot give the value: a secret that is not in the store.
    case unavailable
  }

  package let code: Code
  /// A sentence without a full stop.
  package let message: String
  /// The innermost expression that failed, as it was written, with its `<+` and `>`.
  package internal(set) var expression: String?
  /// Where that expression starts in the field, in UTF-8 bytes.
  package internal(set) var offset: Int?
  /// The very place of a mistake in the expression's spelling, in UTF-8 bytes of the field; nil where the whole expression is meant.
  package internal(set) var place: Int?
  /// The names whose text held the failing expression, outermost first: empty where it stands in the field itself.
  package internal(set) var origins: [String] = []
  /// What was in scope at the part of the path that is unknown.
  package let names: [String]
  /// The name that was probably meant.
  package let suggestion: String?
  /// The way out.
  package internal(set) var help: String?

  package init(
    _ code: Code, _ message: String, expression: String? = nil, offset: Int? = nil, names: [String] = [],
    suggestion: String? = nil, help: String? = nil
  ) {
    self.code = code
    self.message = message
    self.expression = expression
    self.offset = offset
    self.names = names
    self.suggestion = suggestion
    self.help = help
  }
}

extension ExpressionError {
  /// Adds the expression where it is not known yet; the innermost one wins.
  func located(in expression: String, at offset: Int) -> ExpressionError {
    var error = self
    if error.expression == nil { error.expression = Self.shortened(expression) }
    if error.offset == nil { error.offset = offset }
    return error
  }

  /// The same error at a place that is known exactly.
  func at(_ place: Int) -> ExpressionError {
    var error = self
    error.place = place
    return error
  }

  /// The same error, seen from the field that mentions `path`: the offset in that path's own text means nothing here.
  func within(_ path: String) -> ExpressionError {
    var error = self
    error.offset = nil
    error.place = nil
    error.origins.insert(path, at: 0)
    return error
  }

  private static func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= 160 ? text : String(text.prefix(120)) + "…"
  }
}

extension ExpressionError: CustomStringConvertible {
  /// One line with everything: expression, place, reason, the nearest name, what is in scope, the way out.
  package var description: String {
    var text = expression ?? "expression"
    if !origins.isEmpty { text += " (in the text of \(origins.joined(separator: ", in the text of ")))" }
    if let offset { text += " at offset \(offset)" }
    text += ": \(explanation)"
    return text
  }

  /// The reason, the nearest name, what is in scope and the way out, without the expression and its place.
  package var explanation: String {
    var text = message
    if let suggestion { text += "; did you mean '\(suggestion)'?" }
    if !names.isEmpty {
      let shown = names.sorted().prefix(20)
      text += suggestion == nil ? "; " : " "
      text += "in scope: \(shown.joined(separator: ", "))"
      if names.count > shown.count { text += " and \(names.count - shown.count) more" }
    }
    if let help { text += "; \(help)" }
    return text
  }
}
