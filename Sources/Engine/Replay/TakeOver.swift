package import Model

/// What a replay takes over from the run that it replays: which steps are not run again, and what they left.
///
/// Services are started again in every stage of which something is run.
package struct TakeOver: Sendable {
  /// How much is run again.
  package enum Extent: Hashable, Sendable {
    /// From the first step of each branch that did not succeed.
    case fromFailure
    /// Harness's own retry: every stage that did not succeed as a whole, with a fresh workspace.
    case failedStages
    /// This stage, group or step and all that comes after it.
    case from(StepPath)
    /// This stage as a whole, with a fresh workspace, and all that comes after it.
    case fromStage(StepPath)

    var start: StepPath? {
      switch self {
      case .from(let path), .fromStage(let path): path
      case .fromFailure, .failedStages: nil
      }
    }

    /// Whether stages start with fresh workspaces.
    package var isOfWholeStages: Bool {
      switch self {
      case .failedStages, .fromStage: true
      case .fromFailure, .from: false
      }
    }
  }

  /// Why a replay cannot start where it is to.
  package enum StartError: Error, Hashable {
    /// Something before the start did not succeed: what follows cannot be run without it.
    case unfinished(StepPath, before: StepPath)
  }

  package let source: ULID
  /// The same, and behind it the runs that it replays itself.
  package let sources: [ULID]
  /// Of steps, and of the groups and stages that were skipped as a whole.
  package let statuses: [StepPath: Status]
  /// The outputs of the steps that were taken over. Secret ones are lost: the ledger holds only their mask.
  package let outputs: [StepPath: [String: String]]
  /// What the steps that were taken over have put into the environment of later ones.
  package let exports: RecordedExports
  /// The workspace that each stage starts from, as a snapshot's root; stages that are not in here start afresh.
  package let workspaces: [StepPath: Digest]
  /// With the instances that strategies had.
  private let plan: Plan
  /// Stages that are run, or run on.
  package let unfinishedStages: Set<StepPath>
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
  ///   - exports: from the events of the same runs.
  package init(
    from lineage: [RunHistory], plan: Plan, expansions: [StepPath: StrategyExpansion] = [:],
    exports: RecordedExports = RecordedExports()
  ) {
    let plan = Self.expanded(plan, expansions)
    self.init(
      lineage, Collection(plan: plan, lineage: lineage, extent: .fromFailure, changed: []), .fromFailure, plan,
      expansions, exports)
  }

  /// The same with another extent.
  ///
  /// - Parameter changed: steps that are not what they were when the run was made: they and what comes after them is run again.
  /// - Throws: ``StartError``.
  package init(
    from lineage: [RunHistory], plan: Plan, extent: Extent, changed: Set<StepPath> = [],
    expansions: [StepPath: StrategyExpansion] = [:], exports: RecordedExports = RecordedExports()
  ) throws(StartError) {
    let plan = Self.expanded(plan, expansions)
    let collection = Collection(plan: plan, lineage: lineage, extent: extent, changed: changed)
    if let start = extent.start, !collection.hasMetStart, let obstacle = collection.firstUnfinished {
      throw .unfinished(obstacle, before: start)
    }
    self.init(lineage, collection, extent, plan, expansions, exports)
  }

  private static func expanded(_ plan: Plan, _ expansions: [StepPath: StrategyExpansion]) -> Plan {
    var plan = plan
    // A strategy may hold others: they are expanded after it.
    for (path, expansion) in expansions.sorted(by: { $0.key.components.count < $1.key.components.count }) {
      if let index = plan.index(of: path), plan.nodes[index].isStrategy, plan.nodes[index].children.isEmpty {
        _ = plan.expand(index, expansion)
      }
    }
    return plan
  }

  /// Stages that would go on in the middle, and of which no snapshot was kept.
  package var stagesWithoutWorkspace: Set<StepPath> {
    stagesWithProducts.intersection(unfinishedStages).filter { workspaces[$0] == nil }
  }

  private init(
    _ lineage: [RunHistory], _ collection: Collection, _ extent: Extent, _ plan: Plan,
    _ expansions: [StepPath: StrategyExpansion], _ exports: RecordedExports
  ) {
    self.plan = plan
    self.expansions = expansions
    self.exports = exports
    guard let history = lineage.last else { preconditionFailure("a replay needs a run to replay") }
    source = history.run.id
    sources = lineage.reversed().map(\.run.id)
    var statuses = collection.statuses
    // Services ended with the earlier run, and what is run again of their stage may need them.
    for node in plan.nodes where node.startsService && statuses[node.path]?.isPositive == true {
      guard statuses[node.path] != .skipped, let stage = node.path.stage.map(StepPath.init(stage:)),
        collection.unfinishedStages.contains(stage)
      else { continue }
      statuses[node.path] = nil
    }
    var outputs: [StepPath: [String: String]] = [:]
    var ends: [StepPath: (at: Timestamp, root: Digest?)] = [:]
    var beginnings: [StepPath: Digest] = [:]
    var stagesWithEnds: Set<StepPath> = []
    for attempt in lineage.flatMap(\.attempts) {
      guard let stage = attempt.path.stage.map(StepPath.init(stage:)) else { continue }
      if beginnings[stage] == nil, let before = attempt.workspaceBefore { beginnings[stage] = before }
      if attempt.workspaceAfter != nil { stagesWithEnds.insert(stage) }
      guard statuses[attempt.path] != nil else { continue }
      outputs[attempt.path] = attempt.outputs
      guard let finished = attempt.finishedAt, ends[stage].map({ $0.at <= finished }) ?? true else { continue }
      ends[stage] = (finished, attempt.workspaceAfter)
    }
    // Snapshots were taken at the stage's beginning only, so that it starts from there.
    for stage in ends.keys where !stagesWithEnds.contains(stage) && beginnings[stage] != nil {
      guard collection.unfinishedStages.contains(stage) else { continue }
      statuses = statuses.filter { !$0.key.isInside(stage) }
      outputs = outputs.filter { !$0.key.isInside(stage) }
      ends[stage] = nil
    }
    self.statuses = statuses
    self.outputs = outputs
    // Where the last step that is taken over left no snapshot, an older one is not the workspace that the next step needs.
    let roots = beginnings.filter { ends[$0.key] == nil }.merging(ends.compactMapValues(\.root)) { $1 }
    workspaces = extent.isOfWholeStages ? roots.filter { !collection.unfinishedStages.contains($0.key) } : roots
    unfinishedStages = collection.unfinishedStages
    stagesWithProducts = Set(ends.keys)
    builds = lineage.flatMap(\.builds)
    scans = lineage.flatMap(\.scans)
  }

  /// Variables that steps which are run again would have found in their environment, and which cannot be had again, by the step that
  /// had set them.
  package var lostExports: [(step: StepPath, names: [String])] {
    statuses.keys.sorted().compactMap { path in
      guard path.stage.map({ unfinishedStages.contains(StepPath(stage: $0)) }) == true,
        case let names = exports.lostNames(of: path), !names.isEmpty
      else { return nil }
      return (path, names)
    }
  }

  /// Lets a step that is taken over have left what it left.
  func restore(_ path: StepPath, into state: RunState, outputsAreEnvironment: Bool) {
    if let outputs = outputs[path] { state.update(path) { $0.outputs = outputs } }
    state.restore(outputs[path] ?? [:], exports.variables(of: path), of: path, withOutputs: outputsAreEnvironment)
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
}

/// Goes through a plan and finds what ended well.
private struct Collection {
  private let plan: Plan
  private let recorded: [StepPath: RunNode]
  private let extent: TakeOver.Extent
  private let changed: Set<StepPath>
  private(set) var statuses: [StepPath: Status] = [:]
  private(set) var hasMetStart = false
  private(set) var firstUnfinished: StepPath?
  private var finishedStages: Set<StepPath> = []

  /// Stages that will be run, or run on.
  var unfinishedStages: Set<StepPath> {
    Set(plan.nodes.filter { $0.kind == .stage }.map(\.path)).subtracting(finishedStages)
  }

  init(plan: Plan, lineage: [RunHistory], extent: TakeOver.Extent, changed: Set<StepPath>) {
    self.plan = plan
    self.extent = extent
    self.changed = changed
    recorded = Dictionary((lineage.last?.nodes ?? []).map { ($0.path, $0) }) { _, last in last }
    collect(Plan.root)
  }

  /// - Returns: whether everything below the node ended well.
  @discardableResult
  private mutating func collect(_ index: Plan.Index) -> Bool {
    let node = plan.nodes[index]
    if node.kind != nil, node.path == extent.start {
      hasMetStart = true
      return false
    }
    let record = node.kind == nil ? nil : recorded[node.path]
    if record?.status == .skipped {
      if Scheduler.isSkippedForTrouble(record?.message) { return leave(node) }
      statuses[node.path] = .skipped
      if node.kind == .stage { finishedStages.insert(node.path) }
      return true
    }
    if case .step = node.content {
      guard let status = record?.status, status.isPositive, !changed.contains(node.path) else { return leave(node) }
      statuses[node.path] = status
      return true
    }
    if node.isStrategy, node.children.isEmpty {
      guard let status = record?.status, status.isPositive else { return leave(node) }
      statuses[node.path] = status
      return true
    }
    var isWell = true
    for child in node.children {
      let isChildWell = collect(child)
      isWell = isWell && isChildWell
      if !isChildWell, !node.startsChildrenTogether { break }
    }
    // A stage that has no step at all and was never reached is no finished one.
    if node.kind == .stage, record == nil { isWell = false }
    guard node.kind == .stage, !isWell else {
      if node.kind == .stage { finishedStages.insert(node.path) }
      return isWell
    }
    if firstUnfinished == nil, !hasMetStart { firstUnfinished = node.path }
    if extent.isOfWholeStages { statuses = statuses.filter { !$0.key.isInside(node.path) } }
    return false
  }

  private mutating func leave(_ node: Plan.Node) -> Bool {
    if firstUnfinished == nil, !hasMetStart { firstUnfinished = node.path }
    return false
  }
}
