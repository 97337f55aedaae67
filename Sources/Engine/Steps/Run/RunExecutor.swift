package import Model
import OCI
import SystemPackage

/// `Run` and `Test`: a script, on this machine or in a container.
///
/// A Test step is a Run step whose tests Harness may choose from and split; here all of them run.
package struct RunExecutor: StepExecutor {
  private let processes: StepProcesses

  package init(_ processes: StepProcesses) {
    self.processes = processes
  }

  package func handles(_ spec: StepSpec) -> Bool {
    switch spec {
    case .run, .test: true
    default: false
    }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    let step: RunStep
    switch execution.step.spec {
    case .run(let run): step = run
    case .test(let test):
      step = test.script
      if try execution.evaluator.bool(test.usesTestIntelligence, field: "intelligenceMode") == true {
        try await execution.output.line(
          "slipway: all tests are run: choosing the ones that a change concerns is Harness's")
      }
    default: preconditionFailure("a step that is no run step came to its executor")
    }
    return try await ScriptRun(processes).run(
      try program(of: step, execution.evaluator), outputs: step.outputVariables, reports: step.reports, execution)
  }

  /// What carries out the step: the script, where it runs, and what it finds in its environment.
  package func process(for step: RunStep, _ execution: StepExecution) async throws -> SandboxedProcess {
    try await processes.process(try program(of: step, execution.evaluator), for: execution)
  }

  private func program(of step: RunStep, _ evaluator: StepEvaluator) throws -> StepProgram {
    let command: StepProgram.Command
    if let text = step.command {
      command = .script(
        try evaluator.render(text), shell: try evaluator.word(step.shell, field: "shell"),
        outputs: step.outputVariables)
    } else {
      guard step.outputVariables.isEmpty else {
        throw StepFailure(.configuration, "output variable should not be set for unset entrypoint or command")
      }
      command = .image()
    }
    return StepProgram(command: command, container: step.container, environment: step.environment)
  }
}
