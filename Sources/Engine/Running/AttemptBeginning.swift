import Model
import OCI
import SystemPackage

/// An attempt that is about to begin: everything of it that is known before its step runs.
struct AttemptBeginning: Sendable {
  let attempt: Attempt
  let evaluator: StepEvaluator
  let log: StepLog
  /// Set when its settings cannot be evaluated: then the step is not run.
  let early: StepResult?

  var event: LedgerEntry.Event {
    LedgerEntry.Event(
      kind: "step.started", subject: attempt.path.description,
      payload: [
        "attempt": .integer(attempt.number), "spec": attempt.resolvedSpec,
        "workspace": Value(attempt.workspaceBefore?.description),
      ])
  }
}

extension Runner {
  /// - Parameter workspace: what the workspace holds, where a snapshot was taken.
  /// - Throws: when the log cannot be made.
  func begin(_ path: StepPath, number: Int, workspace: Digest?) throws -> AttemptBeginning {
    guard case .step(let step) = plan[path]?.content else {
      preconditionFailure("a step that is not in the plan is to be run")
    }
    state.update(path) {
      $0.attempts = number
      $0.pushes = []
    }
    let started = services.clock.now()
    let logFile = services.state.logFile(of: path, attempt: number, in: record.id)
    let evaluator = evaluator(at: path)
    var resolved = Value.map([:])
    var early: StepResult?
    do {
      if let source = step.source { resolved = try evaluator.resolved(source) }
    } catch {
      early = Self.result(of: error)
    }
    return AttemptBeginning(
      attempt: Attempt(
        path: path, number: number, status: .running, startedAt: started, resolvedSpec: resolved, logFile: logFile,
        workspaceBefore: workspace),
      evaluator: evaluator,
      log: try StepLog(at: services.state.root.pushing(FilePath(logFile)), masker: services.masker), early: early)
  }

  /// The beginnings of steps whose workspace was looked at a moment ago, at the end of the step before them: they are stored together with
  /// that end.
  ///
  /// - Parameters:
  ///   - report: the end of a step.
  ///   - actions: what follows from it.
  ///   - waiting: what is under way besides.
  /// - Throws: as ``begin(_:number:workspace:)``.
  func beginnings(
    after report: Report, _ actions: [SchedulerAction], waiting: some Sequence<StepPath>
  ) throws -> [AttemptBeginning] {
    guard case .stepFinished(let finished, _, _) = report.event, let stage = finished.stage,
      case .attempt(let ended)? = report.facts.first, let workspace = ended.workspaceAfter,
      // Anything else that runs in the stage may have changed it since.
      !waiting.contains(where: { $0.stage == stage }), stages.services(of: StepPath(stage: stage)).names.isEmpty
    else { return [] }
    return try actions.compactMap { action in
      guard case .execute(let path, let number) = action, path.stage == stage else { return nil }
      return try begin(path, number: number, workspace: workspace)
    }
  }
}
