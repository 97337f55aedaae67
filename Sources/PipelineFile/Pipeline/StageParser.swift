import Model

/// Reads the stages of one pipeline.
struct StageParser {
  let pipeline: PipelineParser
  let pipelineVariables: [Variable]
  private let level = Identifiers(of: "stage")

  private var problems: Problems { pipeline.problems }

  init(pipeline: PipelineParser, pipelineVariables: [Variable]) {
    self.pipeline = pipeline
    self.pipelineVariables = pipelineVariables
  }

  /// One item of `stages:`.
  func element(_ node: Node, _ parent: Fields) -> StageElement? {
    guard let item = parent.fields(node, under: "stages", owner: "an item of 'stages'", place: node.place) else {
      return nil
    }
    guard let key = pipeline.onlyKey(of: item, among: ["stage", "parallel", "insert"], wrapper: "stage") else {
      return nil
    }
    switch key {
    case "stage":
      return item.fields("stage").flatMap { stage($0, node: item.node("stage") ?? node) }.map(StageElement.stage)
    case "parallel":
      guard let sequence = item.sequence("parallel", of: "stages") else { return nil }
      let stages = sequence.elements.compactMap { node -> Stage? in
        guard let inner = item.fields(node, under: "parallel", place: node.place) else { return nil }
        guard pipeline.onlyKey(of: inner, among: ["stage"], wrapper: "stage") != nil else { return nil }
        return inner.fields("stage").flatMap { stage($0, node: inner.node("stage") ?? node) }
      }
      if sequence.elements.isEmpty { pipeline.reportEmpty("parallel", item) }
      return stages.isEmpty ? nil : .parallel(stages)
    default:
      pipeline.reportInsert(item)
      return nil
    }
  }

  // MARK: - Stage

  private func stage(_ unnamed: Fields, node: Node) -> Stage? {
    let fields = unnamed.named("stage")
    fields.checkKeys([
      "identifier", "name", "type", "description", "tags", "spec", "variables", "pipelineVariables",
      "delegateSelectors",
      "failureStrategies", "when", "strategy", "timeout", "runMode", "template",
    ])
    if let template = fields.node("template") {
      pipeline.reportTemplate(template, fields, fields.owner)
      return nil
    }
    let identifier = fields.identifier(in: level)
    let name = fields.requiredText("name", example: "Build")
    let kind = kind(fields)
    let variables = pipeline.variables(fields)
    let when = pipeline.when(fields, of: .stage)
    let failureStrategies = pipeline.failureStrategies(fields)
    let strategy = pipeline.strategy(fields)
    let timeout = fields.duration("timeout")
    var spec = StageSpec()
    if kind == .ci || kind == .securityTests || kind == nil && isMeantToRunHere(fields) {
      spec = fields.requiredFields("spec").map { self.spec($0, of: identifier, variables) } ?? spec
    }
    let summary = fields.text("description")?.raw
    let tags = pipeline.tags(fields)
    guard let identifier, let name, let kind else { return nil }
    return Stage(
      identifier: identifier, name: name.raw, kind: kind, summary: summary,
      tags: tags, clonesCodebase: spec.clonesCodebase, infrastructure: spec.infrastructure,
      sharedPaths: spec.sharedPaths, steps: spec.steps, variables: variables, when: when,
      failureStrategies: failureStrategies, strategy: strategy, timeout: timeout, span: node.span, source: node)
  }

  /// Whether a misspelt type stands for one of those that run here: then its steps are looked through all the same.
  private func isMeantToRunHere(_ fields: Fields) -> Bool {
    guard case .scalar(let type)? = fields.node("type") else { return false }
    return ["ci", "build", "security", "securitytests"].contains(type.text.lowercased())
  }

  private static let recognised = [
    "Deployment", "Approval", "Custom", "Pipeline", "Dynamic", "FeatureFlag", "IACM", "IDP", "DRTest",
    "CompositeLoadTest",
  ]

  private func kind(_ fields: Fields) -> Stage.Kind? {
    guard let type = fields.requiredText("type", example: "CI") else { return nil }
    switch type.raw {
    case "CI": return .ci
    case "SecurityTests": return .securityTests
    case let name where Self.recognised.contains(name): return .recognised(name)
    default:
      let known = ["CI", "SecurityTests"] + Self.recognised
      if let name = known.first(where: { $0.lowercased() == type.raw.lowercased() }) {
        problems.report(
          .unknownStageType, "\(fields.owner): the stage type is spelt '\(name)', not \(Excerpt.quoted(type.raw))",
          at: type.span, help: "write '\(name)'")
      } else {
        let renamed = ["CD": "Deployment", "Security": "SecurityTests", "Build": "CI"]
        problems.report(
          .unknownStageType, "\(fields.owner): there is no stage type \(Excerpt.quoted(type.raw))", at: type.span,
          notes: ["it can be \(Excerpt.alternatives(known))"],
          help: renamed[type.raw].map { "did you mean '\($0)'?" } ?? Excerpt.suggestion(for: type.raw, among: known))
      }
      return nil
    }
  }

