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
  enum Question: Hashable, Sendable {
    case condition, expansion, preparation, result, retryCondition, delay, intervention, closing
  }

  struct NodeState: Hashable, Sendable {
    var status = Status.notStarted
    var question: Question?
    var isTimedOut = false
    /// `onFailure: SkipQueued`
    var skipsQueued = false
    var attempt = 0
    /// How many attempts belong to earlier runs of the group around it.
    var earlierAttempts = 0
    /// Of a group: how often it was run again, and the time to wait until that happens once more.
    var reruns = 0
    var rerunDelay: Seconds?
    /// Of a parallel block or strategy: how many children still run, and the first that has not begun.
    var openChildren = 0
    var nextChild = 0
    /// Of the steps and groups below that have ended, as far as what surrounds this sees them.
    var tally = StatusTally()
    var message: String?
  }

  /// A failure about which a question is open.
  struct OpenFailure: Hashable, Sendable {
    let type: FailureType
    let message: String?
    let strategy: FailureStrategy.Action
  }

  static let notStarted = "not started: the run had ended"
  static let queueSkipped = "not started: another instance had failed (onFailure: SkipQueued)"

  /// Whether a node that was skipped with this message might have run if all around it had gone well: then a replay looks at it again.
  static func isSkippedForTrouble(_ message: String?) -> Bool {
    guard let message, message != notStarted, message != queueSkipped else { return message != nil }
    guard message.hasPrefix("when: "), let word = message.split(separator: " ").last else { return false }
    return Status(rawValue: String(word)).map { !$0.isPositive } ?? false
  }

  package internal(set) var plan: Plan
  private let takenOver: [StepPath: Status]
  /// Everything that something taken over lies in.
  private let ancestorsOfTakenOver: Set<StepPath>
  /// How many members of a parallel block run at a time; nil is all of them.
  private let parallelism: Int?
  var states: [NodeState]
  var isStopping = false
  var openFailures: [Plan.Index: OpenFailure] = [:]
  var actions: [SchedulerAction] = []
  /// Nodes whose turn has come, kept as a list so that a thousand skipped steps don't nest a thousand calls.
  private var due: [Plan.Index] = []
  /// Steps that run, or wait for their next attempt.
  var running: Set<Plan.Index> = []

  /// - Parameters:
  ///   - takenOver: the final statuses of steps, groups and stages that an earlier run has already brought to their end; they are not run again.
  ///   - parallelism: how many members of a `parallel` block may run at a time; nil is all of them.
  package init(_ plan: Plan, takenOver: [StepPath: Status] = [:], parallelism: Int? = nil) {
    self.plan = plan
    self.takenOver = takenOver
    self.parallelism = parallelism
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

  /// Why the node has the status that it has.
  package func message(of path: StepPath) -> String? {
    plan.index(of: path).flatMap { states[$0].message }
  }

  /// `<+stage.currentStatus>` and `<+pipeline.currentStatus>`: what the steps that have ended so far come to. What lies in a strategy
  /// counts once all of it has ended.
  package func currentStatus(of path: StepPath) -> Status {
    let index = path == .pipeline ? Plan.root : plan.index(of: path)
    return index.map { states[$0].status.isFinal ? states[$0].status : states[$0].tally.rollUp } ?? .notStarted
  }

  /// Whether this attempt's result would be heard.
  package func isAwaitingResult(of path: StepPath, attempt: Int) -> Bool {
    plan.index(of: path).map { states[$0].question == .result && states[$0].attempt == attempt } ?? false
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
      if let index = take(.retryCondition, at: path) {
        judgeRetry(of: index, holds: holds)
      } else if let index = take(.condition, at: path) {
        if let cut = cutOff(index) {
          leaveOut(index, cut)
        } else if holds {
          enter(index)
        } else {
          end(index, .skipped, message: detail)
        }
      }
    case .conditionFailed(let path, let message):
      if let index = take(.retryCondition, at: path) {
        openFailures[index] = nil
        running.remove(index)
        end(index, cutOff(index) ?? .failed, message: message)
      } else if let index = take(.condition, at: path) {
        if let cut = cutOff(index) { leaveOut(index, cut) } else { end(index, .failed, message: message) }
      }
    case .expanded(let path, let expansion):
      guard let index = take(.expansion, at: path) else { break }
      expand(index, expansion)
    case .expansionFailed(let path, let message):
      guard let index = take(.expansion, at: path) else { break }
      if let cut = cutOff(index) { leaveOut(index, cut) } else { end(index, .failed, message: message) }
    case .stagePrepared(let path):
      guard let index = take(.preparation, at: path) else { break }
      if let cut = cutOff(index) {
        states[index].tally.add(cut)
        close(index)
      } else {
        startFirst(of: index)
      }
    case .stagePreparationFailed(let path, let message):
      guard let index = take(.preparation, at: path) else { break }
      states[index].message = message
      states[index].tally.add(cutOff(index) ?? .failed)
      close(index)
    case .stepFinished(let path, let attempt, let result):
      guard let index = take(.result, at: path, attempt: attempt) else { break }
      running.remove(index)
      conclude(index, result)
    case .delayElapsed(let path):
      guard let index = take(.delay, at: path) else { break }
      running.remove(index)
      resume(index)
    case .interventionDecided(let path, let decision):
      guard let index = take(.intervention, at: path) else { break }
      running.remove(index)
      carryOut(decision, at: index)
    case .stageClosed(let path):
      guard let index = take(.closing, at: path) else { break }
      let status = states[index].isTimedOut ? .expired : states[index].tally.rollUp
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
      let first = min(children.count, limit(of: index) ?? children.count)
      states[index].openChildren = children.count
      states[index].nextChild = first
      due.append(contentsOf: children[..<first].reversed())
    } else {
      due.append(children[0])
    }
  }

  /// How many children of a block or a strategy run at a time.
  private func limit(of index: Plan.Index) -> Int? {
    plan.nodes[index].isStrategy ? concurrency[index] : parallelism
  }

  /// Of the strategies that have been expanded and don't run all their instances at once.
  private var concurrency: [Plan.Index: Int] = [:]

  private mutating func arrive(at index: Plan.Index) {
    let path = plan.nodes[index].path
    if case .parallel = plan.nodes[index].content {
      states[index].status = .running
      return startFirst(of: index)
    }
    if let cut = cutOff(index) { return leaveOut(index, cut) }
    if !plan.omissions.isEmpty, let reason = plan.omissions[plan.nodes[index].template] {
      return end(index, .skipped, message: reason)
    }
    if let status = takenOver[path] { return end(index, status, message: nil) }
    if let parent = plan.nodes[index].parent, states[parent].skipsQueued, !states[parent].tally.isPositive {
      return end(index, .skipped, message: Self.queueSkipped)
    }
    guard let when = plan.nodes[index].when else { return enterStrategy(index) }
    // A stage or group that holds taken-over steps was entered by the earlier run, and is entered again for the rest of it.
    if ancestorsOfTakenOver.contains(path) { return enter(index) }
    if let obstacle = obstacle(to: when, at: index) { return end(index, .skipped, message: obstacle) }
    if let condition = when.condition {
      states[index].question = .condition
      actions.append(.evaluate(path, condition: condition))
    } else {
      enter(index)
    }
  }

  /// Why the status part of a `when` does not hold, if it does not.
  private func obstacle(to when: When, at index: Plan.Index) -> String? {
    guard when.status != .all else { return nil }
    let isStage = plan.nodes[index].kind == .stage
    let tally = tallySoFar(at: index, isStage: isStage)
    let word = isStage ? "pipeline" : "stage"
    switch when.status {
    case .success:
      return tally.isPositive ? nil : "when: \(word)Status Success, and the \(word) so far is \(tally.rollUp.rawValue)"
    case .failure:
      let status = tally.rollUp
      let isFailed = status == .failed || status == .errored || status == .expired
      return isFailed ? nil : "when: \(word)Status Failure, and the \(word) so far is \(status.rawValue)"
    case .all: return nil
    }
  }

  /// What the stage (or for a stage: the pipeline) has come to as this node sees it.
  ///
  /// Harness's `currentStatus` does not look into strategies that still run: one instance is no reason to skip another. What lies
  /// inside an instance sees that instance all the same, so that a step which needs the one before it does not run without it.
  private func tallySoFar(at index: Plan.Index, isStage: Bool) -> StatusTally {
    guard !isStage else { return states[Plan.root].tally }
    var tally = StatusTally()
    var current = plan.nodes[index].parent
    while let node = current {
      if case .stage = plan.nodes[node].content {
        tally.add(states[node].tally)
        break
      }
      if plan.nodes[node].iteration != nil { tally.add(states[node].tally) }
      current = plan.nodes[node].parent
    }
    return tally
  }

  private mutating func enter(_ index: Plan.Index) {
    let path = plan.nodes[index].path
    states[index].status = .running
    actions.append(.changed(path, .running, message: nil))
    switch plan.nodes[index].content {
    case .stage:
      states[index].question = .preparation
      actions.append(.prepareStage(path))
    case .step: execute(index)
    case .group, .pipeline, .parallel, .strategy: startFirst(of: index)
    }
  }

  private mutating func enterStrategy(_ index: Plan.Index) {
    let path = plan.nodes[index].path
    states[index].status = .running
    actions.append(.changed(path, .running, message: nil))
    // A group that is run again finds its strategies as they were.
    guard plan.nodes[index].children.isEmpty else { return startFirst(of: index) }
    states[index].question = .expansion
    actions.append(.expand(path))
  }

  private mutating func expand(_ index: Plan.Index, _ expansion: StrategyExpansion) {
    if let cut = cutOff(index) { return leaveOut(index, cut) }
    guard !expansion.iterations.isEmpty else {
      return end(index, .skipped, message: "strategy: there is nothing to repeat it for")
    }
    let added = plan.expand(index, expansion)
    states.append(contentsOf: repeatElement(NodeState(), count: added.count))
    states[index].skipsQueued = expansion.skipsQueued
    concurrency[index] = expansion.concurrency.map { max(1, $0) }
    startFirst(of: index)
  }

  mutating func execute(_ index: Plan.Index) {
    states[index].attempt += 1
    states[index].question = .result
    running.insert(index)
    actions.append(.execute(plan.nodes[index].path, attempt: states[index].attempt))
  }

  // MARK: Leaving a node

  /// Ends a node whose turn came when everything around it had been stopped: what it lies in has not come to its end.
  private mutating func leaveOut(_ index: Plan.Index, _ cut: Status) {
    note(cut, above: index)
    end(index, .skipped, message: Self.notStarted)
  }

  mutating func end(_ index: Plan.Index, _ status: Status, message: String?) {
    states[index].status = status
    states[index].message = message
    note(status, above: index)
    if plan.nodes[index].kind != nil { actions.append(.changed(plan.nodes[index].path, status, message: message)) }
    guard let parent = plan.nodes[index].parent else { return }
    if plan.nodes[parent].startsChildrenTogether {
      states[parent].openChildren -= 1
      let next = states[parent].nextChild
      if next < plan.nodes[parent].children.count {
        states[parent].nextChild = next + 1
        due.append(plan.nodes[parent].children[next])
      } else if states[parent].openChildren == 0 {
        allChildrenEnded(parent)
      }
    } else {
      let next = plan.nodes[index].position + 1
      if next < plan.nodes[parent].children.count {
        due.append(plan.nodes[parent].children[next])
      } else {
        allChildrenEnded(parent)
      }
    }
  }

  /// Tells everything around the node, up to the strategy that it is in an instance of: that speaks for its instances when all have ended.
  private mutating func note(_ status: Status, above index: Plan.Index) {
    var current = plan.nodes[index].parent
    while let ancestor = current {
      states[ancestor].tally.add(status)
      if plan.nodes[ancestor].isStrategy { return }
      current = plan.nodes[ancestor].parent
    }
  }

  private mutating func allChildrenEnded(_ index: Plan.Index) {
    switch plan.nodes[index].content {
    case .stage: close(index)
    case .pipeline:
      var status = states[index].tally.rollUp
      if isStopping { status = .aborted }
      if states[index].isTimedOut { status = .expired }
      states[index].status = status
      actions.append(.finish(status))
    case .group:
      if let delay = states[index].rerunDelay, cutOff(index) == nil { return rerun(index, after: delay) }
      end(index, states[index].isTimedOut ? .expired : states[index].tally.rollUp, message: nil)
    case .parallel, .strategy, .step: end(index, states[index].tally.rollUp, message: nil)
    }
  }

  private mutating func close(_ index: Plan.Index) {
    states[index].question = .closing
    actions.append(.closeStage(plan.nodes[index].path))
  }

  // MARK: Running a group again

  /// Forgets how a group has ended and lets it wait for its next run.
  private mutating func rerun(_ index: Plan.Index, after delay: Seconds) {
    let gone = states[index].tally
    var current = plan.nodes[index].parent
    while let ancestor = current {
      states[ancestor].tally.subtract(gone)
      if plan.nodes[ancestor].isStrategy { break }
      current = plan.nodes[ancestor].parent
    }
    states[index].tally = StatusTally()
    states[index].rerunDelay = nil
    states[index].reruns += 1
    reset(below: index)
    let path = plan.nodes[index].path
    actions.append(.changed(path, .running, message: "fails, and is run again (run \(states[index].reruns + 1))"))
    states[index].question = .delay
    running.insert(index)
    actions.append(.delay(path, delay))
  }

  private mutating func reset(below index: Plan.Index) {
    var open = plan.nodes[index].children
    while let node = open.popLast() {
      open += plan.nodes[node].children
      var fresh = NodeState()
      fresh.attempt = states[node].attempt
      fresh.earlierAttempts = states[node].attempt
      fresh.skipsQueued = states[node].skipsQueued
      let wasSeen = states[node].status != .notStarted && plan.nodes[node].kind != nil
      states[node] = fresh
      if wasSeen { actions.append(.changed(plan.nodes[node].path, .notStarted, message: nil)) }
    }
  }

  /// Goes on after a delay: with the step's next attempt, or with the group from its beginning.
  private mutating func resume(_ index: Plan.Index) {
    if let cut = cutOff(index) {
      return end(index, cut, message: cut == .aborted ? "cancelled" : "out of time")
    }
    if case .step = plan.nodes[index].content { execute(index) } else { startFirst(of: index) }
  }

  // MARK: Being stopped

  mutating func stop() {
    guard !isStopping, states[Plan.root].status == .running else { return }
    isStopping = true
    cancelRunning { _ in true }
  }

  private mutating func expire(_ path: StepPath) {
    guard !isStopping, let index = path == .pipeline ? Plan.root : plan.index(of: path),
      states[index].status == .running
    else { return }
    states[index].isTimedOut = true
    cancelRunning { [plan] candidate in
      var current: Plan.Index? = candidate
      while let node = current {
        if node == index { return true }
        current = plan.nodes[node].parent
      }
      return false
    }
  }

  private mutating func cancelRunning(where condition: (Plan.Index) -> Bool) {
    for index in running.sorted() where condition(index) { actions.append(.cancel(plan.nodes[index].path)) }
  }

  /// What ends everything that the node could still do: ABORTED in a run that is stopped, EXPIRED when the time is over for the node
  /// itself or for something that it lies in.
  func cutOff(_ index: Plan.Index) -> Status? {
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
