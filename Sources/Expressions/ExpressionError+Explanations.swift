package import Model

extension ExpressionError {
  /// What the codes of expressions mean: `SW30xx`.
  package static let explanations: [DiagnosticExplanation] = [
    explanation(
      .unclosed, "unclosed-expression", "an expression is opened and never closed",
      """
      '<+' starts an expression and '>' ends it. Inside, a '>' that compares is written '\\>', since a bare one ends \
      the expression.
      """,
      .expression, wrong: "<+pipeline.name", right: "<+pipeline.name>"),
    explanation(
      .syntax, "expression-syntax", "an expression cannot be read",
      """
      The text between <+ and > is no expression: an operator without its operands, a bracket that is not closed, or \
      two values side by side. Texts stand in quotes, and values are compared with ==.
      """,
      .expression, wrong: "<+<+pipeline.name> = \"tides\">", right: "<+<+pipeline.name> == \"tides\">"),
    explanation(
      .unresolved, "unresolved-expression", "a name in an expression leads nowhere",
      """
      Nothing of that name is in scope, or it has no value at that time: a step that has not run, a variable that is \
      not declared. On Harness such an expression comes to null and may end up in a tag; here it is an error. The \
      nearest name and what is in scope are shown.
      """,
      .expression, wrong: "<+pipeline.nam>", right: "<+pipeline.name>"),
    explanation(
      .null, "null-in-text", "a value is null where text is needed",
      """
      The name is known and has no value, such as the tag of a build that was started by hand. '??' gives a value \
      for that case.
      """,
      .expression, wrong: "v-<+codebase.tag>", right: "v-<+<+codebase.tag> ?? \"none\">"),
    explanation(
      .typeMismatch, "type-mismatch", "an operator gets values of the wrong kind",
      """
      The operator is there for other kinds of values: numbers are subtracted, texts and lists are not.
      """,
      .expression, wrong: "<+<+pipeline.name> - 1>", right: "<+<+pipeline.sequenceId> - 1>"),
    explanation(
      .arithmetic, "arithmetic", "a calculation has no result",
      """
      A number was divided by zero, or the result is too large.
      """,
      .expression, wrong: "<+1 / 0>", right: "<+1 / 2>"),
    explanation(
      .wrongArguments, "wrong-arguments", "a function is called with the wrong arguments",
      """
      The function takes another number of arguments, or other kinds. json.select, for example, takes the path first \
      and the text second.
      """,
      .expression, wrong: "<+json.select(\"a\")>", right: "<+json.select(\"a\", \"{}\")>"),
    explanation(
      .unknownFunction, "unknown-function", "there is no such function",
      """
      The language has the functors json, regex, xml, datetime, shell and secrets with their functions. What is near \
      in spelling is suggested.
      """,
      .expression, wrong: "<+json.selekt(\"a\", \"{}\")>", right: "<+json.select(\"a\", \"{}\")>"),
    explanation(
      .unknownMethod, "unknown-method", "a value has no such method",
      """
      Texts, lists and maps have the methods of Java's, spelt as there: toLowerCase(), substring(0, 7), \
      contains("x").
      """,
      .expression, wrong: "<+pipeline.name.lower()>", right: "<+pipeline.name.toLowerCase()>"),
    explanation(
      .outOfBounds, "out-of-bounds", "an index lies outside of the text or list",
      """
      Counting starts at 0, and the last element has the index size() - 1.
      """,
      .expression, wrong: "<+[1, 2][2]>", right: "<+[1, 2][1]>"),
    explanation(
      .invalidRegularExpression, "invalid-regular-expression", "a regular expression cannot be read",
      """
      A bracket is not closed, or a sign that repeats stands at the start.
      """,
      .expression, wrong: "<+regex.match(\"(\", \"a\")>", right: "<+regex.match(\"a\", \"a\")>"),
    explanation(
      .invalidJSON, "invalid-json", "a text is no JSON",
      """
      json.select, json.object and json.list read a text that has to be JSON. Mostly it is a text for people, or \
      empty.
      """,
      .expression, wrong: "<+json.object(\"{a\")>", right: "<+json.object(\"{}\")>"),
    explanation(
      .notBoolean, "condition-is-no-boolean", "a condition is neither true nor false",
      """
      A list or a map cannot decide anything: compare it, or ask for its size.
      """,
      .expression, wrong: "<+[1, 2]>", right: "<+<+[1, 2]>.size() == 2>"),
    explanation(
      .endlessLoop, "endless-loop", "a value leads back to itself",
      """
      A variable's text holds an expression whose value holds the first one again.
      """,
      .sketch, wrong: "a: <+pipeline.variables.b> and b: <+pipeline.variables.a>",
      right: "a: <+pipeline.variables.b> and b: text"),
    explanation(
      .tooDeep, "too-deep", "expressions are nested too deep",
      """
      Expressions within expressions are evaluated up to a depth that no pipeline needs.
      """,
      .sketch, wrong: "<+<+<+…>>> in more levels than Harness evaluates", right: "<+pipeline.name>"),
    explanation(
      .tooLarge, "too-large", "the result is too large",
      """
      A text or a list has grown beyond what can be passed to a step.
      """,
      .sketch, wrong: "a text that is joined to itself forty times", right: "<+pipeline.name>"),
    explanation(
      .unsupported, "unsupported-expression", "a part of the language is not implemented",
      """
      Scripts with var, if and for are behind a feature flag on Harness, and are not evaluated here: write a single \
      expression.
      """,
      .expression, wrong: "<+var x = 1; x>", right: "<+1>"),
    explanation(
      .invalidXML, "invalid-xml", "a text is no XML",
      """
      xml.select reads a text that has to be XML. Mostly it is a text for people, or empty.
      """,
      .expression, wrong: "<+xml.select(\"/a\", \"<a\")>", right: "<+xml.select(\"/a\", <+pipeline.name>)>"),
    explanation(
      .unavailable, "unavailable-value", "a value is known and cannot be given",
      """
      The name is right and the value is somewhere else: a secret that is not in the store of this machine, or \
      something that only the platform knows.
      """,
      .expression, wrong: "<+secrets.getValue(\"missing\")>", right: "<+secrets.getValue(\"there\")>"),
  ]

  private static func explanation(
    _ code: Code, _ name: String, _ summary: String, _ reason: String,
    _ frame: DiagnosticExplanation.Example.Frame, wrong: String, right: String
  ) -> DiagnosticExplanation {
    DiagnosticExplanation(
      Diagnostic.Code(code.number), name, .error, summary, reason: reason, wrong: .init(frame, wrong),
      right: .init(frame, right))
  }
}
