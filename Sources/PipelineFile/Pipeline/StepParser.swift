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
  ///
  /// - Parameter level: with the names that are taken already.
  func execution(_ fields: Fields, _ level: Identifiers) -> [ExecutionElement] {
    guard let node = fields.require("execution") else { return [] }
    if case .sequence(let list) = node {
      // Harness's own documentation shows it like this.
      problems.report(
        .bareStepList, .warning, "\(fields.owner): the steps stand directly under 'execution'",
        at: fields.place(of: "execution"), help: "put 'steps:' between, as Harness asks for it")
      return steps(list, key: "execution", fields, level)
    }
    guard let execution = fields.fields("execution") else { return [] }
    execution.checkKeys(["steps"], tolerated: ["rollbackSteps"])
    guard execution.require("steps") != nil, let list = execution.sequence("steps", of: "steps") else { return [] }
    return steps(list, key: "steps", execution, level)
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
      "stepGroupInfra", "delegateSelectors", "variables", "timeout",
    ])
    let identifier = fields.identifier(in: level)
    let name = fields.requiredText("name", example: "Checks")
    let when = pipeline.when(fields, of: .step)
    let failureStrategies = pipeline.failureStrategies(fields)
    let strategy = pipeline.strategy(fields)
    let template = pipeline.template(fields)
    let variables = pipeline.variables(fields)
    var elements = [ExecutionElement]()
    if !fields.has("template"), fields.require("steps") != nil, let list = fields.sequence("steps", of: "steps") {
      elements = steps(list, key: "steps", fields, Identifiers(of: "step"))
    }
    guard let identifier, let name else { return nil }
    var group = StepGroup(
      identifier: identifier, name: name.raw, steps: elements, when: when, failureStrategies: failureStrategies,
      strategy: strategy, span: node.span)
    (group.template, group.variables, group.definition) = (template, variables, node)
    group.sharedPaths = fields.texts("sharedPaths")
    return .group(group)
  }

  // MARK: - Step

  private func step(_ unnamed: Fields, node: Node, _ level: Identifiers) -> ExecutionElement? {
    let fields = unnamed.named("step")
    fields.checkKeys([
      "identifier", "name", "type", "spec", "description", "timeout", "when", "failureStrategies", "strategy",
      "enforce", "template",
    ])
    let identifier = fields.identifier(in: level)
    let name = fields.requiredText("name", example: "Build")
    var type: Text?
    var spec: StepSpec?
    if fields.has("template") {
      type = "Template"
      spec = pipeline.template(fields).map(StepSpec.template) ?? .open
    } else {
      type = fields.requiredText("type", example: "Run")
      spec = type.flatMap { self.spec($0, fields) }
    }
    let when = pipeline.when(fields, of: .step)
    let failureStrategies = pipeline.failureStrategies(fields)
    let strategy = pipeline.strategy(fields)
    let timeout = fields.duration("timeout")
    guard let identifier, let name, let type, let spec else { return nil }
    var step = Step(
      identifier: identifier, name: name.raw, type: type.raw, spec: spec, when: when,
      failureStrategies: failureStrategies, strategy: strategy, timeout: timeout, span: node.span,
      source: fields.node("spec"))
    if let type = StepType.spelt(like: type.raw) { step.type = type.name }
    step.definition = node
    return .step(step)
  }

  private func spec(_ type: Text, _ fields: Fields) -> StepSpec? {
    if type.hasExpressions {
      problems.leaveOpen(OpenValue(owner: fields.owner, key: "type", text: type))
      return .open
    }
    guard let known = StepType.spelt(like: type.raw) else {
      problems.report(
        .unknownStepType, "\(fields.owner): there is no step type \(Excerpt.quoted(type.raw))", at: type.span,
        help: Self.suggestion(for: type.raw))
      return nil
    }
    if known.name != type.raw {
      problems.report(
        .unknownStepType, "\(fields.owner): the step type is spelt '\(known.name)', not \(Excerpt.quoted(type.raw))",
        at: type.span, help: "write '\(known.name)'")
    }
    guard let read = reader(of: known) else { return .recognised(type: known.name) }
    if let scalar = fields.node("spec")?.scalarText, scalar.mentions("<+") {
      _ = fields.fields("spec")  // Notes that the spec is open.
      return .open
    }
    return fields.requiredFields("spec").flatMap(read)
  }

  /// Reads the spec of steps of one type; nil when nothing here depends on it.
  private func reader(of type: StepType) -> ((Fields) -> StepSpec?)? {
    switch type.name {
    case "Run": return run
    case "Test": return test
    case "RunTests": return runTests
    case "Background": return background
    case "Plugin": return plugin
    case "GitClone": return gitClone
    case "Action": return { foreignAction($0, .github) }
    case "Bitrise": return { foreignAction($0, .bitrise) }
    case "Wait": return wait
    case "Policy": return policy
    case "S3Upload", "GCSUpload", "ArtifactoryUpload", "HarUpload": return { upload($0, type: type.name) }
    case let name where name.hasPrefix("RestoreCache"):
      return { restoreCache($0, CacheStore(rawValue: String(name.dropFirst("RestoreCache".count))) ?? .any) }
    case let name where name.hasPrefix("SaveCache"):
      return { saveCache($0, CacheStore(rawValue: String(name.dropFirst("SaveCache".count))) ?? .any) }
    case let name where type.family == .build: return { buildAndPush($0, type: name) }
    case let name where type.family == .scanners: return { scan($0, scanner: name) }
    default: return nil
    }
  }

  private func wait(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(["duration", "metadata"])
    guard fields.requiredText("duration", example: "10m") != nil else { return nil }
    return fields.duration("duration").map(StepSpec.wait)
  }

  /// What a misspelt type probably was; other stages' steps are no candidates.
  private static func suggestion(for type: String) -> String? {
    let renamed = [
      "AnchoreEnterprise": "Anchore", "Trivy": "AquaTrivy", "Script": "Run", "Docker": "BuildAndPushDockerRegistry",
    ]
    if let name = renamed[type] { return "did you mean '\(name)'?" }
    return Excerpt.suggestion(for: type, among: StepType.all.filter { $0.family != .platform }.map(\.name))
  }
}
