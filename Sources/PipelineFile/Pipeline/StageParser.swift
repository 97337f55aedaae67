import Model

/// Reads the stages of one pipeline.
struct StageParser {
  let pipeline: PipelineParser
  let pipelineVariables: [Variable]
  let level = Identifiers(of: "stage")

  var problems: Problems { pipeline.problems }

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
      "delegateSelectors", "failureStrategies", "when", "strategy", "timeout", "runMode", "template",
    ])
    let identifier = fields.identifier(in: level)
    let name = fields.requiredText("name", example: "Build")
    let template = pipeline.template(fields)
    let kind = fields.has("template") ? template.map(Stage.Kind.template) : kind(fields)
    let variables = pipeline.variables(fields)
    let when = pipeline.when(fields, of: .stage)
    let failureStrategies = pipeline.failureStrategies(fields)
    let strategy = pipeline.strategy(fields)
    let timeout = fields.duration("timeout")
    var spec = StageSpec()
    if !fields.has("template"), kind == .ci || kind == .securityTests || kind == nil && isMeantToRunHere(fields) {
      spec = fields.requiredFields("spec").map { self.spec($0, of: identifier, variables) } ?? spec
    }
    let summary = fields.text("description")?.raw
    let tags = pipeline.tags(fields)
    guard let identifier, let name, let kind else { return nil }
    var stage = Stage(
      identifier: identifier, name: name.raw, kind: kind, summary: summary,
      tags: tags, clonesCodebase: spec.clonesCodebase, infrastructure: spec.infrastructure.0,
      sharedPaths: spec.sharedPaths, steps: spec.steps, variables: variables, when: when,
      failureStrategies: failureStrategies, strategy: strategy, timeout: timeout, span: node.span, source: node)
    stage.infrastructureSettings = spec.infrastructure.1
    (stage.platform, stage.caching) = (spec.platform, spec.caching)
    stage.usesBuildIntelligence = spec.usesBuildIntelligence
    stage.delegateSelectors = fields.texts("delegateSelectors")
    return stage
  }

  /// Whether a misspelt type stands for one of those that run here: then its steps are looked through all the same.
  private func isMeantToRunHere(_ fields: Fields) -> Bool {
    guard case .scalar(let type)? = fields.node("type") else { return false }
    return ["ci", "build", "security", "securitytests"].contains(type.text.lowercased())
  }

  private func kind(_ fields: Fields) -> Stage.Kind? {
    guard let type = fields.requiredText("type", example: "CI") else { return nil }
    switch type.raw {
    case "CI": return .ci
    case "SecurityTests": return .securityTests
    case let name where StageType.named(name) != nil: return .recognised(name)
    default:
      if type.hasExpressions {
        problems.leaveOpen(OpenValue(owner: fields.owner, key: "type", text: type))
        return nil
      }
      let known = StageType.all.map(\.name)
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
    var infrastructure: (Infrastructure, InfrastructureSettings?) = (.unspecified, nil)
    var platform: TargetPlatform?
    var sharedPaths: [Text] = []
    var caching: CacheIntelligence?
    var usesBuildIntelligence: Text?
    var steps: [ExecutionElement] = []
  }

  private func spec(_ fields: Fields, of stage: Identifier?, _ stageVariables: [Variable]) -> StageSpec {
    fields.checkKeys([
      "cloneCodebase", "platform", "runtime", "infrastructure", "execution", "sharedPaths", "caching",
      "buildIntelligence", "serviceDependencies", "slsa_provenance",
    ])
    let variables = StepParser.merged(pipelineVariables, stageVariables)
    let level = Identifiers(of: "step")
    let services = serviceDependencies(fields, level)
    let steps = StepParser(pipeline: pipeline, variables: variables).execution(fields, level)
    return StageSpec(
      clonesCodebase: fields.boolean("cloneCodebase"),
      infrastructure: infrastructure(fields, of: stage),
      platform: platform(fields),
      sharedPaths: fields.texts("sharedPaths"),
      caching: caching(fields),
      usesBuildIntelligence: buildIntelligence(fields),
      steps: (services.isEmpty ? [] : [.parallel(services)]) + steps)
  }

  private func buildIntelligence(_ fields: Fields) -> Text? {
    guard let intelligence = fields.fields("buildIntelligence") else { return nil }
    intelligence.checkKeys(["enabled"])
    return intelligence.flag("enabled")
  }

  private func caching(_ fields: Fields) -> CacheIntelligence? {
    guard let caching = fields.fields("caching") else { return nil }
    caching.checkKeys(["enabled", "key", "paths", "policy", "override"])
    var intelligence = CacheIntelligence()
    (intelligence.isEnabled, intelligence.overwrites) = (caching.flag("enabled"), caching.flag("override"))
    (intelligence.key, intelligence.paths) = (caching.text("key"), caching.texts("paths"))
    intelligence.policy = caching.value("policy", of: CacheIntelligence.Policy.allCases)
    return intelligence
  }

  /// Services that run beside all steps of the stage: each becomes a step before them.
  private func serviceDependencies(_ fields: Fields, _ level: Identifiers) -> [ExecutionElement] {
    guard let list = fields.sequence("serviceDependencies", of: "services") else { return [] }
    return list.elements.compactMap { node in
      guard let unnamed = fields.fields(node, under: "serviceDependencies", place: node.place) else { return nil }
      let service = unnamed.named("service")
      service.checkKeys(["identifier", "name", "type", "description", "spec"])
      let identifier = service.identifier(in: level)
      guard let spec = service.requiredFields("spec") else { return nil }
      spec.checkKeys(Fields.containerKeys + ["envVariables", "entrypoint", "args"])
      if !spec.has("image") { spec.reportMissing("image", example: "postgres:16") }
      let background = BackgroundStep(
        entrypoint: spec.texts("entrypoint"), arguments: spec.texts("args"), container: spec.container(),
        environment: spec.namedTexts("envVariables"))
      guard let identifier else { return nil }
      var step = Step(
        identifier: identifier, name: service.text("name")?.raw ?? identifier.description, type: Step.serviceType,
        spec: .background(background), span: node.span, source: service.node("spec"))
      step.definition = node
      return .step(step)
    }
  }
}
