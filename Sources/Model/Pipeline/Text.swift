/// A string field of a pipeline, as written: it may hold expressions, which are evaluated when the step starts.
package struct Text: Hashable, Sendable {
  package let raw: String
  /// Nil for a value that Slipway supplied itself.
  package let span: SourceSpan?

  package init(_ raw: String, at span: SourceSpan? = nil) {
    self.raw = raw
    self.span = span
  }

  package var hasExpressions: Bool { raw.mentions("<+") }

  /// Whether it stands for a value that whoever starts the pipeline gives: `<+input>`, with or without conditions.
  package var isRuntimeInput: Bool { raw.hasPrefix("<+input>") }
}

extension Text: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self.init(value) }
}
