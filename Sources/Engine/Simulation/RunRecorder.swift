import Model

/// Keeps what happens in a run that only the scheduler plays, as the ledger would keep it.
struct RunRecorder: Sendable {
  let state = RunState()
  private var order: [StepPath] = []
  private var nodes: [StepPath: RunNode] = [:]
  private var attempts: [Attempt] = []
  private var beginnings: [StepPath: Timestamp] = [:]

  /// - Parameter scheduler: as it was before the event.
  mutating func take(_ event: SchedulerEvent, before scheduler: Scheduler, at now: Timestamp) {
    // What comes after the end of an attempt is not heard any more.
    guard case .stepFinished(let path, let number, let result) = event,
      scheduler.isAwaitingResult(of: path, attempt: number)
    else { return }
    state.update(path) {
      $0.exitCode = result.exitCode
      $0.outputs = result.outputs
    }
    attempts.append(
      Attempt(
        path: path, number: number, status: result.attemptStatus, startedAt: beginnings[path] ?? now,
        finishedAt: beginnings[path] == now ? nil : now,
        resolvedSpec: .null, exitCode: result.exitCode, failure: result.failure, message: result.message,
        outputs: result.outputs, logFile: ""))
  }

  /// - Parameter scheduler: as it is after the event that led to these actions.
  mutating func take(_ actions: [SchedulerAction], after scheduler: Scheduler, at now: Timestamp) {
    var stages: Set<StepPath> = []
    for action in actions {
      switch action {
      case .execute(let path, let number):
        beginnings[path] = now
        state.update(path) { $0.attempts = number }
      case .changed(let path, let status, let message):
        guard let node = scheduler.plan[path], let kind = node.kind else { continue }
        state.take(status, of: path, kind, at: now)
        if let stage = path.stage { stages.insert(StepPath(stage: stage)) }
        let facts = state.node(path)
        if nodes[path] == nil { order.append(path) }
        nodes[path] = RunNode(
          path: path, kind: kind, name: node.name, type: node.type, status: status, startedAt: facts.startedAt,
          finishedAt: facts.finishedAt, message: message)
      default: break
      }
    }
    if !stages.isEmpty { state.setCurrentStatuses(of: stages, from: scheduler) }
  }

  /// The run as the ledger would hold it. What took no time at all has no times: nobody has measured anything.
  func history(of run: Run, status: Status, at now: Timestamp) -> RunHistory {
    RunHistory(
      run: Run(
        id: run.id, pipeline: run.pipeline, pipelineName: run.pipelineName, sequenceID: run.sequenceID, status: status,
        startedAt: run.startedAt, finishedAt: now, origin: run.origin),
      nodes: order.compactMap { nodes[$0]?.withoutEmptyTimes }, attempts: attempts, builds: [], scans: [], pushes: [])
  }
}

extension RunNode {
  fileprivate var withoutEmptyTimes: RunNode {
    guard startedAt == finishedAt else { return self }
    return RunNode(path: path, kind: kind, name: name, type: type, status: status, message: message)
  }
}
