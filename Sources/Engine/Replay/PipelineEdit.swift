package import Model

/// How a pipeline differs from the one that a run was made of.
///
/// Harness retries with an edited pipeline when the ordered list of stage identifiers is the same, takes what is not run again from the
/// earlier YAML and the rest from the current one. So does a replay.
package struct PipelineEdit: Sendable {
  /// The stages are not the same, so that the pipeline cannot take the other one's place.
  package struct StagesDiffer: Error, Hashable {
    package let before: [Identifier]
    package let after: [Identifier]
  }

  /// What changed, one line each, as `stage build, step test: changed`.
  package let changes: [String]
  /// Steps that are there in both and are not the same.
  package let changedSteps: Set<StepPath>

  private let before: Pipeline
  private let after: Pipeline

  package init(from before: Pipeline, to after: Pipeline) throws(StagesDiffer) {
    let names = (before.allStages.map(\.identifier), after.allStages.map(\.identifier))
    guard names.0 == names.1 else { throw StagesDiffer(before: names.0, after: names.1) }
    self.before = before
    self.after = after
    let (old, new) = (Plan(before), Plan(after))
    var changes = [String]()
    var changedSteps: Set<StepPath> = []
    if Self.heading(before) != Self.heading(after) { changes.append("pipeline: its own settings changed") }
    for node in new.nodes {
      guard node.kind != nil else { continue }
      guard let other = old[node.path] else {
        changes.append(Self.name(node.path) + ": added")
        continue
      }
      switch (node.content, other.content) {
      case (.step(let step), .step(let earlier)):
        if Self.text(step) != Self.text(earlier) {
          changes.append(Self.name(node.path) + ": changed")
          changedSteps.insert(node.path)
        }
      case (.stage(let stage), .stage(let earlier)):
        if Self.heading(stage) != Self.heading(earlier) {
          changes.append(Self.name(node.path) + ": its settings changed")
        }
      default: break
      }
    }
    changes += old.nodes.filter { $0.kind != nil && new[$0.path] == nil }.map { Self.name($0.path) + ": removed" }
    self.changes = changes
    self.changedSteps = changedSteps
  }

  /// The current pipeline with these stages as they were.
  package func merged(keeping stages: Set<Identifier>) -> Pipeline {
    let earlier = Dictionary(before.allStages.map { ($0.identifier, $0) }) { first, _ in first }
    func merged(_ stage: Stage) -> Stage {
      stages.contains(stage.identifier) ? earlier[stage.identifier] ?? stage : stage
    }
    var pipeline = after
    pipeline.stages = after.stages.map { element in
      switch element {
      case .stage(let stage): .stage(merged(stage))
      case .parallel(let members): .parallel(members.map(merged))
      }
    }
    return pipeline
  }

  private static func name(_ path: StepPath) -> String {
    guard let stage = path.stage else { return "pipeline" }
    let rest = path.components.dropFirst().map(\.description).joined(separator: "/")
    return "stage \(stage)" + (rest.isEmpty ? "" : ", step \(rest)")
  }

  /// What a step is, without where it stands in the file.
  private static func text(_ step: Step) -> [String] {
    guard let node = step.definition ?? step.source else { return [step.type, step.name] }
    return [step.type, step.name] + text(node)
  }

  private static func heading(_ stage: Stage) -> [String] {
    [stage.name] + stage.variables.map { "\($0.name)=\($0.value?.raw ?? "")" }
  }

  private static func heading(_ pipeline: Pipeline) -> [String] {
    [pipeline.name, pipeline.timeout?.raw ?? ""] + pipeline.variables.map { "\($0.name)=\($0.value?.raw ?? "")" }
  }

  private static func text(_ node: Node) -> [String] {
    switch node {
    case .scalar(let scalar): ["=" + scalar.text]
    case .sequence(let sequence): ["["] + sequence.elements.flatMap(text) + ["]"]
    case .mapping(let mapping): ["{"] + mapping.entries.flatMap { [$0.key.text] + text($0.value) } + ["}"]
    }
  }
}
