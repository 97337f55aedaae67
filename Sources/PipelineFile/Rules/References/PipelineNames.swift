import Engine
import Model

/// What can be referred to in a pipeline, by name.
struct PipelineNames {
  enum Node {
    /// An index among the placed steps.
    case step(Int)
    case group
    /// A group whose steps are not in the file.
    case unknown
  }

  private struct Level: Hashable {
    let stage: Identifier
    let groups: [String]
  }

  private let pipelineVariables: Set<String>
  private var stageVariables: [Identifier: Set<String>] = [:]
  private var stages: [String: Stage] = [:]
  private var nodes: [Level: [String: Node]] = [:]
  /// Steps and groups with a looping strategy have names with something behind them: `test_0`.
  private var looping: [Level: Set<String>] = [:]
  private var groupsOfSteps: [Identifier: [String: [String]]] = [:]

  init(_ pipeline: Pipeline, steps: [PlacedStep]) {
    pipelineVariables = Set(pipeline.variables.map(\.name))
    for stage in pipeline.allStages {
      stages[stage.identifier.description] = stage
      stageVariables[stage.identifier] = Set(stage.variables.map(\.name))
      addUnknownGroups(stage.steps, in: stage.identifier, [])
    }
    for (index, place) in steps.enumerated() {
      let names = place.groups.map(\.identifier.description)
      for (depth, group) in place.groups.enumerated() {
        add(
          .group, names[depth], isLooping: group.strategy != nil,
          at: Level(stage: place.stage.identifier, groups: Array(names[..<depth])))
      }
      let level = Level(stage: place.stage.identifier, groups: names)
      let name = place.step.identifier.description
      add(.step(index), name, isLooping: place.step.strategy != nil, at: level)
      groupsOfSteps[place.stage.identifier, default: [:]][name] = names
    }
  }

  /// Groups that no step is known of: they are in none of the placed steps.
  private mutating func addUnknownGroups(_ elements: [ExecutionElement], in stage: Identifier, _ groups: [String]) {
    for element in elements {
      switch element {
      case .step: break
      case .parallel(let siblings): addUnknownGroups(siblings, in: stage, groups)
      case .group(let group):
        let name = group.identifier.description
        if group.steps.isEmpty {
          add(.unknown, name, isLooping: group.strategy != nil, at: Level(stage: stage, groups: groups))
        } else {
          addUnknownGroups(group.steps, in: stage, groups + [name])
        }
      }
    }
  }

  private mutating func add(_ node: Node, _ name: String, isLooping: Bool, at level: Level) {
    guard nodes[level]?[name] == nil else { return }
    nodes[level, default: [:]][name] = node
    if isLooping { looping[level, default: []].insert(name) }
  }

  func variables(of owner: BrokenReference.Owner) -> Set<String> {
    switch owner {
    case .pipeline: pipelineVariables
    case .stage(let identifier): stageVariables[identifier] ?? []
    }
  }

  func stage(_ name: String) -> Stage? {
    stages[name] ?? Self.beginnings(of: name).lazy.compactMap { stages[$0] }.first { $0.strategy != nil }
  }

  /// Whether the steps of a stage are in the model at all.
  func runsHere(_ stage: Stage) -> Bool {
    switch stage.kind {
    case .ci, .securityTests: !stage.steps.isEmpty
    case .recognised, .template: false
    }
  }

  /// A step or a group of a stage, by its name within the groups.
  func node(_ name: String, in stage: Stage, _ groups: [String]) -> Node? {
    let level = Level(stage: stage.identifier, groups: groups)
    if let node = nodes[level]?[name] { return node }
    let base = baseName(name, in: stage, groups)
    return base == name ? nil : nodes[level]?[base]
  }

  /// The name in the file of an instance of a looping step or group.
  func baseName(_ name: String, in stage: Stage, _ groups: [String]) -> String {
    let level = Level(stage: stage.identifier, groups: groups)
    if nodes[level]?[name] != nil { return name }
    guard let looping = looping[level] else { return name }
    return Self.beginnings(of: name).first(where: looping.contains) ?? name
  }

  /// What stands before each `_` of a name, the longest first.
  private static func beginnings(of name: String) -> [String] {
    name.indices.filter { name[$0] == "_" }.reversed().prefix(32).map { String(name[..<$0]) }
  }

  /// The groups around the step of that name, joined as an expression has them; nil when it is in none.
  func group(of step: String, in stage: Stage) -> String? {
    guard let groups = groupsOfSteps[stage.identifier]?[step], !groups.isEmpty else { return nil }
    return groups.joined(separator: ".steps.")
  }

  func stepNames(of stage: Stage?) -> [String] {
    guard let stage else { return [] }
    return (groupsOfSteps[stage.identifier] ?? [:]).keys.sorted()
  }
}
