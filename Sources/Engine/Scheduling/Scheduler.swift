package import Model

/// Decides what happens next, and never does it.
///
/// A value: the same events in the same order always give the same state and the same actions. It opens no file, reads no
/// clock and starts no process, so that running, replaying and asking "what if" are the same thing with events from different
/// places. Each event costs constant time, apart from the depth of nesting.
///
/// Sequencing follows Harness's engine: after a node ends the next one is always looked at, and its `when`, which by default
/// demands that all went well so far, decides whether it runs. Only an abort stops everything.
package struct Scheduler: Sendable {
  /// What a node that is under way has asked for and not been told yet: no other answer means anything to it.
  private enum Question {
    case condition, preparation, result, delay, closing
  }

  private struct NodeState {
    var status = Status.notStarted
    var attempt = 0
    /// How many of a parallel block's children still run.
    var openChildren = 0
    /// Of the steps below that have ended.
    var outcomes: Set<Status> = []
    var message: String?
    var isTimedOut = false
    var question: Question?
  }

  private static let notStarted = "not started: the run had ended"

  /// Whether a node that was skipped with this message might have run if all around it had gone well: then a replay looks at it again.
  static func isSkippedForTrouble(_ message: String?) -> Bool {
    guard let message, message != notStarted else { return message != nil }
    guard message.hasPrefix("when: "), let word = message.split(separator: " ").last else { return false }
    return Status(rawValue: String(word)).map { !$0.isPositive } ?? false
  }

  package let plan: Plan
  private let takenOver: [StepPath: Status]
  /// Everything that something taken over lies in.
  private let ancestorsOfTakenOver: Set<StepPath>
  private var states: [NodeState]
  private var isStopping = false
  private var actions: [SchedulerAction] = []
  /// Nodes whose turn has come, kept as a list so that a thousand skipped steps don't nest a thousand calls.
  private var due: [Plan.Index] = []
  /// Steps that run, or wait for their next attempt.
  private var running: Set<Plan.Index> = []

  /// - Parameter takenOver: the final statuses of steps, groups and stages that an earlier run has already brought to their end; they are not run again.
  package init(_ plan: Plan, takenOver: [StepPath: Status] = [:]) {
    self.plan = plan
    self.takenOver = takenOver
    ancestorsOfTakenOver = takenOver.keys.reduce(into: []) { ancestors, path in
      var current = path.parent
      while let ancestor = current, ancestors.insert(ancestor).inserted { current = ancestor.parent }
    }
    states = Array(repeating: NodeState(), count: plan.nodes.count)
  }

  package func status(of path: StepPath) -> Status {
    if path == .pipeline { return states[Plan.root].status }
    return plan.index(of: path).map { states[$0].status } ?? .notStarted
  }

  package func attempt(of path: StepPath) -> Int {
    plan.index(of: path).map { states[$0].attempt } ?? 0
  }

  /// `<+stage.currentStatus>` and `<+pipeline.currentStatus>`: what the steps that have ended so far come to.
  package func currentStatus(of path: StepPath) -> Status {
    let index = path == .pipeline ? Plan.root : plan.index(of: path)
    return index.map { states[$0].status.isFinal ? states[$0].status : Status.rollUp(states[$0].outcomes) }
      ?? .notStarted
  }

  package var isFinished: Bool { states[Plan.root].status.isFinal }

  /// Takes in what happened and answers with what is to be done now.
  ///
  /// An event about a node that has already ended, or that was never asked for, changes nothing.
  package mutating func handle(_ event: SchedulerEvent) -> [SchedulerAction] {
    actions = []
    switch event {
    case .started:
      guard states[Plan.root].status == .notStarted else { break }
      states[Plan.root].status = .running
      startFirst(of: Plan.root)
    case .conditionEvaluated(let path, let holds, let detail):
      guard let index = take(.condition, at: path) else { break }
      if let cut = cutOff(index) {
        leaveOut(index, cut)
      } else if holds {
        enter(index)
      } else {
        end(index, .skipped, message: detail)
      }
    case .conditionFailed(let path, let message):
      guard let index = take(.condition, at: path) else { break }
      if let cut = cutOff(index) { leaveOut(index, cut) } else { end(index, .failed, message: message) }
    case .stagePrepared(let path):
      guard let index = take(.preparation, at: path) else { break }
      if let cut = cutOff(index) {
        states[index].outcomes.insert(cut)
        close(index)
      } else {
        startFirst(of: index)
      }
    case .stagePreparationFailed(let path, let message):
      guard let index = take(.preparation, at: path) else { break }
      states[index].message = message
      states[index].outcomes.insert(cutOff(index) ?? .failed)
      close(index)
    case .stepFinished(let path, let attempt, let result):
      guard let index = take(.result, at: path, attempt: attempt) else { break }
      running.remove(index)
      conclude(index, result)
    case .delayElapsed(let path):
      guard let index = take(.delay, at: path) else { break }
      running.remove(index)
      if let cut = cutOff(index) {
        end(index, cut, message: cut == .aborted ? "cancelled" : "out of time")
      } else {
        execute(index)
      }
    case .stageClosed(let path):
      guard let index = take(.closing, at: path) else { break }
      let status = states[index].isTimedOut ? .expired : Status.rollUp(states[index].outcomes)
      end(index, status, message: states[index].message)
    case .timedOut(let path):
      expire(path)
    case .cancelRequested:
      stop()
    }
    while let next = due.popLast() { arrive(at: next) }
    return actions
  }

  // MARK: Coming to a node

  private mutating func startFirst(of index: Plan.Index) {
    let children = plan.nodes[index].children
    guard !children.isEmpty else { return allChildrenEnded(index) }
    if plan.nodes[index].startsChildrenTogether {
      states[index].openChildren = children.count
      due.append(contentsOf: children.reversed())
    } else {
      due.append(children[0])
    }
  }

  private mutating func arrive(at index: Plan.Index) {
    let node = plan.nodes[index]
    guard let when = node.when else {
      states[index].status = .running
      return startFirst(of: index)
    }
    if let cut = cutOff(index) { return leaveOut(index, cut) }
    if let status = takenOver[node.path] { return end(index, status, message: nil) }
    // A stage or group that holds taken-over steps was entered by the earlier run, and is entered again for the rest of it.
    if ancestorsOfTakenOver.contains(node.path) { return enter(index) }
    if let obstacle = obstacle(to: when, at: index) { return end(index, .skipped, message: obstacle) }
    if let condition = when.condition {
      states[index].question = .condition
      actions.append(.evaluate(node.path, condition: condition))
    } else {
      enter(index)
    }
  }

  /// Why the status part of a `when` does not hold, if it does not.
  private func obstacle(to when: When, at index: Plan.Index) -> String? {
    guard when.status != .all else { return nil }
    let isStage = plan.nodes[index].kind == .stage
    let scope = isStage ? Plan.root : (stage(of: index) ?? Plan.root)
    let status = Status.rollUp(states[scope].outcomes)
    let isFailed = [.failed, .errored, .expired].contains(status)
    let word = isStage ? "pipeline" : "stage"
    switch when.status {
    case .success:
      return status.isPositive ? nil : "when: \(word)Status Success, and the \(word) so far is \(status.rawValue)"
    case .failure:
      return isFailed ? nil : "when: \(word)Status Failure, and the \(word) so far is \(status.rawValue)"
    case .all: return nil
    }
  }

  private func stage(of index: Plan.Index) -> Plan.Index? {
    var current: Plan.Index? = index
    while let candidate = current {
      if plan.nodes[candidate].kind == .stage { return candidate }
      current = plan.nodes[candidate].parent
    }
    return nil
  }

  private mutating func enter(_ index: Plan.Index) {
    let node = plan.nodes[index]
    states[index].status = .running
    actions.append(.changed(node.path, .running, message: nil))
    switch node.content {
    case .stage:
      states[index].question = .preparation
      actions.append(.prepareStage(node.path))
    case .step: execute(index)
    case .group, .pipeline, .parallel: startFirst(of: index)
    }
  }

  private mutating func execute(_ index: Plan.Index) {
    states[index].attempt += 1
    states[index].question = .result
    running.insert(index)
    actions.append(.execute(plan.nodes[index].path, attempt: states[index].attempt))
  }

  // MARK: Leaving a node

  private mutating func conclude(_ index: Plan.Index, _ result: StepResult) {
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
    case .markAsFailure, .rollback, .proceedWithDefaultValues, .retryStepGroup:
      end(index, failure == .timeout ? .expired : .failed, message: message)
    case .abort:
      end(index, .aborted, message: message)
      stop()
    case .manualIntervention(_, let then): apply(then, to: index, failure, message)
    case .retry(let count, let intervals, let then, _):
      let used = states[index].attempt - 1
      guard used < count else { return apply(then, to: index, failure, message) }
      // Beyond the end of the list the last interval is used again.
      let interval = intervals.isEmpty ? Seconds(0) : intervals[min(used, intervals.count - 1)]
      states[index].question = .delay
      running.insert(index)
      actions.append(.delay(plan.nodes[index].path, interval))
    }
  }

  private func policy(at index: Plan.Index) -> FailurePolicy {
    var levels = [[FailureStrategy]]()
    var current: Plan.Index? = index
    while let candidate = current {
      levels.append(plan.nodes[candidate].failureStrategies)
      current = plan.nodes[candidate].parent
    }
    return FailurePolicy(levels: levels)
  }

  /// Ends a node whose turn came when everything around it had been stopped: what it lies in has not come to its end.
  private mutating func leaveOut(_ index: Plan.Index, _ cut: Status) {
    note(cut, above: index)
    end(index, .skipped, message: Self.notStarted)
  }

  private mutating func end(_ index: Plan.Index, _ status: Status, message: String?) {
    states[index].status = status
    states[index].message = message
    note(status, above: index)
    if plan.nodes[index].kind != nil { actions.append(.changed(plan.nodes[index].path, status, message: message)) }
    guard let parent = plan.nodes[index].parent else { return }
    if plan.nodes[parent].startsChildrenTogether {
      states[parent].openChildren -= 1
      if states[parent].openChildren == 0 { allChildrenEnded(parent) }
    } else {
      let next = plan.nodes[index].position + 1
      if next < plan.nodes[parent].children.count {
        due.append(plan.nodes[parent].children[next])
      } else {
        allChildrenEnded(parent)
      }
    }
  }

  private mutating func note(_ status: Status, above index: Plan.Index) {
    var current = plan.nodes[index].parent
    while let ancestor = current {
      states[ancestor].outcomes.insert(status)
      current = plan.nodes[ancestor].parent
    }
  }

  private mutating func allChildrenEnded(_ index: Plan.Index) {
    switch plan.nodes[index].content {
    case .stage: close(index)
    case .pipeline:
      var status = Status.rollUp(states[index].outcomes)
      if isStopping { status = .aborted }
      if states[index].isTimedOut { status = .expired }
      states[index].status = status
      actions.append(.finish(status))
    case .group, .parallel, .step: end(index, Status.rollUp(states[index].outcomes), message: nil)
    }
  }

  private mutating func close(_ index: Plan.Index) {
    states[index].question = .closing
    actions.append(.closeStage(plan.nodes[index].path))
  }

  // MARK: Being stopped

  private mutating func stop() {
    guard !isStopping, states[Plan.root].status == .running else { return }
    isStopping = true
    cancelRunning { _ in true }
  }

  private mutating func expire(_ path: StepPath) {
    guard !isStopping, let index = path == .pipeline ? Plan.root : plan.index(of: path),
      states[index].status == .running
    else { return }
    states[index].isTimedOut = true
    cancelRunning { [plan] in plan.nodes[$0].path == path || plan.nodes[$0].path.isInside(path) }
  }

  private mutating func cancelRunning(where condition: (Plan.Index) -> Bool) {
    for index in running.sorted() where condition(index) { actions.append(.cancel(plan.nodes[index].path)) }
  }

  /// What ends everything that the node could still do: ABORTED in a run that is stopped, EXPIRED when the time is over for the node
  /// itself or for something that it lies in.
  private func cutOff(_ index: Plan.Index) -> Status? {
    var current: Plan.Index? = index
    while let node = current {
      if states[node].isTimedOut { return .expired }
      current = plan.nodes[node].parent
    }
    return isStopping ? .aborted : nil
  }

  /// The node that has asked this question, which is answered by that.
  private mutating func take(_ question: Question, at path: StepPath, attempt: Int? = nil) -> Plan.Index? {
    guard let index = plan.index(of: path), states[index].question == question,
      attempt == nil || states[index].attempt == attempt
    else { return nil }
    states[index].question = nil
    return index
  }
}
