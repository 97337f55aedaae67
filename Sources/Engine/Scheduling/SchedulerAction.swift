package import Model

/// Something to be done, decided by the scheduler.
package enum SchedulerAction: Hashable, Sendable {
  /// Find out whether a `when` condition holds; answered by `conditionEvaluated` or `conditionFailed`.
  case evaluate(StepPath, condition: Text)
  /// Make the stage's workspace; answered by `stagePrepared` or `stagePreparationFailed`.
  case prepareStage(StepPath)
  /// Run the step; answered by `stepFinished`.
  case execute(StepPath, attempt: Int)
  /// Wait before the next attempt; answered by `delayElapsed`.
  case delay(StepPath, Seconds)
  /// The stage's steps have ended: end what still runs in the background; answered by `stageClosed`.
  case closeStage(StepPath)
  /// Stop this step; it still answers: with `stepFinished` where it runs, with `delayElapsed` where it waits for its next attempt.
  case cancel(StepPath)
  /// A stage, group or step has a new status. Nothing to do but tell.
  case changed(StepPath, Status, message: String?)
  /// Everything has ended.
  case finish(Status)
}
