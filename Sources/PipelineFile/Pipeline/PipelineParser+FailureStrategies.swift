import Model

extension PipelineParser {
  /// `failureStrategies:` of a stage, group or step, with the rules that hold among the items of one list.
  func failureStrategies(_ fields: Fields) -> [FailureStrategy] {
    guard let sequence = fields.sequence("failureStrategies", of: "strategies") else { return [] }
    var places: [String: SourceSpan] = [:]
    return sequence.elements.compactMap { node in
      guard !node.isNull, let item = fields.fields(node, under: "failureStrategies", place: node.place) else {
        return nil
      }
      item.checkKeys(["onFailure"])
      guard let onFailure = item.requiredFields("onFailure") else { return nil }
      onFailure.checkKeys(["errors", "action"])
      let errors = errors(onFailure, &places)
      guard let action = action(onFailure), let errors else { return nil }
      return FailureStrategy(errors: errors, action: action, span: node.span)
    }
  }

  // MARK: - Errors

  /// - Returns: nil when the strategy can never apply; an empty set for AllErrors.
  private func errors(_ fields: Fields, _ places: inout [String: SourceSpan]) -> Set<FailureType>? {
    guard fields.require("errors", example: "[AllErrors]") != nil else { return nil }
    guard let sequence = fields.sequence("errors", of: "error types") else { return nil }
    if sequence.elements.isEmpty {
      problems.report(
        .invalidFailureStrategy, .warning, "\(fields.owner): a failure strategy that names no errors never applies",
        at: fields.place(of: "errors"), help: "write 'errors: [AllErrors]' for every error")
      return nil
    }
    var errors = Set<FailureType>()
    var isValid = true
    var hasAllErrors = false
    for node in sequence.elements {
      guard let name = fields.choice(node, called: "errors", of: ErrorName.all) else {
        isValid = false
        continue
      }
      if let first = places[name.rawValue] {
        problems.report(
          .invalidFailureStrategy, "\(fields.owner): '\(name.rawValue)' has two failure strategies", at: node.span,
          labels: [Diagnostic.Label(span: first, text: "first here")],
          help: "an error type can have one action at a level; remove one of them")
        isValid = false
      } else {
        places[name.rawValue] = node.span
      }
      if let type = name.type { errors.insert(type) } else { hasAllErrors = true }
    }
    if hasAllErrors, sequence.elements.count > 1 {
      problems.report(
        .invalidFailureStrategy, "\(fields.owner): 'AllErrors' stands beside other error types",
        at: fields.place(of: "errors"),
        help: "leave 'AllErrors' alone in its list, and give the others a strategy of their own")
      isValid = false
    }
    return isValid ? errors : nil
  }

  /// An error type as the file names it; `AllErrors` is no type but all of them.
  private struct ErrorName: RawRepresentable {
    let rawValue: String

    var type: FailureType? { FailureType(rawValue: rawValue) }

    static let all = [ErrorName(rawValue: "AllErrors")] + FailureType.allCases.map { ErrorName(rawValue: $0.rawValue) }
  }

  // MARK: - Actions

  private enum ActionName: String, CaseIterable {
    case ignore = "Ignore"
    case retry = "Retry"
    case markAsSuccess = "MarkAsSuccess"
    case markAsFailure = "MarkAsFailure"
    case abort = "Abort"
    case manualIntervention = "ManualIntervention"
    case stageRollback = "StageRollback"
    case stepGroupRollback = "StepGroupRollback"
    case pipelineRollback = "PipelineRollback"
    case proceedWithDefaultValues = "ProceedWithDefaultValues"
    case retryStepGroup = "RetryStepGroup"
  }

  private func action(_ fields: Fields) -> FailureStrategy.Action? {
    guard let action = fields.requiredFields("action") else { return nil }
    action.checkKeys(["type", "spec"])
    guard let name = action.requiredChoice("type", of: ActionName.allCases) else { return nil }
    switch name {
    case .ignore: return .ignore
    case .markAsSuccess: return .markAsSuccess
    case .markAsFailure: return .markAsFailure
    case .abort: return .abort
    case .stageRollback, .stepGroupRollback, .pipelineRollback: return .rollback(name.rawValue)
    case .proceedWithDefaultValues: return .proceedWithDefaultValues
    case .retry: return retry(action)
    case .manualIntervention: return manualIntervention(action)
    case .retryStepGroup:
      guard let spec = action.requiredFields("spec") else { return nil }
      spec.checkKeys(["retryCount", "retryIntervals"])
      guard let (count, intervals) = repetitions(spec) else { return nil }
      return .retryStepGroup(count: count, intervals: intervals)
    }
  }

  private func retry(_ action: Fields) -> FailureStrategy.Action? {
    guard let spec = action.requiredFields("spec") else { return nil }
    spec.checkKeys(["retryCount", "retryIntervals", "onRetryFailure", "condition"])
    let condition = spec.text("condition")
    let repetitions = repetitions(spec)
    guard let onFailure = spec.requiredFields("onRetryFailure") else { return nil }
    onFailure.checkKeys(["action"])
    guard let then = self.action(onFailure) else { return nil }
    switch then {
    case .retry, .proceedWithDefaultValues:
      problems.report(
        .invalidFailureStrategy, "\(spec.owner): this cannot be the action after the last retry",
        at: spec.place(of: "onRetryFailure"), help: "end with MarkAsFailure, Ignore, MarkAsSuccess or Abort")
      return nil
    default: break
    }
    guard let (count, intervals) = repetitions else { return nil }
    return .retry(count: count, intervals: intervals, then: then, condition: condition)
  }

  private func manualIntervention(_ action: Fields) -> FailureStrategy.Action? {
    guard let spec = action.requiredFields("spec") else { return nil }
    spec.checkKeys(["timeout", "onTimeout"])
    let timeout = spec.requiredText("timeout", example: "1d").flatMap { spec.seconds($0, called: "timeout") }
    guard let onTimeout = spec.requiredFields("onTimeout") else { return nil }
    onTimeout.checkKeys(["action"])
    guard let then = self.action(onTimeout), let timeout else { return nil }
    return .manualIntervention(timeout: timeout, then: then)
  }

  /// `retryCount` and `retryIntervals`, which have to be literals.
  private func repetitions(_ spec: Fields) -> (Int, [Seconds])? {
    let intervals = spec.texts("retryIntervals").map { spec.seconds($0, called: "retryIntervals") }
    guard let text = spec.requiredText("retryCount", example: "2") else { return nil }
    if text.isRuntimeInput {
      problems.leaveOpen(OpenValue(owner: spec.owner, key: "retryCount", text: text))
      return nil
    }
    guard let count = Int(text.raw), count >= 1 else {
      problems.report(
        .invalidFailureStrategy, "\(spec.owner): 'retryCount' must be a number from 1, not \(Excerpt.quoted(text.raw))",
        at: text.span, help: text.hasExpressions ? "expressions are not evaluated here: write the number itself" : nil)
      return nil
    }
    guard !intervals.contains(nil) else { return nil }
    return (count, intervals.compactMap(\.self))
  }
}
