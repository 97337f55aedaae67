import Model
import OCI
import SystemPackage

extension Runner {
  /// Runs one attempt at a step from the evaluation of its settings to its last snapshot.
  ///
  /// - Parameter beginning: when it is in the ledger already.
  /// - Throws: only when the ledger or the log cannot be written.
  func attempt(
    _ path: StepPath, number: Int, beginning: AttemptBeginning?, cancel: Latch
  ) async throws -> Report {
    guard case .step(let step) = plan[path]?.content, let workspace = workspace(of: path),
      case .stage(let stage) = path.stage.flatMap({ plan[StepPath(stage: $0)] })?.content
    else { preconditionFailure("a step that is not in the plan is to be run") }
    let begun: AttemptBeginning
    if let beginning {
      begun = beginning
    } else {
      begun = try begin(path, number: number, workspace: try await snapshotBefore(of: workspace, for: path))
      try await ledger.append([begun.event], facts: [.attempt(begun.attempt)])
    }
    let (observe, log) = (services.observe, begun.log)
    await observe(.attempt(path, number: number, at: begun.attempt.startedAt))
    let output = OutputSink { bytes in
      let masked = try await log.write(bytes)
      if !masked.isEmpty { await observe(.output(path, masked[...])) }
    }

    let result: StepResult
    if let early = begun.early {
      result = early
    } else if let fault = faults[path] ?? plan[path].flatMap({ faults[$0.template] }), number == 1 {
      result = .failure(fault, "made to fail by --outcome")
    } else {
      result = await perform(
        step, in: stage, path, number, workspace, evaluator: begun.evaluator, output: output,
        cancel: cancel)
    }
    if result.outcome != .succeeded, let message = result.message { try await output.line("slipway: " + message) }
    let (rest, digest) = try await log.finish()
    if !rest.isEmpty { await observe(.output(path, rest[...])) }

    state.update(path) {
      $0.exitCode = result.exitCode
      $0.outputs = result.outputs
      $0.secretOutputs = result.secretOutputs
    }
    state.export(result, of: path, withOutputs: services.outputsAreEnvironment)
    for name in result.secretOutputs { result.outputs[name].map(services.masker.add) }
    let kept = result.masked(by: services.masker)
    let final = Attempt(
      path: path, number: number, status: kept.attemptStatus, startedAt: begun.attempt.startedAt,
      finishedAt: services.clock.now(), resolvedSpec: begun.attempt.resolvedSpec, exitCode: kept.exitCode,
      failure: kept.failure, message: kept.message, outputs: kept.outputs, logFile: begun.attempt.logFile,
      logDigest: digest, workspaceBefore: begun.attempt.workspaceBefore,
      workspaceAfter: services.snapshotPolicy == .step ? try await snapshot(of: workspace, for: path) : nil)
    return Report(event: .stepFinished(path, attempt: number, kept), facts: [.attempt(final)])
  }

  private func snapshotBefore(of workspace: Workspace, for path: StepPath) async throws -> Digest? {
    switch services.snapshotPolicy {
    case .step: return try await snapshot(of: workspace, for: path)
    case .stage:
      let isFirst = path.stage.map { beginnings.isFirst(StepPath(stage: $0)) } ?? false
      return isFirst ? try await snapshot(of: workspace, for: path) : nil
    case .off: return nil
    }
  }

  /// Nil when the workspace cannot be read, which is said: the step goes on, and a replay cannot start from here.
  ///
  /// - Throws: when the disk is full. Then the ledger is too, or soon: better to end while it can be told.
  private func snapshot(of workspace: Workspace, for path: StepPath) async throws -> Digest? {
    do {
      let stage = path.stage.map(StepPath.init(stage:)) ?? path
      let taken = try await snapshots.takeAside(
        of: workspace.directory, notes: services.state.notes(of: stage, in: record.id))
      if let first = taken.leftOut.first, leftOut.isFirst(stage) {
        let others = taken.leftOut.count > 1 ? " and \(taken.leftOut.count - 1) more" : ""
        await services.observe(
          .notice(
            path, "left out of the snapshots: ‘\(first)’\(others) (sockets, pipes and devices cannot be restored)"))
      }
      return taken.root
    } catch let error as OCIError where error.code == .noSpace {
      throw error
    } catch {
      await services.observe(.notice(path, "no snapshot of the workspace could be taken: \(error)"))
      return nil
    }
  }

  private func perform(
    _ step: Step, in stage: Stage, _ path: StepPath, _ number: Int, _ workspace: Workspace,
    evaluator: StepEvaluator, output: OutputSink, cancel: Latch
  ) async -> StepResult {
    guard let executor = services.executors.first(where: { $0.handles(step.spec) }) else {
      return .failure(.configuration, "steps of type \(step.type) cannot run on this machine")
    }
    let scratch: FilePath
    do { scratch = try scratches.take() } catch { return Self.result(of: error) }
    defer { scratches.giveBack(scratch) }
    let limit: Seconds
    let execution: StepExecution
    do {
      limit = try evaluator.seconds(step.timeout, field: "timeout") ?? SchedulerQuestions.defaultStepTimeout
      execution = try self.execution(
        of: step, in: stage, path, number, workspace, scratch: scratch, evaluator: evaluator, output: output)
    } catch {
      return Self.result(of: error)
    }
    let result = await race(limit, cancel) {
      do { return try await executor.execute(execution) } catch { return Self.result(of: error) }
    }
    if case .failed = result.outcome { await services.onFailure?(execution, result) }
    return result
  }

