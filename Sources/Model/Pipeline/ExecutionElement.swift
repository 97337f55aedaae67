/// One item of `steps:`.
package indirect enum ExecutionElement: Hashable, Sendable {
  case step(Step)
  case group(StepGroup)
  case parallel([ExecutionElement])
}

/// A group of steps with a condition and failure strategies of its own.
package struct StepGroup: Hashable, Sendable {
  package var identifier: Identifier
  package var name: String
  package var steps: [ExecutionElement]
  package var when: When?
  package var failureStrategies: [FailureStrategy]
  package var strategy: Strategy?
  package var span: SourceSpan
  package var variables: [Variable] = []
  package var sharedPaths: [Text] = []
  /// `template:` in place of the steps.
  package var template: TemplateLink?
  /// The whole `stepGroup:` mapping.
  package var definition: Node?

  package init(
    identifier: Identifier, name: String, steps: [ExecutionElement], when: When? = nil,
    failureStrategies: [FailureStrategy] = [], strategy: Strategy? = nil, span: SourceSpan
  ) {
    self.identifier = identifier
    self.name = name
    self.steps = steps
    self.when = when
    self.failureStrategies = failureStrategies
    self.strategy = strategy
    self.span = span
  }
}
