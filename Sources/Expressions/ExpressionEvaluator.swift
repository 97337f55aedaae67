package import Model

/// Gives texts with `<+…>` their values in one scope.
///
/// Every failure is an error that names the expression; a missing value never becomes the text `null`.
package struct ExpressionEvaluator: Sendable {
  private let scope: any ExpressionScope
  private let now: @Sendable () -> Duration

  /// - Parameter now: the time since 1970-01-01T00:00:00Z, for `currentDate()` and `currentTime()`.
  package init(scope: any ExpressionScope, now: @escaping @Sendable () -> Duration) {
    self.scope = scope
    self.now = now
  }

  /// The text with each outermost expression replaced by its value's text; lists and maps become JSON.
  package func render(_ text: String) throws(ExpressionError) -> String {
    guard ExpressionText.mayHaveExpressions(text) else { return text }
    let parts = try ExpressionText(text).parts
    var evaluation = Evaluation(scope: scope, now: now)
    return try evaluation.render(parts)
  }

  /// The value of a field: typed where the field is one expression and nothing else, the rendered text otherwise.
  ///
  /// A text stays a text, whatever it looks like: `[1,2]` does not become a list, `1.0` does not become a number.
  package func value(of text: String) throws(ExpressionError) -> Value {
    guard ExpressionText.mayHaveExpressions(text) else { return .string(text) }
    let parsed = try ExpressionText(text)
    var evaluation = Evaluation(scope: scope, now: now)
    guard let expression = parsed.singleExpression else { return .string(try evaluation.render(parsed.parts)) }
    let value = try evaluation.value(of: expression).value
    guard value != .null else { throw Evaluation.nullError.located(in: expression.written, at: expression.offset) }
    return value
  }

  /// The value of a text that is an expression as a whole, with or without an outer `<+…>`. May be `.null`.
  package func evaluate(_ text: String) throws(ExpressionError) -> Value {
    var evaluation = Evaluation(scope: scope, now: now)
    do {
      return try evaluation.evaluate(text, at: 0, as: .condition).value
    } catch {
      throw error.located(in: text, at: 0)
    }
  }

  /// Whether a condition holds, with or without an outer `<+…>`.
  ///
  /// A text counts as true unless it is empty or the word `false`, a number unless it is zero, and null as false.
  /// - Throws: `notBoolean` for a list or a map, and whatever evaluation throws.
  package func condition(_ text: String) throws(ExpressionError) -> Bool {
    let value = try evaluate(text)
    switch value {
    case .list, .map:
      throw ExpressionError(
        .notBoolean, "a condition must be true or false and not \(value.kindWithArticle)", expression: text, offset: 0)
    default: return Arithmetic.isTrue(value)
    }
  }
}
