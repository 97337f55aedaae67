package import Model

extension SchedulerEvent {
  static let expandedKind = "strategy.expanded"
  static let finishedKind = "step.finished"

  /// How the event stands in the audit chain.
  var ledgerEvent: LedgerEntry.Event {
    switch self {
    case .started: LedgerEntry.Event(kind: "schedule.started", subject: StepPath.pipeline.description)
    case .conditionEvaluated(let path, let holds, let detail):
      LedgerEntry.Event(
        kind: "condition.evaluated", subject: path.description,
        payload: ["holds": .bool(holds), "detail": .string(detail)])
    case .conditionFailed(let path, let message):
      LedgerEntry.Event(kind: "condition.failed", subject: path.description, payload: ["message": .string(message)])
    case .expanded(let path, let expansion):
      LedgerEntry.Event(kind: Self.expandedKind, subject: path.description, payload: expansion.record)
    case .expansionFailed(let path, let message):
      LedgerEntry.Event(
        kind: "strategy.expansionFailed", subject: path.description, payload: ["message": .string(message)])
    case .stagePrepared(let path): LedgerEntry.Event(kind: "stage.prepared", subject: path.description)
    case .stagePreparationFailed(let path, let message):
      LedgerEntry.Event(
        kind: "stage.preparationFailed", subject: path.description, payload: ["message": .string(message)])
    case .stepFinished(let path, let attempt, let result):
      LedgerEntry.Event(
        kind: Self.finishedKind, subject: path.description, payload: .map(result.record(attempt: attempt)))
    case .delayElapsed(let path): LedgerEntry.Event(kind: "delay.elapsed", subject: path.description)
    case .interventionDecided(let path, let decision):
      LedgerEntry.Event(
        kind: "intervention.decided", subject: path.description, payload: ["decision": .string(decision.rawValue)])
    case .stageClosed(let path): LedgerEntry.Event(kind: "stage.closed", subject: path.description)
    case .timedOut(let path): LedgerEntry.Event(kind: "node.timedOut", subject: path.description)
    case .cancelRequested: LedgerEntry.Event(kind: "run.cancelRequested", subject: StepPath.pipeline.description)
    }
  }
}

extension StepResult {
  package var failure: FailureType? {
    if case .failed(let type) = outcome { type } else { nil }
  }

  /// The status that the attempt itself has, before any failure strategy.
  package var attemptStatus: Status {
    switch outcome {
    case .succeeded: .succeeded
    case .failed(.timeout): .expired
    case .failed, .refused: .failed
    case .cancelled: .aborted
    }
  }

  /// The result as the ledger keeps it: secrets in outputs and message masked.
  func masked(by masker: Masker) -> StepResult {
    var outputs = outputs.mapValues(masker.mask)
    for name in secretOutputs { outputs[name] = Masker.mask }
    return StepResult(
      outcome, exitCode: exitCode, message: message.map(masker.mask), outputs: outputs, secretOutputs: secretOutputs,
      exports: exports.mapValues(masker.mask))
  }

  fileprivate func record(attempt: Int) -> [String: Value] {
    var fields: [String: Value] = [
      "attempt": .integer(attempt),
      "outcome": .string(outcome.word),
      "failure": Value(failure?.rawValue),
      "exitCode": Value(exitCode),
      "message": Value(message),
      "outputs": .map(outputs.mapValues(Value.string)),
    ]
    if !exports.isEmpty { fields["exports"] = .map(exports.mapValues(Value.string)) }
    return fields
  }
}

extension StepResult.Outcome {
  fileprivate var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .refused: "refused"
    case .cancelled: "cancelled"
    }
  }
}
