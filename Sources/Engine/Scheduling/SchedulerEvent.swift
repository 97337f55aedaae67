package import Model

/// Something that happened, told to the scheduler. Every one is in the ledger before its consequences begin.
package enum SchedulerEvent: Hashable, Sendable {
  case started
  /// The answer to ``SchedulerAction/evaluate(_:condition:)``.
  case conditionEvaluated(StepPath, holds: Bool, detail: String)
  /// The condition could not be evaluated.
  case conditionFailed(StepPath, message: String)
  /// The answer to ``SchedulerAction/expand(_:)``: the plan grows by these instances.
  case expanded(StepPath, StrategyExpansion)
  /// The strategy's axes could not be evaluated, or leave nothing to be run.
  case expansionFailed(StepPath, message: String)
  case stagePrepared(StepPath)
  case stagePreparationFailed(StepPath, message: String)
  case stepFinished(StepPath, attempt: Int, StepResult)
  case delayElapsed(StepPath)
  case interventionDecided(StepPath, InterventionDecision)
  case stageClosed(StepPath)
  /// The time of a group, a stage or the pipeline is over.
  case timedOut(StepPath)
  case cancelRequested
}

/// What one attempt at a step came to.
package struct StepResult: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case succeeded
    case failed(FailureType)
    /// Built, scanned and pushed image are not the same: never ignored, retried or turned into a success.
    case refused(CustodyBreach)
    case cancelled
  }

  package let outcome: Outcome
  /// The exit code of a process, where there was one.
  package let exitCode: Int?
  /// One line for people; nil when there is nothing to say.
  package let message: String?
  package let outputs: [String: String]
  /// Which of the outputs are secret.
  package let secretOutputs: Set<String>
  /// For the environment of the stage's later steps.
  package let exports: [String: String]

  package init(
    _ outcome: Outcome, exitCode: Int? = nil, message: String? = nil, outputs: [String: String] = [:],
    secretOutputs: Set<String> = [], exports: [String: String] = [:]
  ) {
    self.outcome = outcome
    self.exitCode = exitCode
    self.message = message
    self.outputs = outputs
    self.secretOutputs = secretOutputs
    self.exports = exports
  }

  package static func failure(
    _ type: FailureType = .unknown, _ message: String, exitCode: Int? = nil
  ) -> StepResult {
    StepResult(.failed(type), exitCode: exitCode, message: message)
  }
}
