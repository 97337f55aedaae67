/// `template:` in place of what a pipeline, a stage, a group or a step holds.
package struct TemplateLink: Hashable, Sendable {
  /// `templateRef`, with its scope: `account.build`.
  package let reference: Text
  /// Nil means the template's stable version.
  package let version: Text?
  /// `templateInputs`: the values of the template's runtime inputs, in the shape of its body.
  package let inputs: Node?
  package let span: SourceSpan

  package init(reference: Text, version: Text? = nil, inputs: Node? = nil, span: SourceSpan) {
    self.reference = reference
    self.version = version
    self.inputs = inputs
    self.span = span
  }
}
