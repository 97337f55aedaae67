/// One step of a stage.
package struct Step: Hashable, Sendable {
  package var identifier: Identifier
  package var name: String
  /// What `type:` says: `Run`, `BuildAndPushECR`; ``serviceType`` for an item of the stage's `serviceDependencies:`.
  package var type: String
  package var spec: StepSpec
  package var when: When?
  package var failureStrategies: [FailureStrategy]
  package var strategy: Strategy?
  package var timeout: Text?
  package var span: SourceSpan
  /// The `spec:` mapping, for the ledger's resolved settings and for expressions that point into it.
  package var source: Node?
  /// The whole `step:` mapping: the way to the place of each of its keys and values.
  package var definition: Node?

  package init(
    identifier: Identifier, name: String, type: String, spec: StepSpec, when: When? = nil,
    failureStrategies: [FailureStrategy] = [], strategy: Strategy? = nil, timeout: Text? = nil, span: SourceSpan,
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

  /// The type of what a stage lists under `serviceDependencies:`. Each is a step before all others, to which Background steps are heirs.
  package static let serviceType = "Service"

  package var isServiceDependency: Bool { type == Self.serviceType }

  /// Whether it starts something that runs on beside the later steps of its stage.
  package var startsService: Bool {
    if case .background = spec { true } else { false }
  }
}

/// What a step is to do, by its type.
package indirect enum StepSpec: Hashable, Sendable {
  case run(RunStep)
  case test(TestStep)
  case runTests(RunTestsStep)
  case background(BackgroundStep)
  case plugin(PluginStep)
  case gitClone(GitCloneStep)
  case foreignAction(ForeignActionStep)
  case buildAndPush(BuildAndPushStep)
  case restoreCache(RestoreCacheStep)
  case saveCache(SaveCacheStep)
  case upload(UploadStep)
  case scan(ScanStep)
  case wait(Text)
  case policy(PolicyStep)
  /// A step type of Harness's whose settings are read as they stand: ``StepType`` says why it does not run here.
  case recognised(type: String)
  /// `template:` in place of a type.
  case template(TemplateLink)
  /// `spec: <+input>`, or a runtime input for what decides about the rest of it.
  case open
}
