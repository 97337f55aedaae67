/// A Harness CI pipeline, parsed: its shape is checked and typed, its expressions are not evaluated yet.
package struct Pipeline: Hashable, Sendable {
  package var identifier: Identifier
  package var name: String
  package var organization: String?
  package var project: String?
  package var summary: String?
  package var tags: [String: String]
  package var stages: [StageElement]
  package var variables: [Variable]
  package var codebase: Codebase?
  package var timeout: Text?
  /// Nil when the file does not say.
  package var allowsStageExecutions: Bool?
  /// The whole `pipeline:` mapping, for expressions that point into it.
  package var source: Node
  /// `template:` in place of the stages.
  package var template: TemplateLink?
  package var delegateSelectors: [Text] = []
  /// Where runtime inputs and expressions stand for whole parts, in the file's order.
  package var openValues: [OpenValue] = []

  package init(
    identifier: Identifier, name: String, organization: String? = nil, project: String? = nil, summary: String? = nil,
    tags: [String: String] = [:], stages: [StageElement], variables: [Variable] = [], codebase: Codebase? = nil,
    timeout: Text? = nil, allowsStageExecutions: Bool? = nil, source: Node
  ) {
    self.identifier = identifier
    self.name = name
    self.organization = organization
    self.project = project
    self.summary = summary
    self.tags = tags
    self.stages = stages
    self.variables = variables
    self.codebase = codebase
    self.timeout = timeout
    self.allowsStageExecutions = allowsStageExecutions
    self.source = source
  }

  /// Every stage, in the file's order, those of parallel blocks included.
  package var allStages: [Stage] {
    var all = [Stage]()
    all.reserveCapacity(stages.count)
    for element in stages {
      switch element {
      case .stage(let stage): all.append(stage)
      case .parallel(let stages): all += stages
      }
    }
    return all
  }
}

/// One item of `stages:`.
package enum StageElement: Hashable, Sendable {
  case stage(Stage)
  case parallel([Stage])
}

/// A pipeline or stage variable.
package struct Variable: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case string = "String"
    case number = "Number"
    case secret = "Secret"
  }

  package var name: String
  package let kind: Kind
  /// For a secret: the secret's identifier, or an expression that gets it.
  package let value: Text?
  package let defaultValue: Text?
  package let isRequired: Bool

  package init(name: String, kind: Kind, value: Text?, defaultValue: Text? = nil, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.value = value
    self.defaultValue = defaultValue
    self.isRequired = isRequired
  }
}

/// `properties.ci.codebase`: which repository the stages clone. Locally the checkout on disk stands for it.
package struct Codebase: Hashable, Sendable {
  package var connector: Text?
  package var repositoryName: Text?
  /// `build:`: what to check out; locally described by git instead, so it is kept as it stands.
  package var build: Node?
  /// Everything, the above included, typed.
  package var clone: CloneSettings

  package init(connector: Text?, repositoryName: Text?, build: Node?, clone: CloneSettings = CloneSettings()) {
    self.connector = connector
    self.repositoryName = repositoryName
    self.build = build
    self.clone = clone
  }
}
