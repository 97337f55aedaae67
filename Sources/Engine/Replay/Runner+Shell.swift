package import Model

extension Runner {
  /// What a step of an earlier run was given, with another workspace: for looking at it afterwards.
  ///
  /// Secrets are read anew. Outputs that were secret are gone: the ledger holds only their mask.
  ///
  /// - Parameters:
  ///   - lineage: the run, last, and before it those that it replays, oldest first.
  ///   - exports: from the events of these runs.
  /// - Throws: what the evaluation of its settings throws.
  package func execution(
    of path: StepPath, attempt number: Int, lineage: [RunHistory], exports: RecordedExports, workspace: Workspace,
    output: OutputSink
  ) throws -> (execution: StepExecution, step: Step) {
    guard case .step(let step) = plan[path]?.content,
      case .stage(let stage) = path.stage.flatMap({ plan[StepPath(stage: $0)] })?.content
    else { preconditionFailure("a step that is not in the plan is asked for") }
    for node in lineage.flatMap(\.nodes) {
      state.update(node.path) {
        $0.status = node.status
        $0.startedAt = node.startedAt
        $0.finishedAt = node.finishedAt
      }
    }
    for attempt in lineage.flatMap(\.attempts) {
      state.update(attempt.path) {
        $0.outputs = attempt.outputs
        $0.attempts = attempt.number
      }
    }
    // Sorted, since the runs of a lineage follow one another.
    let finished = lineage.flatMap(\.attempts).filter { $0.path.stage == path.stage && $0.path != path }
      .sorted { ($0.finishedAt ?? $0.startedAt) < ($1.finishedAt ?? $1.startedAt) }
    for earlier in finished {
      state.restore(
        earlier.outputs, exports.variables(of: earlier.path), of: earlier.path,
        withOutputs: services.outputsAreEnvironment)
    }
    let execution = try execution(
      of: step, in: stage, path, number, workspace, scratch: try scratches.take(), evaluator: evaluator(at: path),
      output: output)
    return (execution, step)
  }
}
