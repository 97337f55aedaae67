import Model
import OCI
import SystemPackage

/// Runs a step's program to its end and gathers what it leaves: outputs, exported environment, test reports.
struct ScriptRun {
  private let processes: StepProcesses

  init(_ processes: StepProcesses) { self.processes = processes }

  func run(
    _ program: StepProgram, outputs declared: [RunStep.OutputVariable] = [], reports: TestReports? = nil,
    _ execution: StepExecution
  ) async throws -> StepResult {
    let exit = try await processes.run(program, for: execution)
    // Outputs and reports are read on failure too.
    let collected = try OutputFiles.collect(declared, in: execution.scratch)
    if let reports { try await ReportCollector(reports).collect(for: execution) }
    var failure = FailureType.unknown
    var message: String?
    switch exit {
    case .exited(code: 0): break
    case .exited(let code): message = "exited with code \(code)"
    case .killed(let signal): message = "killed by signal \(signal)"
    case .outOfMemory:
      let limit = try program.container.resources?.limits.memory.map(execution.evaluator.render) ?? ""
      (failure, message) = (.resourceLimits, "out of memory: limit \(limit)")
    }
    return StepResult(
      exit.isSuccess ? .succeeded : .failed(failure), exitCode: exit.shellCode, message: message,
      outputs: collected.outputs, secretOutputs: collected.secrets, exports: collected.exports)
  }
}
