import Model

/// Which action a failure calls for, from the strategies around the step.
///
/// The step's own strategies come before its group's and these before its stage's; on one level a strategy for the specific
/// error comes before AllErrors (Harness's `FailureStrategiesUtils`).
struct FailurePolicy {
  /// Innermost first.
  let levels: [[FailureStrategy]]

  func action(for failure: FailureType) -> FailureStrategy.Action? {
    for strategies in levels {
      if let specific = strategies.first(where: { $0.errors.contains(failure) }) { return specific.action }
      if let general = strategies.first(where: { $0.errors.isEmpty }) { return general.action }
    }
    return nil
  }
}
