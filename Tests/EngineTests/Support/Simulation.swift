import Engine
import Model
import TestSupport

/// Plays a run with the scheduler alone: every action is answered at once by what the test says, in the order in which they were asked for.
struct Simulation {
  private(set) var scheduler: Scheduler
  private(set) var events: [SchedulerEvent] = []
  /// The actions that each event led to.
  private(set) var answers: [[SchedulerAction]] = []
  private var pending: [SchedulerEvent] = []

  /// By the step's identifier, one for each attempt; the last one stands for all that follow. Nothing means success.
  var results: [String: [StepResult]] = [:]
  /// By the node's identifier: whether its condition holds, which it does when nothing is said.
  var conditions: [String: Bool] = [:]
  /// Nodes whose condition cannot be evaluated.
  var senseless: Set<String> = []
  /// Nodes whose execution, condition or preparation the test answers itself, with `send`.
  var held: Set<String> = []
  var holdsDelays = false
  /// By the strategy's identifier: how many instances it has, or which. A single one when nothing is said.
  var expansions: [String: StrategyExpansion] = [:]
  var decisions: [String: [InterventionDecision]] = [:]
  private var decided: [String: Int] = [:]
  /// Steps that end as they like when they are told to stop.
  var heedless: Set<String> = []

  init(_ pipeline: Pipeline, takenOver: [StepPath: Status] = [:]) {
    scheduler = Scheduler(Plan(pipeline), takenOver: takenOver)
  }

  init(_ plan: Plan) {
    scheduler = Scheduler(plan)
  }

  /// Plays until nothing is left to be answered.
  mutating func start() { send(.started) }

  mutating func send(_ event: SchedulerEvent) {
    pending.append(event)
    var next = 0
    while next < pending.count {
      step(pending[next])
      next += 1
    }
    pending = []
  }

  private mutating func step(_ event: SchedulerEvent) {
    let actions = scheduler.handle(event)
    events.append(event)
    answers.append(actions)
    for action in actions { answer(action) }
  }

  private mutating func answer(_ action: SchedulerAction) {
    switch action {
    case .evaluate(let path, _):
      let name = path.name
      if held.contains(name) { return }
      if senseless.contains(name) {
        pending.append(.conditionFailed(path, message: "no such name"))
      } else {
        let holds = conditions[name] ?? true
        pending.append(.conditionEvaluated(path, holds: holds, detail: "when: condition is \(holds)"))
      }
    case .expand(let path):
      if held.contains(path.name) { return }
      pending.append(.expanded(path, expansions[path.name] ?? .count(1)))
    case .intervene(let path, _, _, _):
      if held.contains(path.name) { return }
      let count = decided[path.name, default: 0]
      decided[path.name] = count + 1
      let scripted = decisions[path.name] ?? []
      pending.append(.interventionDecided(path, count < scripted.count ? scripted[count] : .timedOut))
    case .prepareStage(let path):
      if !held.contains(path.name) { pending.append(.stagePrepared(path)) }
    case .execute(let path, let attempt):
      if held.contains(path.name) { return }
      let scripted = results[path.name] ?? []
      let result = attempt <= scripted.count ? scripted[attempt - 1] : scripted.last ?? StepResult(.succeeded)
      pending.append(.stepFinished(path, attempt: attempt, result))
    case .delay(let path, _):
      if !holdsDelays { pending.append(.delayElapsed(path)) }
    case .closeStage(let path): pending.append(.stageClosed(path))
    case .cancel(let path):
      if heedless.contains(path.name) { return }
      let attempt = scheduler.attempt(of: path)
      if holdsDelays || scheduler.isGroup(path) { pending.append(.delayElapsed(path)) }
      pending.append(.stepFinished(path, attempt: attempt, StepResult(.cancelled)))
    case .changed, .finish: break
    }
  }

  var actions: [SchedulerAction] { answers.flatMap { $0 } }

  /// What the run came to; nil while it goes on.
  var outcome: Status? {
    actions.lazy.compactMap { action -> Status? in
      if case .finish(let status) = action { status } else { nil }
    }.first
  }

  /// `STEP#ATTEMPT` in the order in which they were begun.
  var executed: [String] {
    actions.compactMap { action in
      if case .execute(let path, let attempt) = action { "\(path.name)#\(attempt)" } else { nil }
    }
  }

  var delays: [Int] {
    actions.compactMap { action in
      if case .delay(_, let seconds) = action { seconds.count } else { nil }
    }
  }

  var cancelled: [String] {
    actions.compactMap { action in
      if case .cancel(let path) = action { path.name } else { nil }
    }
  }

  func status(_ path: StepPath) -> Status { scheduler.status(of: path) }

  /// The last message about a node.
  func message(_ path: StepPath) -> String? {
    actions.reversed().lazy.compactMap { action -> String?? in
      if case .changed(path, _, let message) = action { message } else { nil }
    }.first ?? nil
  }
}

extension StepPath {
  /// The node's own identifier.
  var name: String { last?.description ?? "pipeline" }
}

extension StrategyExpansion {
  static func count(_ count: Int, atOnce: Int? = nil, skipsQueued: Bool = false) -> StrategyExpansion {
    StrategyExpansion(
      (0..<count).map { Values(postfix: "_\($0)") }, concurrency: atOnce, skipsQueued: skipsQueued)
  }
}

extension Scheduler {
  func isGroup(_ path: StepPath) -> Bool { plan[path]?.kind == .group }
}

extension StepResult {
  static let success = StepResult(.succeeded)

  static func failed(_ type: FailureType = .unknown, _ message: String = "it failed") -> StepResult {
    .failure(type, message, exitCode: 1)
  }
}
