/// One stage of a pipeline.
package struct Stage: Hashable, Sendable {
  /// What `type:` says. Only CI and SecurityTests stages run on this machine.
  package enum Kind: Hashable, Sendable {
    case ci
    case securityTests
    /// A stage type of Harness's that needs its servers: Deployment, Approval, Custom, …
    case recognised(String)
    /// `template:` in place of a type: what the stage is, the template says.
    case template(TemplateLink)

    package var name: String {
      switch self {
      case .ci: "CI"
      case .securityTests: "SecurityTests"
      case .recognised(let name): name
      case .template: "Template"
      }
    }
  }

  package var identifier: Identifier
  package var name: String
  package var kind: Kind
  package var summary: String?
  package var tags: [String: String]
  /// Nil when the file leaves it out: then it is true if there is a codebase.
  package var clonesCodebase: Bool?
  package var infrastructure: Infrastructure
  package var sharedPaths: [Text]
  package var steps: [ExecutionElement]
  package var variables: [Variable]
  package var when: When?
  package var failureStrategies: [FailureStrategy]
  package var strategy: Strategy?
  package var timeout: Text?
  package var span: SourceSpan
  /// The whole `stage:` mapping.
  package var source: Node
  /// What the `spec:` of the infrastructure or the runtime says.
  package var infrastructureSettings: InfrastructureSettings?
  package var platform: TargetPlatform?
  package var caching: CacheIntelligence?
  /// `buildIntelligence.enabled`.
  package var usesBuildIntelligence: Text?
  package var delegateSelectors: [Text] = []

  package init(
    identifier: Identifier, name: String, kind: Kind, summary: String? = nil, tags: [String: String] = [:],
    clonesCodebase: Bool? = nil, infrastructure: Infrastructure = .unspecified, sharedPaths: [Text] = [],
    steps: [ExecutionElement], variables: [Variable] = [], when: When? = nil,
    failureStrategies: [FailureStrategy] = [], strategy: Strategy? = nil, timeout: Text? = nil, span: SourceSpan,
    source: Node
  ) {
    self.identifier = identifier
    self.name = name
    self.kind = kind
    self.summary = summary
    self.tags = tags
    self.clonesCodebase = clonesCodebase
    self.infrastructure = infrastructure
    self.sharedPaths = sharedPaths
    self.steps = steps
    self.variables = variables
    self.when = when
    self.failureStrategies = failureStrategies
    self.strategy = strategy
    self.timeout = timeout
    self.span = span
    self.source = source
  }
}

/// `caching:` of a stage, which Harness calls Cache Intelligence: a cache is restored before the steps and saved after them.
package struct CacheIntelligence: Hashable, Sendable {
  package enum Policy: String, Hashable, Sendable, CaseIterable {
    case pull
    case push
    case both = "pull-push"
  }

  package var isEnabled: Text?
  package var key: Text?
  package var paths: [Text] = []
  /// Both when the file says nothing.
  package var policy: FieldValue<Policy>?
  /// `override`: whether a cache of the same key is replaced; true when the file says nothing.
  package var overwrites: Text?

  package init() {}
}
