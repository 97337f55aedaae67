import Model

/// A run that has got so far: what the scheduler knows, who still has to end, and what lies in the workspaces.
struct ProofState: Sendable {
  enum Open: Hashable, Sendable {
    case execution(Plan.Index, attempt: Int)
    case intervention(Plan.Index)

    var index: Plan.Index {
      switch self {
      case .execution(let index, _), .intervention(let index): index
      }
    }
  }

  /// What is known of an image archive.
  enum Archive: Hashable, Sendable {
    /// Nobody has scanned what it holds now.
    case unscanned
    case passed
    /// The scan found too much, or did not come to its end.
    case refused
    /// It was scanned by a step that lets everything through.
    case unjudged
  }

  /// What decides about the properties, besides the scheduler.
  struct Facts: Hashable, Sendable {
    var archives: [WorkspaceFile: Archive] = [:]
    /// The stages in which a script has run: it may have written what nobody says that he writes.
    var scripted: Set<StepPath> = []
    /// A failure that does not show in the status of its step.
    var swallowed: StepPath?
  }

  var scheduler: Scheduler
  var open: [Open] = []
  var facts = Facts()

  /// The same for two states from which the same can happen. Which of several instances that are all alike is where does not count.
  func key(_ relevance: Relevance) -> Key {
    var finished: [Key.End: Int] = [:]
    if !relevance.isEmpty {
      for index in scheduler.plan.nodes.indices where relevance.covers(scheduler.plan.nodes[index]) {
        let node = scheduler.plan.nodes[index]
        let code = scheduler.states[index].status.code &* 2 &+ (scheduler.hasRun(index) ? 1 : 0)
        let path = isAmongAlike(index, relevance) ? node.template : node.path
        finished[Key.End(path: path, code: code), default: 0] += 1
      }
    }
    return Key(
      codes: encode(Plan.root, from: Plan.root, relevance), finished: finished, facts: facts,
      failures: scheduler.openFailures, isStopping: scheduler.isStopping)
  }

  private func isAmongAlike(_ index: Plan.Index, _ relevance: Relevance) -> Bool {
    var current = scheduler.plan.nodes[index].parent
    while let node = current {
      if scheduler.plan.nodes[node].isStrategy, relevance.isAlike(scheduler.plan.nodes[node]) { return true }
      current = scheduler.plan.nodes[node].parent
    }
    return false
  }

  struct Key: Hashable, Sendable {
    /// How a node has ended that still matters.
    struct End: Hashable, Sendable {
      let path: StepPath
      let code: Int
    }

    let codes: [Int]
    let finished: [End: Int]
    let facts: Facts
    let failures: [Plan.Index: Scheduler.OpenFailure]
    let isStopping: Bool
  }

  private func encode(_ index: Plan.Index, from origin: Plan.Index, _ relevance: Relevance) -> [Int] {
    let state = scheduler.states[index]
    let node = scheduler.plan.nodes[index]
    var codes = [
      index - origin, state.question.map { $0.code } ?? 0, state.isTimedOut ? 1 : 0,
      // Two attempts at a step differ where its strategy counts them.
      state.question == nil ? 0 : state.attempt - state.earlierAttempts, state.reruns,
      state.rerunDelay == nil ? 0 : 1, state.openChildren, state.nextChild, Int(state.tally.presence),
    ]
    if relevance.countsGroups { codes += state.tally.numbers }
    let isAlike = node.isStrategy && relevance.isAlike(node)
    var below = [[Int]]()
    for child in node.children
    where scheduler.states[child].status == .running || scheduler.states[child].question != nil {
      below.append(encode(child, from: isAlike ? child : origin, relevance))
    }
    if isAlike { below.sort { $0.lexicographicallyPrecedes($1) } }
    codes.append(below.count)
    for inner in below { codes += inner }
    return codes
  }
}

