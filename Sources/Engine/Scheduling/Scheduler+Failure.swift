import Model

/// What becomes of a step that has ended, and of one that has failed.
extension Scheduler {
  mutating func conclude(_ index: Plan.Index, _ result: StepResult) {
    let message = result.message
    let cut = cutOff(index)
    switch result.outcome {
    case .succeeded: end(index, .succeeded, message: message)
    case .refused: end(index, .failed, message: message)
    case .cancelled: end(index, cut ?? .aborted, message: cut == .expired ? "out of time" : message ?? "cancelled")
    case .failed(let failure):
      if let cut { return end(index, cut, message: message) }
      apply(policy(at: index).action(for: failure) ?? .markAsFailure, to: index, failure, message)
    }
  }

  private mutating func apply(
    _ action: FailureStrategy.Action, to index: Plan.Index, _ failure: FailureType, _ message: String?
  ) {
    switch action {
    case .ignore: end(index, .ignoreFailed, message: message)
    case .markAsSuccess: end(index, .succeeded, message: message)
    case .markAsFailure, .rollback, .proceedWithDefaultValues:
      end(index, failure == .timeout ? .expired : .failed, message: message)
    case .abort:
      end(index, .aborted, message: message)
      stop()
    case .retryStepGroup(let count, let intervals):
      if let group = group(around: index), states[group].reruns < count {
        states[group].rerunDelay = Self.interval(intervals, after: states[group].reruns)
      }
      end(index, failure == .timeout ? .expired : .failed, message: message)
    case .manualIntervention(let timeout, _):
      openFailures[index] = OpenFailure(type: failure, message: message, strategy: action)
      states[index].question = .intervention
      running.insert(index)
      actions.append(.intervene(plan.nodes[index].path, failure: failure, message: message, timeout: timeout))
    case .retry(let count, let intervals, let then, let condition):
      let used = states[index].attempt - states[index].earlierAttempts - 1
      guard used < count else { return apply(then, to: index, failure, message) }
      if let condition {
        openFailures[index] = OpenFailure(type: failure, message: message, strategy: action)
        states[index].question = .retryCondition
        actions.append(.evaluate(plan.nodes[index].path, condition: condition))
      } else {
        wait(index, Self.interval(intervals, after: used))
      }
    }
  }

  /// Beyond the end of the list the last interval is used again.
  private static func interval(_ intervals: [Seconds], after used: Int) -> Seconds {
    intervals.isEmpty ? Seconds(0) : intervals[min(used, intervals.count - 1)]
  }

  private mutating func wait(_ index: Plan.Index, _ interval: Seconds) {
    states[index].question = .delay
    running.insert(index)
    actions.append(.delay(plan.nodes[index].path, interval))
  }

  mutating func judgeRetry(of index: Plan.Index, holds: Bool) {
    guard let failure = openFailures.removeValue(forKey: index),
      case .retry(_, let intervals, let then, _) = failure.strategy
    else { preconditionFailure("a retry is judged that nobody has asked for") }
    if let cut = cutOff(index) {
      end(index, cut, message: failure.message)
    } else if holds {
      wait(index, Self.interval(intervals, after: states[index].attempt - states[index].earlierAttempts - 1))
    } else {
      apply(then, to: index, failure.type, failure.message)
    }
  }

  mutating func carryOut(_ decision: InterventionDecision, at index: Plan.Index) {
    guard let failure = openFailures.removeValue(forKey: index),
      case .manualIntervention(_, let onTimeout) = failure.strategy
    else { preconditionFailure("an intervention is decided that nobody has asked for") }
    if let cut = cutOff(index) { return end(index, cut, message: failure.message) }
    switch decision {
    case .retry: execute(index)
    case .ignore: apply(.ignore, to: index, failure.type, failure.message)
    case .markAsSuccess: apply(.markAsSuccess, to: index, failure.type, failure.message)
    case .markAsFailure: apply(.markAsFailure, to: index, failure.type, failure.message)
    case .abort: apply(.abort, to: index, failure.type, failure.message)
    case .timedOut: apply(onTimeout, to: index, failure.type, failure.message)
    }
  }

  private func group(around index: Plan.Index) -> Plan.Index? {
    var current = plan.nodes[index].parent
    while let candidate = current {
      if case .group = plan.nodes[candidate].content { return candidate }
      current = plan.nodes[candidate].parent
    }
    return nil
  }

  func policy(at index: Plan.Index) -> FailurePolicy {
    var levels = [[FailureStrategy]]()
    var current: Plan.Index? = index
    while let candidate = current {
      let strategies = plan.nodes[candidate].failureStrategies
      if !strategies.isEmpty { levels.append(strategies) }
      current = plan.nodes[candidate].parent
    }
    return FailurePolicy(levels: levels)
  }
}
