import Model

/// Reads the steps of one stage.
struct StepParser {
  let pipeline: PipelineParser
  /// What the stage's variables and the pipeline's come to, the stage's first: every step has them in its environment.
  let variables: [Variable]

  var problems: Problems { pipeline.problems }

  static func merged(_ pipeline: [Variable], _ stage: [Variable]) -> [Variable] {
    let names = Set(stage.map(\.name))
    return stage + pipeline.filter { !names.contains($0.name) }
  }

  // MARK: - Execution

  /// `execution:` of a stage.
  func execution(_ fields: Fields) -> [ExecutionElement] {
    guard let node = fields.require("execution") else { return [] }
    if case .sequence(let list) = node {
      // Harness's own documentation shows it like this.
      problems.report(
        .bareStepList, .warning, "\(fields.owner): the steps stand directly under 'execution'",
        at: fields.place(of: "execution"), help: "put 'steps:' between, as Harness asks for it")
      return steps(list, key: "execution", fields, Identifiers(of: "step"))
    }
    guard let execution = fields.fields("execution") else { return [] }
    execution.checkKeys(["steps"], tolerated: ["rollbackSteps"])
    guard execution.require("steps") != nil, let list = execution.sequence("steps", of: "steps") else { return [] }
    return steps(list, key: "steps", execution, Identifiers(of: "step"))
  }

  private func steps(_ list: Node.Sequence, key: String, _ parent: Fields, _ level: Identifiers) -> [ExecutionElement] {
    if list.elements.isEmpty { pipeline.reportEmpty(key, parent) }
    return list.elements.compactMap { element($0, key: key, parent, level) }
  }

  private func element(_ node: Node, key: String, _ parent: Fields, _ level: Identifiers) -> ExecutionElement? {
    let owner = "an item of '\(key)' of \(parent.owner)"
    guard let item = parent.fields(node, under: key, owner: owner, place: node.place) else { return nil }
    let keys = ["step", "parallel", "stepGroup", "insert"]
    switch pipeline.onlyKey(of: item, among: keys, wrapper: "step") {
    case "step": return item.fields("step").flatMap { step($0, node: item.node("step") ?? node, level) }
    case "parallel":
      guard let list = item.sequence("parallel", of: "steps") else { return nil }
      let elements = list.elements.compactMap { element($0, key: "parallel", parent, level) }
      if list.elements.isEmpty { pipeline.reportEmpty("parallel", item) }
      return elements.isEmpty ? nil : .parallel(elements)
    case "stepGroup": return item.fields("stepGroup").flatMap { group($0, node: item.node("stepGroup") ?? node, level) }
    case "insert":
      pipeline.reportInsert(item)
      return nil
    default: return nil
    }
  }

  private func group(_ unnamed: Fields, node: Node, _ level: Identifiers) -> ExecutionElement? {
    let fields = unnamed.named("step group")
    fields.checkKeys([
      "identifier", "name", "steps", "template", "when", "failureStrategies", "strategy", "sharedPaths",
      "stepGroupInfra",
      "delegateSelectors", "variables", "timeout",
    ])
    if let template = fields.node("template") {
      pipeline.reportTemplate(template, fields, fields.owner)
      return nil
    }
    let identifier = fields.identifier(in: level)
    let name = fields.requiredText("name", example: "Checks")
    let when = pipeline.when(fields, of: .step)
    let failureStrategies = pipeline.failureStrategies(fields)
    let strategy = pipeline.strategy(fields)
    var elements = [ExecutionElement]()
    if fields.require("steps") != nil, let list = fields.sequence("steps", of: "steps") {
      elements = steps(list, key: "steps", fields, Identifiers(of: "step"))
    }
    guard let identifier, let name else { return nil }
    return .group(
      StepGroup(
        identifier: identifier, name: name.raw, steps: elements, when: when, failureStrategies: failureStrategies,
        strategy: strategy, span: node.span))
  }

  // MARK: - Step

  private func step(_ unnamed: Fields, node: Node, _ level: Identifiers) -> ExecutionElement? {
    let fields = unnamed.named("step")
    fields.checkKeys([
      "identifier", "name", "type", "spec", "description", "timeout", "when", "failureStrategies", "strategy",
      "enforce",
      "template",
    ])
    if let template = fields.node("template") {
      pipeline.reportTemplate(template, fields, fields.owner)
      return nil
    }
    let identifier = fields.identifier(in: level)
    let name = fields.requiredText("name", example: "Build")
    let type = fields.requiredText("type", example: "Run")
    let spec = type.flatMap { self.spec($0, fields) }
    let when = pipeline.when(fields, of: .step)
    let failureStrategies = pipeline.failureStrategies(fields)
    let strategy = pipeline.strategy(fields)
    let timeout = fields.duration("timeout")
    guard let identifier, let name, let type, let spec else { return nil }
    return .step(
      Step(
        identifier: identifier, name: name.raw, type: type.raw, spec: spec, when: when,
        failureStrategies: failureStrategies, strategy: strategy, timeout: timeout, span: node.span,
        source: fields.node("spec")))
  }

  private func spec(_ type: Text, _ fields: Fields) -> StepSpec? {
    switch type.raw {
    case "Run": return fields.requiredFields("spec").flatMap(run)
    case "BuildAndPushECR", "BuildAndPushDockerRegistry", "BuildAndPushGCR", "BuildAndPushGAR", "BuildAndPushACR":
      return fields.requiredFields("spec").flatMap { buildAndPush($0, type: type.raw) }
    case "Wait":
      guard let spec = fields.requiredFields("spec") else { return nil }
      spec.checkKeys(["duration", "metadata"])
      guard spec.requiredText("duration", example: "10m") != nil else { return nil }
      return spec.duration("duration").map(StepSpec.wait)
    case let name where StepType.imageScanners.contains(name):
      return fields.requiredFields("spec").flatMap { scan($0, scanner: name) }
    case let name where StepType.known.contains(name): return .recognised(type: name)
    default:
      problems.report(
        .unknownStepType, "\(fields.owner): there is no step type \(Excerpt.quoted(type.raw))", at: type.span,
        help: StepType.suggestion(for: type.raw))
      return nil
    }
  }
}