/// Which nodes' ends still matter once they are past: those that a condition or a requirement speaks of.
final class Relevance {
  private let text: String
  private let patterns: [NodePattern]
  /// A group may be run again: then it counts how often each status occurs, and not only whether.
  let countsGroups: Bool
  private let usesIterations: Bool
  private var covered: [StepPath: Bool] = [:]
  private var alike: [StepPath: Bool] = [:]

  init(_ pipeline: Pipeline, requirements: [Requirement]) {
    var texts = [String]()
    var reruns = false
    func look(_ when: When?, _ strategies: [FailureStrategy], _ strategy: Strategy?) {
      if let condition = when?.condition { texts.append(condition.raw) }
      for failure in strategies {
        var action = failure.action
        while true {
          switch action {
          case .retry(_, _, let then, _):
            action = then
            continue
          case .manualIntervention(_, let then):
            action = then
            continue
          case .retryStepGroup: reruns = true
          default: break
          }
          break
        }
      }
      if let strategy { texts.append("\(strategy)") }
    }
    func look(_ elements: [ExecutionElement]) {
      for element in elements {
        switch element {
        case .step(let step): look(step.when, step.failureStrategies, step.strategy)
        case .group(let group):
          look(group.when, group.failureStrategies, group.strategy)
          look(group.steps)
        case .parallel(let members): look(members)
        }
      }
    }
    for stage in pipeline.allStages {
      look(stage.when, stage.failureStrategies, stage.strategy)
      look(stage.steps)
    }
    let expressions = texts.filter { $0.mentions("<+") || $0.contains("steps.") }
    let text = expressions.joined(separator: "\n")
    self.text = text
    usesIterations = ["matrix", "repeat", "strategy", "iteration"].contains { text.contains($0) }
    patterns = requirements.flatMap(\.patterns)
    countsGroups = reruns
  }

  var isEmpty: Bool { text.isEmpty && patterns.isEmpty }

  func covers(_ node: Plan.Node) -> Bool {
    guard node.kind != nil, let name = node.template.last?.description else { return false }
    if let known = covered[node.path] { return known }
    let found = text.contains(name) || patterns.contains { $0.matches(node) }
    covered[node.path] = found
    return found
  }

  /// Whether the instances of a strategy differ in nothing that decides: their values, or what somebody asks of one of them.
  func isAlike(_ node: Plan.Node) -> Bool {
    if let known = alike[node.path] { return known }
    let found = areAlike(node)
    alike[node.path] = found
    return found
  }

  private func areAlike(_ node: Plan.Node) -> Bool {
    guard !usesIterations, case .strategy(let looped) = node.content else { return false }
    let speaksOfIteration: Bool
    var inside = [node.template]
    switch looped {
    // Each has a workspace of its own.
    case .stage: return false
    case .step(let step): speaksOfIteration = step.source.map(Self.speaksOfIteration) ?? false
    case .group(let group):
      speaksOfIteration = group.definition.map(Self.speaksOfIteration) ?? false
      inside += Plan.templates(group.steps, in: node.template)
    }
    return !speaksOfIteration
      && inside.allSatisfy { template in
        !text.contains(template.last?.description ?? "")
          && patterns.allSatisfy { !$0.mayMatch(template) || $0.matches(template) }
      }
  }

  private static func speaksOfIteration(_ node: Model.Node) -> Bool {
    switch node {
    case .scalar(let scalar):
      scalar.text.mentions("<+") && ["matrix", "repeat", "strategy", "iteration"].contains { scalar.text.contains($0) }
    case .sequence(let sequence): sequence.elements.contains(where: speaksOfIteration)
    case .mapping(let mapping): mapping.entries.contains { speaksOfIteration($0.value) }
    }
  }
}

extension Status {
  fileprivate var code: Int { Status.allCases.firstIndex(of: self) ?? 0 }
}

extension Scheduler.Question {
  fileprivate var code: Int {
    switch self {
    case .condition: 1
    case .expansion: 2
    case .preparation: 3
    case .result: 4
    case .retryCondition: 5
    case .delay: 6
    case .intervention: 7
    case .closing: 8
    }
  }
}
