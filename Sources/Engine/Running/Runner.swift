import Expressions
package import Model
import OCI
import SystemPackage

/// Carries out what the scheduler decides, and tells it what came of it.
///
/// Each event is in the ledger before its consequences begin. One task per action, all of them children of `run`.
package struct Runner: Sendable {
  /// What a task brings back: an event for the scheduler, and the rows that belong into the same transaction.
  struct Report: Sendable {
    let event: SchedulerEvent
    var facts: [LedgerEntry.Fact] = []
    /// Why a stage was refused its workspace.
    var breach: CustodyBreach?
  }

  private let growing: GrowingPlan
  package var plan: Plan { growing.current }
  package let record: Run
  let services: RunServices
  let takeOver: TakeOver?
  let faults: [StepPath: FailureType]
  let state = RunState()
  let custody: CustodyRecords
  let snapshots: WorkspaceSnapshots
  let beginnings = StageBeginnings()
  /// Stages of which it has been said that a snapshot leaves something out.
  let leftOut = StageBeginnings()
  let ledger: RunLedger
  let stages = RunningStages()
  let scratches: ScratchDirectories

  /// - Parameters:
  ///   - takeOver: what is not run again.
  ///   - faults: steps that fail without being run, to see what the pipeline makes of it.
  package init(
    plan: Plan, run: Run, services: RunServices, takeOver: TakeOver? = nil, faults: [StepPath: FailureType] = [:]
  ) {
    growing = GrowingPlan(plan)
    record = run
    self.services = services
    self.takeOver = takeOver
    self.faults = faults
    custody = CustodyRecords(builds: takeOver?.builds ?? [], scans: takeOver?.scans ?? [])
    snapshots = WorkspaceSnapshots(blobs: services.blobs)
    scratches = ScratchDirectories(in: services.state.scratch(of: run.id))
    ledger = RunLedger(store: services.store, run: run.id, clock: services.clock)
  }

  /// Runs the pipeline to its end.
  ///
  /// - Parameter cancellation: opened to stop the run: running steps are ended, and the call returns when they are.
  /// - Throws: when the ledger cannot be written; everything that was running has been ended then.
  package func run(cancellation: Latch) async throws -> RunConclusion {
    await services.observe(.started(record, plan))
    let limit: Seconds?
    do {
      limit = try questions.timeout(of: .pipeline)
    } catch {
      return try await conclude(.failed, breach: nil, message: Self.result(of: error).message)
    }
    var scheduler = Scheduler(plan, takenOver: takeOver?.statuses ?? [:], parallelism: services.concurrency.jobs)
    return try await withThrowingTaskGroup(of: Report?.self) { group in
      defer { group.cancelAll() }
      group.addTask {
        await cancellation.wait()
        return Task.isCancelled ? nil : Report(event: .cancelRequested)
      }
      if let limit {
        group.addTask { await expire(.pipeline, after: limit) }
      }
      var cancels: [StepPath: Latch] = [:]
      var hosted: Set<StepPath> = []
      var breach: CustodyBreach?
      var failure: String?
      /// What is known already, before anything else is waited for.
      var pending = [Report(event: .started)]
      while true {
        guard !pending.isEmpty else {
          guard let answer = try await group.next() else {
            preconditionFailure("a run has nothing left to wait for and has not ended")
          }
          if let answer { pending.append(answer) }
          continue
        }
        // What can be answered by looking is answered at once: question and answer are stored together.
        var batch = Batch(at: services.clock.now())
        while !pending.isEmpty {
          let report = pending.removeFirst()
          let known = scheduler.plan.nodes.count
          let actions = scheduler.handle(report.event)
          if case .expanded(let path, _) = report.event, scheduler.plan.nodes.count > known {
            growing.current = scheduler.plan
            await services.observe(.expanded(path, Array(scheduler.plan.nodes[known...])))
          }
          breach = breach ?? report.breach
          if case .stepFinished(let path, _, let result) = report.event {
            cancels[path] = nil
            if case .refused(let found) = result.outcome { breach = breach ?? found }
          }
          note(report, actions, scheduler, in: &batch)
          for beginning in try beginnings(after: report, actions, waiting: cancels.keys) {
            batch.add(beginning)
          }
          for case .evaluate(let path, let condition) in actions {
            pending.append(Report(event: questions.condition(condition, at: path)))
          }
        }
        try await store(batch)
        for action in batch.actions {
          switch action {
          case .evaluate: break
          case .expand(let path):
            group.addTask { expand(path) }
          case .prepareStage(let path):
            do {
              if let limit = try questions.timeout(of: path) { group.addTask { await expire(path, after: limit) } }
              group.addTask { await prepare(path) }
              // Lasts as long as the stage: its answer is that everything beside the steps has ended.
              hosted.insert(path)
              group.addTask { await host(path) }
            } catch {
              let message = Self.result(of: error).message ?? "its timeout cannot be evaluated"
              pending.append(Report(event: .stagePreparationFailed(path, message: services.masker.mask(message))))
            }
          case .execute(let path, let number):
            let cancel = Latch()
            cancels[path] = cancel
            let beginning = batch.beginnings[path]
            group.addTask { try await attempt(path, number: number, beginning: beginning, cancel: cancel) }
          case .delay(let path, let seconds):
            let cancel = Latch()
            cancels[path] = cancel
            group.addTask { await delay(path, seconds, cancel: cancel) }
          case .intervene(let path, let failure, let message, let timeout):
            let cancel = Latch()
            cancels[path] = cancel
            let request = InterventionRequest(
              path: path, failure: failure, message: message.map(services.masker.mask), timeout: timeout)
            group.addTask { await intervene(request, cancel: cancel) }
          case .closeStage(let path):
            if hosted.contains(path) {
              stages.services(of: path).close()
            } else {
              pending.append(Report(event: .stageClosed(path)))
            }
          case .cancel(let path):
            cancels[path]?.open()
          case .changed(let path, let status, let message):
            if status == .running, let limit = try await groupTimeout(path) {
              group.addTask { await expire(path, after: limit) }
            }
            if status.isFinal, !status.isPositive, failure == nil {
              failure = message.map { "\(path.last?.description ?? ""): \($0)" }
            }
          case .finish(let status):
            return try await conclude(status, breach: breach, message: failure)
          }
        }
      }
    }
  }

  // MARK: The ledger

  /// Events with everything that they changed.
  private struct Batch {
    var events = [LedgerEntry.Event]()
    var facts = [LedgerEntry.Fact]()
    var changes = [RunProgress]()
    var actions = [SchedulerAction]()
    var beginnings: [StepPath: AttemptBeginning] = [:]
    let at: Timestamp

    init(at: Timestamp) { self.at = at }

    mutating func add(_ beginning: AttemptBeginning) {
      events.append(beginning.event)
      facts.append(.attempt(beginning.attempt))
      beginnings[beginning.attempt.path] = beginning
    }
  }

  /// Takes note of an event and of what it changed.
  private func note(
    _ report: Report, _ actions: [SchedulerAction], _ scheduler: Scheduler, in batch: inout Batch
  ) {
    batch.events.append(report.event.ledgerEvent)
    if let breach = report.breach, case .stagePreparationFailed(let path, _) = report.event {
      batch.events.append(breach.event("custody.refused", at: path))
    }
    batch.facts += report.facts
    batch.actions += actions
    var stages: Set<StepPath> = []
    for action in actions {
      guard case .changed(let path, let status, let message) = action, let node = plan[path], let kind = node.kind
      else {
        continue
      }
      let isTakenOver = takeOver?.statuses[path] != nil
      if let takeOver, isTakenOver {
        takeOver.restore(path, into: state, outputsAreEnvironment: services.outputsAreEnvironment)
      }
      state.take(status, of: path, kind, at: batch.at)
      let entry = state.node(path)
      let masked = message.map(services.masker.mask)
      batch.facts.append(
        .node(
          RunNode(
            path: path, kind: kind, name: node.name, type: node.type, status: status, startedAt: entry.startedAt,
            finishedAt: entry.finishedAt, message: masked, takenFrom: isTakenOver ? takeOver?.source : nil)))
      let change = RunProgress.changed(path, status, message: masked, at: batch.at)
      batch.changes.append(change)
      change.stage.map { _ = stages.insert($0) }
    }
    state.setCurrentStatuses(of: stages, from: scheduler)
  }

  /// Stores a batch, and tells the observer.
  private func store(_ batch: Batch) async throws {
    try await ledger.append(batch.events, facts: batch.facts, at: batch.at)
    for change in batch.changes { await services.observe(change) }
  }

  private func conclude(_ status: Status, breach: CustodyBreach?, message: String?) async throws -> RunConclusion {
    let now = services.clock.now()
    let message = message.map(services.masker.mask)
    let event = LedgerEntry.Event(
      kind: "run.finished", subject: record.id.description,
      payload: ["status": .string(status.rawValue), "message": Value(message)])
    try await ledger.append([event], facts: [.runFinished(status, message: message)], at: now, isDurable: true)
    FileTree.remove(services.state.scratch(of: record.id))
    let conclusion = RunConclusion(run: record, status: status, breach: breach, message: message)
    await services.observe(.finished(conclusion, at: now))
    return conclusion
  }

  // MARK: Conditions and time

  var questions: SchedulerQuestions {
    SchedulerQuestions(
      plan: plan, run: record, state: state, surroundings: services.surroundings, masker: services.masker,
      clock: services.clock, concurrency: services.concurrency)
  }

  func evaluator(at path: StepPath) -> StepEvaluator { questions.evaluator(at: path) }

  private func expand(_ path: StepPath) -> Report {
    // What the earlier run found is what its steps were run for.
    if let recorded = takeOver?.expansions[path] { return Report(event: .expanded(path, recorded)) }
    return Report(event: questions.expansion(at: path))
  }

  /// Nil for what is no group; a stage's time begins with its preparation.
  private func groupTimeout(_ path: StepPath) async throws -> Seconds? {
    guard case .group? = plan[path]?.content else { return nil }
    do {
      return try questions.timeout(of: path)
    } catch let failure as StepFailure {
      await services.observe(.notice(path, "its timeout is not kept: \(services.masker.mask(failure.message))"))
      return nil
    }
  }

  private func intervene(_ request: InterventionRequest, cancel: Latch) async -> Report {
    func report(_ decision: InterventionDecision) -> Report {
      Report(event: .interventionDecided(request.path, decision))
    }
    await services.observe(.notice(request.path, services.interventions.question(about: request)))
    guard services.interventions.isAttended else { return report(.timedOut) }
    let (clock, desk) = (services.clock, services.interventions)
    return await withTaskGroup(of: InterventionDecision.self) { group in
      // Whatever keeps an answer from coming is as good as none.
      group.addTask { (try? await desk.decide(request)) ?? .timedOut }
      group.addTask {
        // Ends early once there is an answer.
        try? await clock.sleep(request.timeout.duration)
        return .timedOut
      }
      group.addTask {
        await cancel.wait()
        return .timedOut
      }
      let decision = await group.next() ?? .timedOut
      group.cancelAll()
      return report(decision)
    }
  }

  private func expire(_ path: StepPath, after limit: Seconds) async -> Report? {
    do {
      try await services.clock.sleep(limit.duration)
      return Report(event: .timedOut(path))
    } catch {
      return nil  // The run has ended before the time was over.
    }
  }

  private func delay(_ path: StepPath, _ seconds: Seconds, cancel: Latch) async -> Report {
    let clock = services.clock
    await withTaskGroup(of: Void.self) { group in
      // Ends early when the run is stopped: what happens then the scheduler decides.
      group.addTask { try? await clock.sleep(seconds.duration) }
      group.addTask { await cancel.wait() }
      await group.next()
      group.cancelAll()
    }
    return Report(event: .delayElapsed(path))
  }

  // MARK: Workspaces

  func workspace(of path: StepPath) -> Workspace? {
    path.stage.map { Workspace(directory: services.state.workspace(of: StepPath(stage: $0), in: record.id)) }
  }

  private func prepare(_ path: StepPath) async -> Report {
    guard case .stage(let stage) = plan[path]?.content, let workspace = workspace(of: path) else {
      preconditionFailure("a stage that is not in the plan is to be prepared")
    }
    do {
      if takeOver?.isWhole(path) == true {
        // Nothing of it is run again, so nothing needs its files.
        try workspace.directory.createDirectories()
      } else if let snapshot = takeOver?.workspaces[path] {
        let notes = services.state.notes(of: path, in: record.id)
        let way = try await WorkspaceTakeOver(snapshots: snapshots, state: services.state)
          .provide(snapshot, for: path, of: record.id, from: takeOver?.sources ?? [], notes: notes)
        await services.observe(.notice(path, way.sentence(snapshot)))
      } else if takeOver?.stagesWithProducts.contains(path) == true {
        return Report(
          event: .stagePreparationFailed(
            path, message: "the earlier run kept no snapshot of this stage's workspace: run the pipeline afresh"))
      } else {
        let codebase = stage.clonesCodebase ?? true ? record.origin.codebase : nil
        if let snapshot = codebase?.snapshot {
          try await snapshots.restoreAside(
            snapshot, to: workspace.directory, notes: services.state.notes(of: path, in: record.id))
          await useCache(of: path) { $0.restore() }
          return Report(event: .stagePrepared(path))
        }
        try workspace.directory.createDirectories()
        if let codebase {
          try await services.codebase.copy(
            FilePath(codebase.directory), to: workspace.directory, excluding: services.state.root)
        }
        await useCache(of: path) { $0.restore() }
      }
      return Report(event: .stagePrepared(path))
    } catch let error as SnapshotError {
      let name = "the workspace of stage \(path.last?.description ?? "")"
      let help = "'slipway prune --damaged' removes what is damaged, and the next run stores it anew"
      return Report(
        event: .stagePreparationFailed(path, message: "\(error.message) (\(help))"), breach: error.breach(of: name))
    } catch {
      return Report(event: .stagePreparationFailed(path, message: "the workspace could not be made: \(error)"))
    }
  }

  /// Runs what steps start beside themselves until the stage is closed, and then saves its cache.
  private func host(_ path: StepPath) async -> Report? {
    await stages.services(of: path).run()
    guard !Task.isCancelled else { return nil }
    if state.currentStatus(path).isPositive || state.currentStatus(path) == .running {
      await useCache(of: path) { $0.save() }
    }
    return Report(event: .stageClosed(path))
  }

  /// What the stage's `caching:` asks for; nothing when it has none, or nothing of it is run.
  private func useCache(of path: StepPath, _ work: (CacheIntelligenceRun) -> String?) async {
    guard case .stage(let stage) = plan[path]?.content, let settings = stage.caching, takeOver?.isWhole(path) != true,
      let workspace = workspace(of: path)
    else { return }
    let evaluator = evaluator(at: path)
    let codebase = record.origin.codebase
    let key = CacheKey(
      workspace: workspace, branch: codebase?.branch, commit: codebase?.commit, buildNumber: record.sequenceID,
      repository: (codebase?.remote ?? codebase?.directory)?.split(separator: "/").last.map(String.init),
      now: services.clock.now())
    let said: String?
    do {
      let shared = try SharedPaths.make(
        stage.sharedPaths, in: services.state.sharedPaths(of: path, in: record.id), evaluator: evaluator)
      said = work(
        CacheIntelligenceRun(
          settings: settings, buckets: services.state.buckets, workspace: workspace, sharedPaths: shared, key: key,
          evaluator: evaluator))
    } catch {
      said = "caching: \(Self.result(of: error).message ?? "it cannot be used")"
    }
    if let said { await services.observe(.notice(path, services.masker.mask(said))) }
  }
}
