package import Model

/// Gives the names in expressions their values: the run, seen from the step or stage whose field is evaluated.
///
/// A scope searches its own prefixes (the nearest stage, the pipeline, …); the evaluator hands it whole paths and,
/// where a whole path is unknown, ever shorter ones, and walks the rest of the path through maps and lists itself.
package protocol ExpressionScope: Sendable {
  /// The value at a path such as `["pipeline", "variables", "tag"]`.
  ///
  /// - Returns: nil where the name is unknown; `.null` where it is known and has no value, such as `trigger.type` in a
  ///   run that somebody started by hand.
  /// - Throws: when the name is known and its value cannot be had. The evaluator adds the place.
  func value(of path: [String]) throws(ExpressionError) -> Value?

  /// The names that may follow a path, for "did you mean"; those in front of everything where the path is empty.
  func names(in path: [String]) -> [String]

  /// Calls a function that needs to know more than its arguments: `secrets.getValue`, `exportedVariables.getValue`.
  ///
  /// - Returns: nil where there is no function of that name.
  func call(_ function: String, _ arguments: [Value]) throws(ExpressionError) -> Value?

  /// Whether `<+…>` in the text found at this path is evaluated in its turn.
  ///
  /// True for what the pipeline's author wrote. False is right for whatever came from outside (a step's output, a
  /// commit message, a trigger's payload), where `<+secrets.getValue("x")>` would be an attack.
  func evaluatesText(at path: [String]) -> Bool
}

extension ExpressionScope {
  package func call(_ function: String, _ arguments: [Value]) throws(ExpressionError) -> Value? { nil }

  package func evaluatesText(at path: [String]) -> Bool { true }
}
