import Engine
import Model
import PipelineFile
import RegistryClient
import Synchronization
import SystemPackage

extension RunSession {
  /// Opens a shell where a Run step has failed, one at a time, and lets the run go on when it has ended.
  func breaking(_ executor: RunExecutor) -> @Sendable (StepExecution, StepResult) async -> Void {
    let shell = StepShell(executor: executor, sandbox: toolbox.sandbox)
    let turn = ShellTurn()
    let terminal = terminal
    return { execution, result in
      let name = StepChoice.short(execution.path)
      guard case .run(let step) = execution.step.spec else {
        terminal.talk("\(name) failed; there is a shell for Run steps only")
        return
      }
      await turn.take {
        terminal.talk(
          "\(name) \(result.message.map { HarmlessText.inLine($0) } ?? "failed"): a shell in its place; 'exit' lets the run go on"
        )
        do {
          _ = try await shell.open(in: execution, of: step)
        } catch {
          terminal.talk("no shell could be opened: \(error)")
        }
      }
    }
  }

  /// Runs a command, or opens a shell, in the place of an earlier run's step.
  ///
  /// - Parameter scratch: where the step's own directory is made.
  func enter(
    _ attempt: Attempt, lineage: [RunHistory], exports: RecordedExports, workspace: Workspace, scratch: FilePath,
    command: [String]
  ) async throws -> ProcessExit {
    let host = RegistryHost(store: toolbox.registryStore, external: nil)
    let client = try toolbox.registryClient(workplace.settings)
    let masker = Masker()
    let builder = toolbox.builder(images: workplace.settings.images, host: host, client: client)
    let shell = StepShell(
      executor: toolbox.runExecutor(builder, environment: toolbox.surroundings.toolEnvironment),
      sandbox: toolbox.sandbox)
    let services = try services(
      store: try toolbox.readLedger(), host: host, live: nil, client: client,
      renderer: PlainRenderer(terminal: terminal, clock: toolbox.clock), masker: masker, secret: secret(masker)
    ).with(state: StateDirectory(root: scratch))
    guard let run = lineage.last?.run else { preconditionFailure("a step is entered of a run that exists") }
    let runner = Runner(plan: plan, run: run, services: services)
    let stream = Mutex(MaskingStream(masker))
    let terminal = terminal
    let output = OutputSink { bytes in
      let masked = stream.withLock { $0.mask(bytes) }
      masked.withUnsafeBytes { terminal.data($0) }
    }
    let (execution, step) = try runner.execution(
      of: attempt.path, attempt: attempt.number, lineage: lineage, exports: exports, workspace: workspace,
      output: OutputSink { terminal.talk(bytes: $0) })
    guard case .run(let spec) = step.spec else {
      throw CommandFailure(
        .usage, "'\(StepChoice.short(attempt.path))' is a \(step.type) step; there is a shell for Run steps only")
    }
    let result: Result<ProcessExit, any Error>
    do {
      result = .success(
        try await withThrowingTaskGroup(of: ProcessExit?.self) { group in
          group.addTask {
            await host.run()
            return nil
          }
          group.addTask {
            if command.isEmpty { return try await shell.open(in: execution, of: spec) }
            return try await shell.run(command, in: execution, of: spec, output: output)
          }
          defer { group.cancelAll() }
          while let ended = try await group.next() {
            if let exit = ended { return exit }
          }
          preconditionFailure("a command always ends with an exit or an error")
        })
    } catch {
      result = .failure(error)
    }
    let rest = stream.withLock { $0.finish() }
    rest.withUnsafeBytes { terminal.data($0) }
    try await client.close()
    return try result.get()
  }
}

/// Gives the one terminal to one shell after the other.
private actor ShellTurn {
  private var last: Task<Void, Never>?

  func take(_ work: @escaping @Sendable () async -> Void) async {
    let before = last
    // Awaited right here; cancelled by nobody: a person is at work in it.
    let task = Task {
      await before?.value
      await work()
    }
    last = task
    await task.value
  }
}
