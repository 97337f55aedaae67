/// A field whose value is checked when the file is read, unless it is an expression: then when the step starts.
package enum FieldValue<Literal: Hashable & Sendable>: Hashable, Sendable {
  /// The span is nil for a value that Slipway supplied itself.
  case literal(Literal, at: SourceSpan?)
  case expression(Text)

  /// The value, when the file says it outright.
  package var literal: Literal? {
    if case .literal(let value, _) = self { value } else { nil }
  }

  package var span: SourceSpan? {
    switch self {
    case .literal(_, let span): span
    case .expression(let text): text.span
    }
  }
}

/// A runtime input, or another expression, in a place where a whole part of the pipeline belongs: `when: <+input>`.
///
/// The part reads as absent, so a pipeline with open values can be looked at and not run.
package struct OpenValue: Hashable, Sendable {
  /// Whose value it is, as messages name it: "step 'build'".
  package let owner: String
  /// The key it stands under: `when`.
  package let key: String
  package let text: Text

  package init(owner: String, key: String, text: Text) {
    self.owner = owner
    self.key = key
    self.text = text
  }

  package var isRuntimeInput: Bool { text.isRuntimeInput }
}
