/// One step of a stage.
package struct Step: Hashable, Sendable {
  package let identifier: Identifier
  package let name: String
  /// What `type:` says: `Run`, `BuildAndPushECR`.
  package let type: String
  package let spec: StepSpec
  package let when: When?
  package let failureStrategies: [FailureStrategy]
  /// `strategy:`, as it stands.
  package let strategy: Node?
  package let timeout: Text?
  package let span: SourceSpan
  /// The `spec:` mapping, for the ledger's resolved settings and for expressions that point into it.
  package let source: Node?

  package init(
    identifier: Identifier, name: String, type: String, spec: StepSpec, when: When? = nil,
    failureStrategies: [FailureStrategy] = [], strategy: Node? = nil, timeout: Text? = nil, span: SourceSpan,
    source: Node? = nil
  ) {
    self.identifier = identifier
    self.name = name
    self.type = type
    self.spec = spec
    self.when = when
    self.failureStrategies = failureStrategies
    self.strategy = strategy
    self.timeout = timeout
    self.span = span
    self.source = source
  }
}

/// What a step is to do, by its type.
package enum StepSpec: Hashable, Sendable {
  case run(RunStep)
  case buildAndPush(BuildAndPushStep)
  case scan(ScanStep)
  case wait(Text)
  /// A step type of Harness's that this version reads but cannot run on this machine.
  case recognised(type: String)
}
