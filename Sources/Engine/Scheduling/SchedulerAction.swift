package import Model

/// Something to be done, decided by the scheduler.
package enum SchedulerAction: Hashable, Sendable {
  /// Find out whether a `when` condition, or the condition of a retry, holds; answered by `conditionEvaluated` or `conditionFailed`.
  case evaluate(StepPath, condition: Text)
  /// Find the instances of a strategy; answered by `expanded` or `expansionFailed`.
  case expand(StepPath)
  /// Make the stage's workspace; answered by `stagePrepared` or `stagePreparationFailed`.
  case prepareStage(StepPath)
  /// Run the step; answered by `stepFinished`.
  case execute(StepPath, attempt: Int)
  /// Wait before the next attempt at a step or a group; answered by `delayElapsed`.
  case delay(StepPath, Seconds)
  /// Ask a person what is to become of a failed step; answered by `interventionDecided`.
  case intervene(StepPath, failure: FailureType, message: String?, timeout: Seconds)
  /// The stage's steps have ended: end what still runs in the background; answered by `stageClosed`.
  case closeStage(StepPath)
  /// Stop this step; it still answers: with `stepFinished` where it runs, with `delayElapsed` where it waits for its next attempt, with
  /// `interventionDecided` where a person is asked.
  case cancel(StepPath)
  /// A stage, group or step has a new status. Nothing to do but tell.
  case changed(StepPath, Status, message: String?)
  /// Everything has ended.
  case finish(Status)
}

/// What a person decides about a failed step.
package enum InterventionDecision: String, Hashable, Sendable, CaseIterable {
  case retry
  case ignore
  case markAsSuccess
  case markAsFailure
  case abort
  /// Nobody has decided in time, or there is nobody to ask: the strategy's `onTimeout` is taken.
  case timedOut
}
