package import Expressions
package import Model

/// Gives the names in expressions their values, seen from one stage or step of a run.
///
/// A path is looked up first from the nodes around the place (`stage`, `step`, `stepGroup`, an ancestor's identifier, the steps of the
/// stage), then from the pipeline's root, then among what the run was started with, as Harness's prefixes do.
package struct RunScope: ExpressionScope {
  let plan: Plan
  let run: Run
  let state: RunState
  let surroundings: RunSurroundings
  let masker: Masker
  /// The node whose field is evaluated.
  private let place: StepPath

  package init(
    plan: Plan, run: Run, state: RunState, surroundings: RunSurroundings, masker: Masker, place: StepPath
  ) {
    self.plan = plan
    self.run = run
    self.state = state
    self.surroundings = surroundings
    self.masker = masker
    self.place = place
  }

  package func value(of path: [String]) throws(ExpressionError) -> Value? {
    guard let first = path.first else { return nil }
    if let value = plan.strategyValue(of: path, at: place, status: { state.node($0).status }) { return value }
    if let (node, rest) = locate(path[...]) { return try attribute(rest, of: node) }
    switch first {
    case "codebase": return codebase(path.dropFirst())
    case "trigger": return trigger(path.dropFirst())
    case "eventPayload": return trigger(["payload"] + path.dropFirst())
    case "account":
      return lookUp(
        path.dropFirst(),
        in: ["identifier": Value(surroundings.accountIdentifier), "name": Value(surroundings.accountName)])
    case "org": return lookUp(path.dropFirst(), in: Self.container(plan.pipeline.organization))
    case "project": return lookUp(path.dropFirst(), in: Self.container(plan.pipeline.project))
    case "inputSet", "executionInput": return input(path.dropFirst())
    case "variable":
      return surroundings.variables[path.dropFirst().joined(separator: ".")].map(Value.string)
    default: break
    }
    // What stands in the step or stage itself, without saying whose it is.
    if place != .pipeline, let value = try attribute(path[...], of: place), value != .null { return value }
    if let error = ServerNames.error(for: path) { throw error }
    return nil
  }

  private static func container(_ identifier: String?) -> [String: Value] {
    ["identifier": Value(identifier), "name": Value(identifier)]
  }

  /// A value that the run was started with, under the path that it was given for.
  private func input(_ path: Path) -> Value? {
    let inputs = run.origin.inputs
    guard !path.isEmpty else { return .map(inputs.mapValues(Value.string)) }
    let name = path.joined(separator: ".")
    for candidate in [name, "pipeline." + name, "pipeline.variables." + name] {
      if let text = inputs[candidate] { return .string(text) }
    }
    let short = name.hasPrefix("pipeline.variables.") ? String(name.dropFirst("pipeline.variables.".count)) : name
    return inputs[short].map(Value.string)
  }

  package func names(in path: [String]) -> [String] {
    guard !path.isEmpty else {
      return [
        "pipeline", "stage", "step", "steps", "execution", "codebase", "trigger", "account", "org", "project",
        "variable", "secrets", "inputSet", "exportedVariables", "json", "regex", "shell", "datetime", "xml",
      ]
    }
    if let (node, rest) = locate(path[...]) { return attributeNames(rest, of: node) }
    switch path[0] {
    case "codebase": return Self.codebaseNames
    case "variable": return Array(surroundings.variables.keys)
    case "account": return ["identifier", "name"]
    case "org", "project": return ["identifier", "name"]
    case "trigger": return path.count == 1 ? Self.triggerNames : []
    case "inputSet", "executionInput": return Array(run.origin.inputs.keys)
    case "exportedVariables": return ["getValue"]
    case "secrets": return ["getValue"]
    case "steps":
      let container = place.components.count > 1 ? place.parent : place
      return path.count == 1 ? container.map { children(of: $0) } ?? [] : []
    default: return []
    }
  }

  package func call(_ function: String, _ arguments: [Value]) throws(ExpressionError) -> Value? {
    if function == "exportedVariables.getValue" { return try exportedVariable(arguments) }
    guard function == "secrets.getValue" else {
      if let error = ServerNames.error(for: function.split(separator: ".").map(String.init)) { throw error }
      return nil
    }
    guard arguments.count == 1, let identifier = arguments[0].string else {
      throw ExpressionError(.wrongArguments, "secrets.getValue takes the identifier of one secret")
    }
    return .string(try secret(identifier))
  }

  /// What a step printed, a commit message or a branch's name came from outside: an expression in it is only text.
  package func evaluatesText(at path: [String]) -> Bool {
    if path.first == "codebase" { return isWrittenInBuild(path) }
    guard let first = path.first, !["trigger", "eventPayload", "inputSet"].contains(first) else { return false }
    // What a strategy's axes came to has been evaluated, and may have come from a step's output.
    guard !["matrix", "repeat", "strategy"].contains(first) else { return false }
    guard let (node, rest) = locate(path[...]), let attribute = rest.first else { return true }
    return attribute != "output" && !(node == .pipeline && Self.foreign.contains(attribute))
  }

  /// What the pipeline's own node says in words of other people: the codebase's, a branch's name, a remote's.
  private static let foreign: Set<String> = ["properties", "branch", "repo", "triggeredBy"]

  // MARK: Nodes

  typealias Path = ArraySlice<String>

  /// The stage, group, step or pipeline that a path starts with, and what is left of the path.
  private func locate(_ path: Path) -> (node: StepPath, rest: Path)? {
    guard let first = path.first else { return nil }
    let rest = path.dropFirst()
    switch first {
    case "pipeline": return descend(rest, from: .pipeline)
    case "stage": return nearest(.stage).map { descend(rest, from: $0) }
    case "stepGroup": return nearest(.group).map { descend(rest, from: $0) }
    case "step": return nearest(.step).map { descend(rest, from: $0) }
    case "stages": return descend(path, from: .pipeline)
    case "execution", "spec": return nearest(.stage).map { descend(path, from: $0) }
    case "steps":
      // The nearest group that has such a step, else the stage.
      var container = place.components.count > 1 ? place.parent : place
      while let candidate = container, candidate != .pipeline {
        if let (node, left) = Optional(descend(path, from: candidate)), node != candidate { return (node, left) }
        container = candidate.parent
      }
      return nil
    default:
      var ancestor: StepPath? = place
      while let candidate = ancestor, candidate != .pipeline {
        if candidate.last?.description == first { return descend(rest, from: candidate) }
        ancestor = candidate.parent
      }
      return nil
    }
  }

  /// Follows `stages.X`, `spec.execution.steps.X`, `steps.X` down from a node as far as they name nodes.
  private func descend(_ path: Path, from start: StepPath) -> (node: StepPath, rest: Path) {
    var node = start
    var rest = path
    while true {
      var ahead = rest
      if node.isStage {
        if ahead.first == "spec" { ahead = ahead.dropFirst() }
        if ahead.first == "execution" { ahead = ahead.dropFirst() }
      }
      guard ahead.first == (node == .pipeline ? "stages" : "steps"), let name = ahead.dropFirst().first,
        let identifier = try? Identifier(name)
      else { return (node, rest) }
      let child = node.appending(identifier)
      guard plan.index(of: child) != nil else { return (node, rest) }
      node = child
      rest = ahead.dropFirst(2)
    }
  }

  func nearest(_ kind: RunNode.Kind) -> StepPath? {
    var current: StepPath? = place
    while let candidate = current {
      if plan[candidate]?.kind == kind { return candidate }
      current = candidate.parent
    }
    return nil
  }

  private func attribute(_ path: Path, of node: StepPath) throws(ExpressionError) -> Value? {
    guard let name = path.first else { return .map([:]) }
    if node == .pipeline { return try pipelineAttribute(name, path.dropFirst()) }
    guard let planned = plan[node] else { return nil }
    switch name {
    case "identifier": return Value(node.last?.description)
    case "name": return .string(planned.name)
    case "type": return .string(planned.type)
    case "status", "liveStatus": return .string(state.node(node).status.rawValue)
    case "currentStatus": return .string(state.currentStatus(node).rawValue)
    case "startTs": return state.node(node).startedAt.map { .integer(Int($0.milliseconds)) } ?? .null
    case "endTs": return state.node(node).finishedAt.map { .integer(Int($0.milliseconds)) } ?? .null
    case "retryCount": return .integer(max(0, state.node(node).attempts - 1))
    case "executionUrl": return .string("slipway:///\(run.id)/\(node)")
    case "exitCode": return state.node(node).exitCode.map(Value.integer) ?? .null
    case "output": return try output(path.dropFirst(), of: node)
    case "artifact_\(node.last?.description ?? "")": return artifacts(path.dropFirst(), of: node)
    case "matrix", "repeat", "iteration", "iterations", "totalIterations", "identifierPostFix":
      if let value = plan.strategyAttribute(Array(path), of: node) { return value }
    default: break
    }
    if case .stage(let stage) = planned.content {
      switch name {
      case "description": return Value(stage.summary)
      case "tags": return lookUp(path.dropFirst(), in: stage.tags.mapValues(Value.string))
      case "variables": return try variable(path.dropFirst(), in: stage.variables, inputs: [:])
      default: return source(path, in: stage.source)
      }
    }
    if case .step(let step) = planned.content, name == "spec" {
      return step.source.flatMap { source(path.dropFirst(), in: $0) }
    }
    return nil
  }

  private func pipelineAttribute(_ name: String, _ rest: Path) throws(ExpressionError) -> Value? {
    let pipeline = plan.pipeline
    switch name {
    case "identifier": return .string(pipeline.identifier.description)
    case "name": return .string(pipeline.name)
    case "sequenceId": return .integer(run.sequenceID)
    case "executionId": return .string(run.id.description)
    case "resumedExecutionId": return .string((run.origin.replayOf ?? run.id).description)
    case "executionUrl": return .string("slipway:///\(run.id)")
    case "executionMode": return "NORMAL"
    case "storeType": return "INLINE"
    case "startTs": return .integer(Int(run.startedAt.milliseconds))
    case "triggerType": return .string(triggerType)
    case "triggeredBy":
      return lookUp(rest, in: ["name": .string(surroundings.actorName), "email": Value(surroundings.actorEmail)])
    case "orgIdentifier": return Value(pipeline.organization)
    case "projectIdentifier": return Value(pipeline.project)
    case "description": return Value(pipeline.summary)
    case "branch": return Value(run.origin.codebase?.branch)
    case "repo": return Value(run.origin.codebase?.remote)
    case "selectedStages": return .list(plan.selectedStages.map { .string($0.description) })
    case "status", "liveStatus": return .string(Status.running.rawValue)
    case "currentStatus": return .string(state.currentStatus(.pipeline).rawValue)
    case "tags": return lookUp(rest, in: pipeline.tags.mapValues(Value.string))
    case "variables": return try variable(rest, in: pipeline.variables, inputs: run.origin.inputs)
    case "properties":
      guard Array(rest.prefix(2)) == ["ci", "codebase"] else {
        return source(["properties"] + rest, in: pipeline.source)
      }
      return codebase(rest.dropFirst(2))
    case "stages": return nil
    default: return source([name] + rest, in: pipeline.source)
    }
  }

  private var triggerType: String {
    switch trigger(["type"])?.string?.lowercased() {
    case nil: trigger([]) == .map([:]) ? "MANUAL" : "WEBHOOK"
    case "scheduled", "cron": "SCHEDULER_CRON"
    case "artifact": "ARTIFACT"
    case "manifest": "MANIFEST"
    default: "WEBHOOK"
    }
  }

  private func attributeNames(_ path: Path, of node: StepPath) -> [String] {
    guard let first = path.first else {
      if node == .pipeline {
        return [
          "identifier", "name", "sequenceId", "executionId", "startTs", "triggerType", "triggeredBy", "orgIdentifier",
          "projectIdentifier", "variables", "tags", "stages", "currentStatus", "properties",
        ]
      }
      return [
        "identifier", "name", "type", "status", "currentStatus", "startTs", "output", "variables", "spec", "steps",
      ]
    }
    switch (node, first) {
    case (.pipeline, "variables"): return plan.pipeline.variables.map(\.name)
    case (.pipeline, "stages"): return plan.pipeline.allStages.map(\.identifier.description)
    case (_, "variables"):
      if case .stage(let stage) = plan[node]?.content { return stage.variables.map(\.name) }
      return []
    case (_, "output"):
      return path.dropFirst().first == nil ? ["outputVariables"] : Array(state.node(node).outputs.keys)
    case (_, "steps"): return path.count == 1 ? children(of: node) : []
    case (_, "spec"), (_, "execution"):
      guard node.isStage else { return [] }
      let rest = first == "spec" ? path.dropFirst() : path
      if rest.isEmpty { return ["execution"] }
      guard rest.first == "execution" else { return [] }
      if rest.count == 1 { return ["steps"] }
      return rest.count == 2 && rest.last == "steps" ? children(of: node) : []
    default: return []
    }
  }

  /// The identifiers of the groups and steps directly in a node.
  private func children(of node: StepPath) -> [String] {
    plan.nodes.filter { $0.kind != nil && $0.path.parent == node }.compactMap { $0.path.last?.description }
  }

  // MARK: Values

  func output(_ path: Path, of node: StepPath) throws(ExpressionError) -> Value? {
    let facts = state.node(node)
    let outputs = facts.outputs
    if outputs.isEmpty, facts.status == .notStarted || facts.status == .skipped, plan[node]?.kind == .step {
      throw ExpressionError(
        .unresolved,
        "step '\(node.last?.description ?? "")' has not run\(facts.status == .skipped ? ": it was skipped" : " yet"),"
          + " so it has no outputs")
    }
    guard path.first == "outputVariables" else {
      return path.isEmpty ? .map(["outputVariables": .map(outputs.mapValues(Value.string))]) : nil
    }
    let name = path.dropFirst().joined(separator: ".")
    if let value = outputs[name], value.contains(Masker.mask) {
      throw ExpressionError(
        .unavailable, "the output '\(name)' held a secret, which the ledger does not keep",
        help: "run the pipeline afresh, or replay an earlier stage")
    }
    return lookUp(path.dropFirst(), in: outputs.mapValues(Value.string))
  }

  private func variable(
    _ path: Path, in variables: [Variable], inputs: [String: String]
  ) throws(ExpressionError) -> Value? {
    // A name may hold dots: `variables.a.b` is the variable `a.b`.
    guard !path.isEmpty else {
      return .map(Dictionary(variables.map { ($0.name, Value($0.value?.raw)) }) { _, last in last })
    }
    let name = path.joined(separator: ".")
    guard let variable = variables.first(where: { $0.name == name }) else { return nil }
    let given = inputs[name] ?? inputs["pipeline.variables." + name]
    let text = given ?? (variable.value ?? variable.defaultValue)?.raw ?? ""
    switch variable.kind {
    case .string: return .string(text)
    case .number: return Int(text).map(Value.integer) ?? Double(text).map(Value.double) ?? .string(text)
    case .secret: return text.hasPrefix("<+") ? .string(text) : .string(try secret(text))
    }
  }

  private func secret(_ identifier: String) throws(ExpressionError) -> String {
    let value: String?
    do {
      value = try surroundings.secret(identifier)
    } catch {
      throw ExpressionError(.unavailable, "secret '\(identifier)' cannot be read: \(error)")
    }
    guard let value else {
      throw ExpressionError(
        .unavailable, "secret '\(identifier)' is not defined here",
        suggestion: Spelling.nearest(to: identifier, among: surroundings.secretNames),
        help: "add it under 'secrets:' in slipway.yaml")
    }
    masker.add(value)
    return value
  }

  func lookUp(_ path: Path, in values: [String: Value]) -> Value? {
    guard !path.isEmpty else { return .map(values) }
    if let whole = values[path.joined(separator: ".")] { return whole }
    guard let name = path.first, let value = values[name] else { return nil }
    return path.count == 1 ? value : value.map.flatMap { lookUp(path.dropFirst(), in: $0) }
  }

  /// What the pipeline file itself says at a path.
  func source(_ path: Path, in node: Model.Node) -> Value? {
    guard let name = path.first else { return node.value }
    guard case .mapping(let mapping) = node, let child = mapping[name] else { return nil }
    return source(path.dropFirst(), in: child)
  }
}