  // MARK: - Spec

  private struct StageSpec {
    var clonesCodebase: Bool?
    var infrastructure = Infrastructure.unspecified
    var sharedPaths: [Text] = []
    var steps: [ExecutionElement] = []
  }

  private func spec(_ fields: Fields, of stage: Identifier?, _ stageVariables: [Variable]) -> StageSpec {
    fields.checkKeys([
      "cloneCodebase", "platform", "runtime", "infrastructure", "execution", "sharedPaths", "caching",
      "buildIntelligence",
      "serviceDependencies", "slsa_provenance",
    ])
    if case .sequence(let services)? = fields.node("serviceDependencies"), !services.elements.isEmpty {
      problems.report(
        .withoutEffectHere, .warning, "\(fields.owner): service dependencies are not started here",
        at: fields.place(of: "serviceDependencies"), help: "use Background steps, which replace them")
    }
    let variables = StepParser.merged(pipelineVariables, stageVariables)
    return StageSpec(
      clonesCodebase: fields.boolean("cloneCodebase"),
      infrastructure: infrastructure(fields, of: stage),
      sharedPaths: fields.texts("sharedPaths"),
      steps: StepParser(pipeline: pipeline, variables: variables).execution(fields))
  }

  // MARK: - Infrastructure

  private func infrastructure(_ fields: Fields, of stage: Identifier?) -> Infrastructure {
    if fields.has("infrastructure"), fields.has("runtime") {
      problems.report(
        .contradiction, .warning, "\(fields.owner): 'runtime' has no effect beside 'infrastructure'",
        at: fields.place(of: "runtime"),
        labels: [Diagnostic.Label(span: fields.place(of: "infrastructure"), text: "this one counts")],
        help: "remove one of them")
    }
    if fields.has("infrastructure") {
      guard let infrastructure = fields.fields("infrastructure") else { return .unspecified }
      return infrastructureType(infrastructure, of: stage)
    }
    guard let runtime = fields.fields("runtime") else { return .unspecified }
    runtime.checkKeys(["type", "spec"])
    switch runtime.requiredChoice("type", of: Runtime.allCases) {
    case .cloud: return .cloud
    case .docker: return .docker
    case nil: return .unspecified
    }
  }

  private enum Runtime: String, CaseIterable {
    case cloud = "Cloud"
    case docker = "Docker"
  }

  private enum InfrastructureType: String, CaseIterable {
    case kubernetes = "KubernetesDirect"
    case virtualMachine = "VM"
    case useFromStage = "UseFromStage"
  }

  private func infrastructureType(_ fields: Fields, of stage: Identifier?) -> Infrastructure {
    fields.checkKeys(["type", "spec", "useFromStage"])
    if let node = fields.node("useFromStage") { return sameAs(node, fields, stage) }
    if case .scalar(let type)? = fields.node("type"), Runtime(rawValue: type.text) != nil {
      problems.report(
        .unknownValue, "\(fields.owner): '\(type.text)' is a type of 'runtime', not of 'infrastructure'", at: type.span,
        help: "put it under 'runtime:'")
      return .unspecified
    }
    switch fields.requiredChoice("type", of: InfrastructureType.allCases) {
    case .kubernetes: return .kubernetes
    case .virtualMachine: return .virtualMachine
    case .useFromStage:
      fields.reportMissing("useFromStage", example: "STAGE_IDENTIFIER")
      return .unspecified
    case nil: return .unspecified
    }
  }

  /// `useFromStage: ID` or `useFromStage: {stage: ID}`.
  private func sameAs(_ node: Node, _ fields: Fields, _ stage: Identifier?) -> Infrastructure {
    var text: Text?
    if case .mapping = node {
      text = fields.fields("useFromStage")?.requiredText("stage", example: "STAGE_IDENTIFIER")
    } else {
      text = fields.text("useFromStage")
    }
    guard let text, let identifier = fields.identifier(text) else { return .unspecified }
    // The stage's own identifier is known by now, too.
    guard level.contains(identifier), identifier != stage else {
      problems.report(
        .unknownStage, "\(fields.owner): no earlier stage is called '\(identifier)'", at: text.span,
        notes: ["'useFromStage' takes over the infrastructure of a stage above"],
        help: Excerpt.suggestion(for: identifier.description, among: level.names.filter { $0 != stage?.description }))
      return .unspecified
    }
    return .sameAs(identifier)
  }
}
