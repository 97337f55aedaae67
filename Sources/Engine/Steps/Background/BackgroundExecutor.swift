package import Model
import OCI
import Synchronization
import SystemPackage

/// `Background`, and what a stage lists under `serviceDependencies`: a service beside the later steps, ended with its stage.
///
/// A service that names ports has started when one of them answers, or when it is not worth waiting any longer, which is said; one that
/// names none has started at once. Services share the machine's network, as all containers of a Kubernetes pod share one: a container's
/// port is the machine's port. Containers reach a service by its step's identifier too, in a group by GROUP_STEP.
package struct BackgroundExecutor: StepExecutor {
  /// How long a port is waited for.
  private static let patience: Duration = .seconds(60)
  private static let pause: Duration = .milliseconds(50)
  /// Between TERM and KILL when the stage ends.
  private static let gracePeriod: Duration = .seconds(3)

  private let processes: StepProcesses
  private let clock: EngineClock
  private let isListening: @Sendable (UInt16) -> Bool

  /// - Parameter isListening: whether something on this machine accepts connections at the port.
  package init(
    _ processes: StepProcesses, clock: EngineClock, isListening: @escaping @Sendable (UInt16) -> Bool
  ) {
    self.processes = processes
    self.clock = clock
    self.isListening = isListening
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .background = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .background(let step) = execution.step.spec else {
      preconditionFailure("a step that is no service came to its executor")
    }
    let ports = try ports(of: step, execution)
    // The attempt's own directory goes with the attempt, and is another's afterwards.
    let name = "service-" + Digest(of: "\(execution.path) \(execution.attempt)".utf8).hex
    let scratch = execution.scratch.removingLastComponent().appending(name)
    var process = try await processes.process(
      try program(of: step, execution.evaluator), for: execution, scratch: scratch)
    process.gracePeriod = Self.gracePeriod

    let service = Service(output: execution.output, log: try execution.openServiceLog())
    let (sandbox, running) = (processes.sandbox, process)
    let isStarted = execution.services.start(named: Self.name(of: execution.path)) {
      await service.run(running, in: sandbox, path: execution.path, recorder: execution.recorder)
    }
    guard isStarted else { throw CancellationError() }
    defer { service.detach() }
    return try await waitUntilReady(service, ports: ports, execution)
  }

  private func program(of step: BackgroundStep, _ evaluator: StepEvaluator) throws -> StepProgram {
    var command = StepProgram.Command.image(
      entrypoint: try step.entrypoint.map(evaluator.render), arguments: try step.arguments.map(evaluator.render))
    if step.entrypoint.isEmpty, let text = step.command, case let script = try evaluator.render(text), !script.isEmpty {
      command = .script(script, shell: try evaluator.word(step.shell, field: "shell"))
    }
    return StepProgram(command: command, container: step.container, environment: step.environment)
  }

  /// The ports at which the service will be found.
  private func ports(of step: BackgroundStep, _ execution: StepExecution) throws -> [UInt16] {
    try step.portBindings.map { binding in
      let (host, container) = (
        try execution.evaluator.render(binding.host), try execution.evaluator.render(binding.container)
      )
      guard let hostPort = UInt16(host), let port = UInt16(container) else {
        throw StepFailure(.configuration, "portBindings: '\(host): \(container)' are no two ports")
      }
      // A process on the machine itself listens where it likes, and Harness's documentation has it at the host's port.
      return step.container.image == nil ? hostPort : port
    }
  }

  private func waitUntilReady(
    _ service: Service, ports: [UInt16], _ execution: StepExecution
  ) async throws -> StepResult {
    if case .background(let step) = execution.step.spec, step.container.image != nil {
      for binding in step.portBindings where binding.host.raw != binding.container.raw {
        try await execution.output.line(
          "slipway: containers share the machine's network: the service is at port \(binding.container.raw), not at \(binding.host.raw)"
        )
      }
    }
    guard !ports.isEmpty else { return StepResult(.succeeded) }
    var waited: Duration = .zero
    while waited < Self.patience {
      if let end = service.end {
        return .failure(.unknown, "the service \(end) before it was ready", exitCode: nil)
      }
      if let port = ports.first(where: isListening) {
        try await execution.output.line("slipway: the service answers at port \(port)")
        return StepResult(.succeeded)
      }
      try await clock.sleep(Self.pause)
      waited += Self.pause
    }
    let list = ports.map(String.init).joined(separator: ", ")
    try await execution.output.line(
      "slipway: nothing answers at port \(list) after \(Self.patience.components.seconds) s; going on all the same, as Harness does"
    )
    return StepResult(.succeeded)
  }

  /// The step's identifier, after those of the groups around it.
  static func name(of path: StepPath) -> String {
    path.components.dropFirst().map(\.description).joined(separator: "_")
  }
}

/// A service that runs.
private final class Service: Sendable {
  private struct State {
    var isAttached = true
    var end: String?
  }

  private let output: OutputSink
  private let log: ServiceLog
  private let state = Mutex(State())

  init(output: OutputSink, log: ServiceLog) {
    self.output = output
    self.log = log
  }

  /// How it ended: nil while it runs.
  var end: String? { state.withLock { $0.end } }

  /// The attempt is over, and its log is closed.
  func detach() { state.withLock { $0.isAttached = false } }

  func run(
    _ process: SandboxedProcess, in sandbox: any Sandbox, path: StepPath, recorder: StepRecorder
  ) async {
    var payload: [String: Value] = [:]
    let words: String
    do {
      let exit = try await sandbox.run(process, output: sink)
      payload["exitCode"] = .integer(exit.shellCode)
      words =
        switch exit {
        case .exited(let code): "ended with code \(code)"
        case .killed(let signal): "was ended by signal \(signal)"
        case .outOfMemory: "was ended since it used more memory than its limit"
        }
    } catch is CancellationError {
      words = "was ended before it began"
    } catch {
      words = "could not run (\(error))"
    }
    state.withLock { $0.end = words }
    payload["end"] = .string(words)
    do {
      let (file, digest) = try await log.finish()
      payload["log"] = .string(file)
      payload["logDigest"] = .string(digest.description)
      try await recorder.record(
        LedgerEntry.Event(kind: "service.ended", subject: path.description, payload: .map(payload)))
    } catch {
      // The run cannot write its ledger or its logs, and so ends with that error itself.
    }
  }

  private var sink: OutputSink {
    OutputSink { [self] bytes in
      let isAttached = state.withLock { $0.isAttached }
      if isAttached { try await output.write(bytes) }
      try await log.write(bytes, !isAttached)
    }
  }
}
