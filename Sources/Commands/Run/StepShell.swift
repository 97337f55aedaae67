import Engine
import Model
import Processes
import SystemPackage

/// A shell, or one command, in the place where a Run step has its command: its container or the machine, its workspace, its variables.
struct StepShell {
  let executor: RunExecutor
  let sandbox: any Sandbox

  /// Runs a command. What making its container has to say goes to the step's own output.
  func run(
    _ command: [String], in execution: StepExecution, of step: RunStep, output: OutputSink
  ) async throws -> ProcessExit {
    try await sandbox.run(try await process(command, execution, step), output: output)
  }

  /// Opens a shell on this process's terminal and returns when it has ended.
  func open(in execution: StepExecution, of step: RunStep) async throws -> ProcessExit {
    let bridge = try TerminalBridge()
    var process = try await process(Self.shell, execution, step)
    process.terminal = bridge.path
    process.environment["TERM"] = process.environment["TERM"] ?? "xterm-256color"
    // No history of what was typed next to secrets stays anywhere.
    process.environment["HISTFILE"] = "/dev/null"
    process.environment["LESSHISTFILE"] = "-"
    let prepared = process
    return try await bridge.run { try await sandbox.run(prepared, output: OutputSink { _ in }) }
  }

  /// Bash where there is one.
  private static let shell = ["sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash -i || exec sh -i"]

  private func process(
    _ command: [String], _ execution: StepExecution, _ step: RunStep
  ) async throws -> SandboxedProcess {
    var process = try await executor.process(for: step, execution)
    process.arguments = command
    return process
  }
}