  func execution(
    of step: Step, in stage: Stage, _ path: StepPath, _ number: Int, _ workspace: Workspace, scratch: FilePath,
    evaluator: StepEvaluator, output: OutputSink
  ) throws -> StepExecution {
    let stagePath = StepPath(stage: stage.identifier)
    let environment = StepEnvironment(
      run: record, pipeline: plan.pipeline, accountIdentifier: services.surroundings.accountIdentifier,
      failedSteps: state.failedSteps, exports: state.exports(in: stagePath))
    let isFailing = !state.currentStatus(stagePath).isPositive && state.currentStatus(stagePath) != .running
    let (ledger, custody, policy, state) = (ledger, custody, services.custodyPolicy, state)
    return StepExecution(
      run: record, stage: stage, step: step, path: path, attempt: number, workspace: workspace, evaluator: evaluator,
      environment: try environment.variables(stage: stage, isStageFailing: isFailing, evaluator: evaluator)
        .merging(plan.iterationVariables(of: path)) { given, _ in given },
      output: output, scratch: scratch, infrastructure: plan.pipeline.infrastructure(of: stage),
      codebase: record.origin.codebase,
      recorder: StepRecorder { events, facts, isDurable in
        try await ledger.append(events, facts: facts, isDurable: isDurable)
        custody.add(facts)
        for case .push(let push) in facts { state.update(push.step) { $0.pushes.append(push) } }
      },
      custody: { custody.custody(policy: policy) },
      sharedPaths: try SharedPaths.make(
        stage.sharedPaths, in: services.state.sharedPaths(of: stagePath, in: record.id), evaluator: evaluator),
      services: stages.services(of: stagePath), openServiceLog: serviceLog(of: path, number))
  }

  private func serviceLog(of path: StepPath, _ number: Int) -> @Sendable () throws -> ServiceLog {
    let (services, record) = (services, record)
    return {
      let file = services.state.serviceLogFile(of: path, attempt: number, in: record.id)
      let log = try StepLog(at: services.state.root.pushing(FilePath(file)), masker: services.masker)
      return ServiceLog(
        write: { bytes, isShown in
          let masked = try await log.write(bytes)
          if isShown, !masked.isEmpty { await services.observe(.output(path, masked[...])) }
        },
        finish: { (file, try await log.finish().digest) })
    }
  }

  /// Runs `work` until it ends, its time is over, or it is cancelled; in the last two cases it is cancelled and waited for.
  private func race(
    _ limit: Seconds, _ cancel: Latch, _ work: @escaping @Sendable () async -> StepResult
  ) async -> StepResult {
    enum Ending: Sendable {
      case finished(StepResult)
      case cancelled
      case timedOut
    }
    let clock = services.clock
    return await withTaskGroup(of: Ending.self) { group in
      group.addTask { .finished(await work()) }
      group.addTask {
        await cancel.wait()
        return .cancelled
      }
      group.addTask {
        do {
          try await clock.sleep(limit.duration)
          return .timedOut
        } catch {
          return .cancelled  // The step has ended in time, or the whole run is being ended.
        }
      }
      let first = await group.next() ?? .cancelled
      group.cancelAll()
      switch first {
      case .finished(let result): return result
      case .cancelled, .timedOut:
        for await ending in group {
          // How a process ends that was told to says nothing, but a refusal stands.
          if case .finished(let result) = ending, case .refused = result.outcome { return result }
        }
        if case .timedOut = first { return .failure(.timeout, "out of time after \(limit.count) s") }
        return StepResult(.cancelled, message: "cancelled")
      }
    }
  }

  /// What an error that ended a step means for it.
  static func result(of error: any Error) -> StepResult {
    switch error {
    case is CancellationError: StepResult(.cancelled, message: "cancelled")
    case let failure as StepFailure: .failure(failure.type, failure.message, exitCode: failure.exitCode)
    case let breach as CustodyBreach:
      StepResult(
        .refused(breach),
        message: breach.message
          + (breach.expected.map { ": expected \($0), found \(breach.found)" } ?? " (\(breach.found))"))
    case let error as ImageBuildError:
      .failure(
        error.code == .environment ? .infrastructure : .unknown,
        ([error.message] + error.diagnostics.map(Self.line)).joined(separator: "\n"), exitCode: 1)
    case let error as ImageTransferError: .failure(Self.type(of: error.code), error.message)
    case let error as ScanError: .failure(.unknown, error.message)
    case let error as OCIError: .failure(error.code == .noSpace ? .resourceLimits : .unknown, error.message)
    case let error as WorkspaceError: .failure(.configuration, error.message)
    default: .failure(.unknown, "\(error)")
    }
  }

  private static func line(_ diagnostic: Diagnostic) -> String {
    let place = diagnostic.span.map { "\($0): " } ?? ""
    let help = diagnostic.help.map { " (\($0))" } ?? ""
    return "\(place)\(diagnostic.severity.rawValue)[\(diagnostic.code)]: \(diagnostic.message)\(help)"
  }

  private static func type(of code: ImageTransferError.Code) -> FailureType {
    switch code {
    case .unreachable: .connectivity
    case .unauthenticated: .authentication
    case .forbidden: .authorization
    case .notFound, .refused, .digestMismatch, .unexpectedResponse: .unknown
    }
  }
}
