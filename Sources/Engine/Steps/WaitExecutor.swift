package import Model

/// `Wait`: lets time pass.
package struct WaitExecutor: StepExecutor {
  private let clock: EngineClock

  package init(clock: EngineClock) {
    self.clock = clock
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .wait = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .wait(let text) = execution.step.spec else {
      preconditionFailure("a step that is no wait came to its executor")
    }
    guard let seconds = try execution.evaluator.seconds(text, field: "duration") else {
      throw StepFailure(.configuration, "duration is empty")
    }
    try await clock.sleep(seconds.duration)
    return StepResult(.succeeded)
  }
}
