package import Model

/// Explores every combination of step outcomes with the scheduler that real runs have, breadth first, each state once.
///
/// A step may succeed, or fail in one way of each kind that its failure strategies tell apart. Where a condition asks for what no file can
/// say (an output, an exit code), both answers are explored. Steps that run side by side end in every order.
package struct Prover {
  /// A state, and how the run got there.
  private struct Visit {
    let previous: Int?
    let events: [SchedulerEvent]
    /// Dropped once its successors are known.
    var state: ProofState?
  }

  private let world: SimulatedRun.World
  private let properties: [Property]
  private let limit: Int
  private let relevance: Relevance
  private var visits: [Visit] = []
  private var seen: Set<ProofState.Key> = []
  private var found: [Property: (visit: Int, events: [SchedulerEvent], explanation: String)] = [:]
  private var assumptions: [String] = []
  private var archives: [StepPath: StepArchives] = [:]
  private var declared: Set<WorkspaceFile> = []
  private let plan: Plan

  /// - Parameter limit: how many states are looked at before the exploration is given up.
  package init(_ plan: Plan, properties: [Property], limit: Int, world: SimulatedRun.World) {
    self.plan = plan
    self.properties = properties
    self.limit = limit
    self.world = world
    relevance = Relevance(
      plan.pipeline,
      requirements: properties.compactMap { if case .requirement(let requirement) = $0 { requirement } else { nil } })
  }

  package mutating func prove() -> Proof {
    let start = ProofState(scheduler: Scheduler(plan))
    expand(start, .started, from: nil)
    var next = 0
    while next < visits.count, visits.count < limit, found.count < properties.count {
      guard let state = visits[next].state else { preconditionFailure("a state is looked at once") }
      visits[next].state = nil
      for event in choices(in: state) { expand(state, event, from: next) }
      next += 1
    }
    let isComplete = next >= visits.count
    return Proof(
      verdicts: properties.map { property in
        if let broken = found[property] { return (property, .broken(counterexample(broken))) }
        return (property, isComplete ? .holds : .undecided)
      },
      stateCount: visits.count, isComplete: isComplete || found.count == properties.count, assumptions: assumptions)
  }

  // MARK: What can happen

  private func choices(in state: ProofState) -> [SchedulerEvent] {
    let scheduler = state.scheduler
    return state.open.flatMap { open -> [SchedulerEvent] in
      let path = scheduler.plan.nodes[open.index].path
      switch open {
      case .execution(_, let attempt):
        let failures = kindsOfFailure(at: open.index, scheduler).map { type in
          SchedulerEvent.stepFinished(path, attempt: attempt, .failure(type, "\(type.rawValue) error"))
        }
        // What is to be read and is not there makes the step fail.
        if let file = archives[path]?.reads, isMissing(file, state) { return failures }
        return [.stepFinished(path, attempt: attempt, StepResult(.succeeded))] + failures
      case .intervention:
        // Asking for one attempt after another leads nowhere new.
        return InterventionDecision.allCases.filter { $0 != .retry }.map { .interventionDecided(path, $0) }
      }
    }
  }

  /// One type of failure for each action that is taken for some.
  private func kindsOfFailure(at index: Plan.Index, _ scheduler: Scheduler) -> [FailureType] {
    let policy = scheduler.policy(at: index)
    var actions: [FailureStrategy.Action?] = []
    var kinds: [FailureType] = []
    for type in FailureType.allCases {
      let action = policy.action(for: type)
      guard !actions.contains(action) else { continue }
      actions.append(action)
      kinds.append(type)
    }
    return kinds
  }

  /// Lets an event happen, and everything after it up to the next choice; keeps what is new.
  private mutating func expand(_ state: ProofState, _ event: SchedulerEvent, from previous: Int?) {
    var branches: [(state: ProofState, pending: [SchedulerEvent], events: [SchedulerEvent])] = [(state, [event], [])]
    while var branch = branches.popLast() {
      guard let next = branch.pending.first else {
        keep(branch.state, branch.events, from: previous)
        continue
      }
      branch.pending.removeFirst()
      branch.events.append(next)
      judge(&branch.state, next, branch.events, previous)
      let actions = branch.state.scheduler.handle(next)
      note(&branch.state, next)
      var alternatives: [[SchedulerEvent]] = [[]]
      for action in actions {
        let answers = answers(to: action, in: &branch.state, branch.events, previous)
        guard !answers.isEmpty else { continue }
        alternatives = alternatives.flatMap { earlier in answers.map { earlier + [$0] } }
      }
      for alternative in alternatives {
        branches.append((branch.state, branch.pending + alternative, branch.events))
      }
    }
  }

  private mutating func keep(_ state: ProofState, _ events: [SchedulerEvent], from previous: Int?) {
    if state.scheduler.isFinished {
      judgeEnd(state, events, previous)
      // A finished run has no successors, and nothing else to be told about it.
      return
    }
    guard seen.insert(state.key(relevance)).inserted else { return }
    visits.append(Visit(previous: previous, events: events, state: state))
  }

  /// - Returns: the answers that are possible; none where a choice is left for later.
  private mutating func answers(
    to action: SchedulerAction, in state: inout ProofState, _ events: [SchedulerEvent], _ previous: Int?
  ) -> [SchedulerEvent] {
    switch action {
    case .evaluate(let path, let condition): return judgements(of: condition, at: path, state.scheduler)
    case .expand(let path): return [expansion(at: path, state.scheduler)]
    case .prepareStage(let path): return [.stagePrepared(path)]
    case .delay(let path, _): return [.delayElapsed(path)]
    case .closeStage(let path): return [.stageClosed(path)]
    case .execute(let path, let attempt):
      guard let index = state.scheduler.plan.index(of: path) else { return [] }
      state.open.append(.execution(index, attempt: attempt))
      checkReads(state, path, events, previous)
      return []
    case .intervene(let path, _, _, _):
      guard let index = state.scheduler.plan.index(of: path) else { return [] }
      state.open.append(.intervention(index))
      return []
    case .cancel(let path):
      guard let index = state.scheduler.plan.index(of: path) else { return [] }
      let attempt = state.scheduler.attempt(of: path)
      if state.open.contains(.intervention(index)) { return [.interventionDecided(path, .timedOut)] }
      return [.stepFinished(path, attempt: attempt, StepResult(.cancelled, message: "cancelled"))]
    case .changed, .finish: return []
    }
  }

  private mutating func judgements(of condition: Text, at path: StepPath, _ scheduler: Scheduler) -> [SchedulerEvent] {
    let both = [true, false].map {
      SchedulerEvent.conditionEvaluated(path, holds: $0, detail: "when: condition \(condition.raw) is \($0)")
    }
    if condition.raw.contains("exitCode") { return both }
    let (event, missing) = questions(scheduler).judged(condition, at: path)
    if case .conditionFailed = event, let unknown = missing.first(where: { $0.contains("output") }) {
      assume("\(path.shortDescription): '\(unknown)' has no value before a run: both ways are explored")
      return both
    }
    return [event]
  }

  private mutating func expansion(at path: StepPath, _ scheduler: Scheduler) -> SchedulerEvent {
    let event = questions(scheduler).expansion(at: path)
    guard case .expansionFailed(_, let message) = event, message.contains("output") else { return event }
    assume("\(path.shortDescription): its instances are only known in a run (\(message)): two are explored")
    return .expanded(
      path, StrategyExpansion([StrategyExpansion.Values(postfix: "_0"), StrategyExpansion.Values(postfix: "_1")]))
  }

  private mutating func assume(_ sentence: String) {
    if !assumptions.contains(sentence) { assumptions.append(sentence) }
  }

  /// The world as conditions see it in this state.
  private func questions(_ scheduler: Scheduler) -> SchedulerQuestions {
    let state = RunState()
    var stages: Set<StepPath> = []
    for index in scheduler.plan.nodes.indices {
      let node = scheduler.plan.nodes[index]
      guard let kind = node.kind, scheduler.states[index].status != .notStarted else { continue }
      state.take(scheduler.states[index].status, of: node.path, kind, at: world.run.startedAt)
      state.update(node.path) { $0.attempts = scheduler.states[index].attempt }
      if kind == .stage { stages.insert(node.path) }
    }
    state.setCurrentStatuses(of: stages, from: scheduler)
    let now = world.run.startedAt
    return SchedulerQuestions(
      plan: scheduler.plan, run: world.run, state: state, surroundings: world.surroundings, masker: world.masker,
      clock: EngineClock(now: { now }, sleep: { _ in }), concurrency: StrategyConcurrency(processors: Int.max))
  }

  // MARK: Files

  private mutating func archives(of path: StepPath, _ scheduler: Scheduler) -> StepArchives? {
    if let known = archives[path] { return known }
    guard let index = scheduler.plan.index(of: path), case .step(let step) = scheduler.plan.nodes[index].content,
      let around = scheduler.plan.stage(around: index), case .stage(let stage) = scheduler.plan.nodes[around].content
    else { return nil }
    do {
      let found = try StepArchives(
        of: step, in: stage, infrastructure: plan.pipeline.infrastructure(of: stage), pipeline: plan.pipeline,
        evaluator: questions(scheduler).evaluator(at: path))
      archives[path] = found
      return found
    } catch {
      assume(
        "\(path.shortDescription): what it reads and writes is not known: \(Runner.result(of: error).message ?? "\(error)")"
      )
      return nil
    }
  }

  private mutating func checkReads(
    _ state: ProofState, _ path: StepPath, _ events: [SchedulerEvent], _ previous: Int?
  ) {
    guard let file = archives(of: path, state.scheduler)?.reads, state.facts.archives[file] == nil else { return }
    learnWriters(of: file.stage, state.scheduler)
    guard isMissing(file, state) else {
      assume("\(path.shortDescription) reads \(file), which is taken to be written by a script: no setting names it")
      return
    }
    report(
      .writtenBeforeRead, "\(path.shortDescription) reads \(file), and no earlier step has written it", events, previous
    )
  }

  /// Whether nobody has written a file: neither a step whose settings say so nor, where no step's settings do, any script.
  private func isMissing(_ file: WorkspaceFile, _ state: ProofState) -> Bool {
    guard state.facts.archives[file] == nil else { return false }
    return declared.contains(file) || !state.facts.scripted.contains(file.stage)
  }

  /// Finds out which files the settings of a stage's steps say that they write.
  private mutating func learnWriters(of stage: StepPath, _ scheduler: Scheduler) {
    guard let index = scheduler.plan.index(of: stage) else { return }
    for step in scheduler.plan.steps(below: index) {
      if let file = archives(of: scheduler.plan.nodes[step].path, scheduler)?.writes { declared.insert(file) }
    }
  }

  /// Looks at what ends with this event, before the scheduler hears of it.
  private mutating func judge(
    _ state: inout ProofState, _ event: SchedulerEvent, _ events: [SchedulerEvent], _ previous: Int?
  ) {
    switch event {
    case .stepFinished(let path, let attempt, let result):
      guard let index = state.scheduler.plan.index(of: path),
        state.scheduler.isAwaitingResult(of: path, attempt: attempt)
      else { return }
      state.open.removeAll { $0 == .execution(index, attempt: attempt) }
      guard let used = archives(of: path, state.scheduler) else { return }
      if result.outcome == .succeeded {
        succeed(&state, path, used, events, previous)
      } else {
        // It may have got halfway.
        if let file = used.writes, state.facts.archives[file] != nil { state.facts.archives[file] = .unscanned }
        if let file = used.scanned, state.facts.archives[file] != nil { state.facts.archives[file] = .refused }
      }
    case .interventionDecided(let path, _):
      guard let index = state.scheduler.plan.index(of: path) else { return }
      state.open.removeAll { $0 == .intervention(index) }
    default: break
    }
  }

  private mutating func succeed(
    _ state: inout ProofState, _ path: StepPath, _ used: StepArchives, _ events: [SchedulerEvent], _ previous: Int?
  ) {
    let name = path.shortDescription
    if let file = used.writes { state.facts.archives[file] = .unscanned }
    if let file = used.scanned { state.facts.archives[file] = used.canRefuse ? .passed : .unjudged }
    switch used.effect {
    case .build(_, isPushed: true):
      report(.scannedBeforePush, "\(name) pushes what it has just built: nothing can have scanned it", events, previous)
    case .push(let path):
      let file = WorkspaceFile(stage: used.stage, path: path)
      let reason: String? =
        switch state.facts.archives[file] {
        case .passed: nil
        case .unscanned: "which no scan has looked at since it was written"
        case .refused: "whose scan did not pass"
        case .unjudged: "whose scan lets everything through: it has no fail_on_severity"
        case nil: "which no scan has looked at"
        }
      if let reason { report(.scannedBeforePush, "\(name) pushes the image in \(file), \(reason)", events, previous) }
    case .build, .scan, .unknown, .nothing: break
    }
    guard !used.text.isEmpty else { return }
    if let stage = path.stage { state.facts.scripted.insert(StepPath(stage: stage)) }
    // A script may have made what a later step reads, or changed what is there.
    for file in filesRead(in: path, state.scheduler) {
      if used.plainlyWrites(file) || (state.facts.archives[file] == nil && used.mentions(file)) {
        state.facts.archives[file] = .unscanned
      }
    }
  }

  /// The archives that the steps of the same stage read.
  private mutating func filesRead(in path: StepPath, _ scheduler: Scheduler) -> Set<WorkspaceFile> {
    guard let name = path.stage, let stage = scheduler.plan.index(of: StepPath(stage: name)) else { return [] }
    var files: Set<WorkspaceFile> = []
    for step in scheduler.plan.steps(below: stage) {
      if let file = archives(of: scheduler.plan.nodes[step].path, scheduler)?.reads { files.insert(file) }
    }
    return files
  }

  // MARK: Verdicts

  /// Takes note of a failure that the status of its step does not show.
  private func note(_ state: inout ProofState, _ event: SchedulerEvent) {
    let path: StepPath
    switch event {
    case .stepFinished(let step, _, let result):
      guard case .failed = result.outcome else { return }
      path = step
    case .interventionDecided(let step, .timedOut): path = step
    case .conditionEvaluated(let step, _, _) where state.scheduler.attempt(of: step) > 0: path = step
    default: return
    }
    let status = state.scheduler.status(of: path)
    if status == .ignoreFailed || status == .succeeded, state.facts.swallowed == nil { state.facts.swallowed = path }
  }

  private mutating func judgeEnd(_ state: ProofState, _ events: [SchedulerEvent], _ previous: Int?) {
    let status = state.scheduler.status(of: .pipeline)
    if let step = state.facts.swallowed, status.isPositive {
      report(
        .failuresFail,
        "\(step.shortDescription) failed, is \(state.scheduler.status(of: step).rawValue) by its failure strategy, and the run ends as"
          + " \(status.rawValue)", events, previous)
    }
    for case .requirement(let requirement) in properties where !requirement.holds(in: state.scheduler) {
      report(.requirement(requirement), "'\(requirement)' is not true of this run", events, previous)
    }
  }

  private mutating func report(
    _ property: Property, _ explanation: String, _ events: [SchedulerEvent], _ previous: Int?
  ) {
    guard found[property] == nil, properties.contains(property) else { return }
    found[property] = (previous ?? -1, events, explanation)
  }

  /// The run from its beginning to the event that breaks the property.
  private func counterexample(
    _ broken: (visit: Int, events: [SchedulerEvent], explanation: String)
  ) -> Proof.Counterexample {
    var pieces = [broken.events]
    var current: Int? = broken.visit < 0 ? nil : broken.visit
    while let index = current {
      pieces.append(visits[index].events)
      current = visits[index].previous
    }
    var scheduler = Scheduler(plan)
    var recorder = RunRecorder()
    let now = world.run.startedAt
    for event in pieces.reversed().joined() {
      recorder.take(event, before: scheduler, at: now)
      let actions = scheduler.handle(event)
      recorder.take(actions, after: scheduler, at: now)
    }
    return Proof.Counterexample(
      history: recorder.history(of: world.run, status: scheduler.status(of: .pipeline), at: now),
      explanation: broken.explanation)
  }
}

extension Pipeline {
  /// Where Harness would run the stage, `useFromStage` followed.
  package func infrastructure(of stage: Stage) -> Infrastructure {
    var current = stage
    var seen: Set<Identifier> = [stage.identifier]
    while case .sameAs(let other) = current.infrastructure, seen.insert(other).inserted,
      let found = allStages.first(where: { $0.identifier == other })
    {
      current = found
    }
    return current.infrastructure
  }
}
