/// One stage of a pipeline.
package struct Stage: Hashable, Sendable {
  /// What `type:` says. Only CI and SecurityTests stages run on this machine.
  package enum Kind: Hashable, Sendable {
    case ci
    case securityTests
    /// A stage type of Harness's that needs its servers: Deployment, Approval, Custom, …
    case recognised(String)

    package var name: String {
      switch self {
      case .ci: "CI"
      case .securityTests: "SecurityTests"
      case .recognised(let name): name
      }
    }
  }

  package let identifier: Identifier
  package let name: String
  package let kind: Kind
  package let summary: String?
  package let tags: [String: String]
  /// Nil when the file leaves it out: then it is true if there is a codebase.
  package let clonesCodebase: Bool?
  package let infrastructure: Infrastructure
  package let sharedPaths: [Text]
  package let steps: [ExecutionElement]
  package let variables: [Variable]
  package let when: When?
  package let failureStrategies: [FailureStrategy]
  /// `strategy:`, as it stands.
  package let strategy: Node?
  package let timeout: Text?
  package let span: SourceSpan
  package let source: Node

  package init(
    identifier: Identifier, name: String, kind: Kind, summary: String? = nil, tags: [String: String] = [:],
    clonesCodebase: Bool? = nil, infrastructure: Infrastructure = .unspecified, sharedPaths: [Text] = [],
    steps: [ExecutionElement], variables: [Variable] = [], when: When? = nil,
    failureStrategies: [FailureStrategy] = [], strategy: Node? = nil, timeout: Text? = nil, span: SourceSpan,
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

/// Where Harness would run the stage. It decides which build tool interprets the PLUGIN_ settings, and whether a step
/// without an image is allowed.
package enum Infrastructure: Hashable, Sendable {
  /// `infrastructure.type: KubernetesDirect`
  case kubernetes
  /// `runtime.type: Cloud`
  case cloud
  /// `runtime.type: Docker`: Harness's own "local runner".
  case docker
  /// `infrastructure.type: VM`
  case virtualMachine
  /// `useFromStage: ID`
  case sameAs(Identifier)
  case unspecified
}

/// One item of `steps:`.
package indirect enum ExecutionElement: Hashable, Sendable {
  case step(Step)
  case group(StepGroup)
  case parallel([ExecutionElement])
}

/// A group of steps with a condition and failure strategies of its own.
package struct StepGroup: Hashable, Sendable {
  package let identifier: Identifier
  package let name: String
  package let steps: [ExecutionElement]
  package let when: When?
  package let failureStrategies: [FailureStrategy]
  package let strategy: Node?
  package let span: SourceSpan

  package init(
    identifier: Identifier, name: String, steps: [ExecutionElement], when: When? = nil,
    failureStrategies: [FailureStrategy] = [], strategy: Node? = nil, span: SourceSpan
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
