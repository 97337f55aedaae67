package import Model

/// What a replay takes over from the run that it replays: which steps are not run again, and what they left.
package struct TakeOver: Sendable {
  package let source: ULID
  /// Of steps, and of the groups and stages that were skipped as a whole.
  package let statuses: [StepPath: Status]
  /// The outputs of the steps that were taken over. Secret ones are lost: the ledger holds only their mask.
  package let outputs: [StepPath: [String: String]]
  /// The workspace that each stage starts from, as a snapshot's root; stages that are not in here start afresh.
  package let workspaces: [StepPath: Digest]
  /// With the instances that strategies had.
  private let plan: Plan
  /// The stages of which a step that ran is taken over: they cannot start afresh.
  let stagesWithProducts: Set<StepPath>
  /// The instances that strategies had in the earlier run.
  package let expansions: [StepPath: StrategyExpansion]
  package let builds: [BuildRecord]
  package let scans: [ScanRecord]

  /// Takes over everything up to the first step of each branch that did not succeed.
  ///
  /// In a sequence, all up to its first child that did not end well; in a parallel block, every member that did. What was skipped because
  /// something else went wrong, or because the run was stopped, did not end well.
  ///
  /// - Parameter lineage: the run that is replayed, last, and before it the runs that it replayed itself, oldest first: what it took over
  ///   from them is taken over again.
  ///   - expansions: the instances that the strategies of the run had, from its events. Without them a strategy that did not end well is
  ///     run again as a whole.
  package init(from lineage: [RunHistory], plan: Plan, expansions: [StepPath: StrategyExpansion] = [:]) {
    var plan = plan
    // A strategy may hold others: they are expanded after it.
    for (path, expansion) in expansions.sorted(by: { $0.key.components.count < $1.key.components.count }) {
      if let index = plan.index(of: path), plan.nodes[index].isStrategy, plan.nodes[index].children.isEmpty {
        _ = plan.expand(index, expansion)
      }
    }
    self.expansions = expansions
    self.plan = plan
    guard let history = lineage.last else { preconditionFailure("a replay needs a run to replay") }
    source = history.run.id
    let recorded = Dictionary(history.nodes.map { ($0.path, $0) }) { _, last in last }
    var statuses: [StepPath: Status] = [:]
    Self.collect(Plan.root, plan, recorded, into: &statuses)
    self.statuses = statuses

    var outputs: [StepPath: [String: String]] = [:]
    var ends: [StepPath: (at: Timestamp, root: Digest?)] = [:]
    var beginnings: [StepPath: Digest] = [:]
    for attempt in lineage.flatMap(\.attempts) {
      guard let stage = attempt.path.stage.map(StepPath.init(stage:)) else { continue }
      if beginnings[stage] == nil, let before = attempt.workspaceBefore { beginnings[stage] = before }
      guard statuses[attempt.path] != nil else { continue }
      outputs[attempt.path] = attempt.outputs
      guard let finished = attempt.finishedAt, ends[stage].map({ $0.at <= finished }) ?? true else { continue }
      ends[stage] = (finished, attempt.workspaceAfter)
    }
    self.outputs = outputs
    // Where the last step that is taken over left no snapshot, an older one is not the workspace that the next step needs.
    workspaces = beginnings.filter { ends[$0.key] == nil }.merging(ends.compactMapValues(\.root)) { $1 }
    stagesWithProducts = Set(ends.keys)
    builds = lineage.flatMap(\.builds)
    scans = lineage.flatMap(\.scans)
  }

  /// Whether nothing of a stage is run again.
  func isWhole(_ stage: StepPath) -> Bool {
    plan.index(of: stage).map(isWhole) ?? false
  }

  private func isWhole(_ index: Plan.Index) -> Bool {
    let node = plan.nodes[index]
    if node.kind != nil, node.kind != .stage, statuses[node.path] != nil { return true }
    if case .step = node.content { return false }
    if node.isStrategy, node.children.isEmpty { return false }
    return node.children.allSatisfy(isWhole)
  }

  /// - Returns: whether everything below the node ended well.
  @discardableResult
  private static func collect(
    _ index: Plan.Index, _ plan: Plan, _ recorded: [StepPath: RunNode], into statuses: inout [StepPath: Status]
  ) -> Bool {
    let node = plan.nodes[index]
    let record = node.kind == nil ? nil : recorded[node.path]
    if record?.status == .skipped {
      if Scheduler.isSkippedForTrouble(record?.message) { return false }
      statuses[node.path] = .skipped
      return true
    }
    if case .step = node.content {
      guard let status = record?.status, status.isPositive else { return false }
      statuses[node.path] = status
      return true
    }
    if node.isStrategy, node.children.isEmpty {
      guard let status = record?.status, status.isPositive else { return false }
      statuses[node.path] = status
      return true
    }
    var isWell = true
    for child in node.children {
      let isChildWell = collect(child, plan, recorded, into: &statuses)
      isWell = isWell && isChildWell
      if !isChildWell, !node.startsChildrenTogether { return false }
    }
    return isWell
  }
}
