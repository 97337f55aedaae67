package import Model

/// A run in which nothing is executed: the scheduler that real runs have, events from a script, and a clock that jumps.
package struct SimulatedRun: Sendable {
  /// What a simulation needs to know of the world: what conditions and axes may ask for.
  package struct World: Sendable {
    package let surroundings: RunSurroundings
    package let masker: Masker
    package let concurrency: StrategyConcurrency
    /// As a real run would have been given them.
    package let run: Run

    package init(surroundings: RunSurroundings, masker: Masker, concurrency: StrategyConcurrency, run: Run) {
      self.surroundings = surroundings
      self.masker = masker
      self.concurrency = concurrency
      self.run = run
    }
  }

  package let world: World
  package private(set) var scheduler: Scheduler
  /// Everything that happened, in order: what a real run would have put into the ledger.
  package private(set) var events: [SchedulerEvent] = []
  /// What conditions came to where a node was entered, and what had to be assumed.
  package private(set) var remarks: [StepPath: String] = [:]
  /// What had to be assumed, since nothing gives it a value here.
  package private(set) var assumptions: [String] = []

  private let script: OutcomeScript
  private var recorder = RunRecorder()
  private var time: VirtualTime

  package init(_ plan: Plan, script: OutcomeScript, world: World) {
    self.script = script
    self.world = world
    scheduler = Scheduler(plan, parallelism: world.concurrency.jobs)
    time = VirtualTime(from: world.run.startedAt)
  }

  /// Plays the run to its end.
  package mutating func play() {
    do {
      if let limit = try questions.timeout(of: .pipeline) { time.schedule(.timedOut(.pipeline), after: limit) }
    } catch {
      assumptions.append("the pipeline's timeout is not kept: \(Runner.result(of: error).message ?? "")")
    }
    time.schedule(.started)
    while !scheduler.isFinished, let event = time.next() { take(event) }
  }

  package var status: Status { scheduler.status(of: .pipeline) }

  /// The run as the ledger would hold it.
  package var history: RunHistory {
    recorder.history(of: world.run, status: status, at: time.now)
  }

  private var questions: SchedulerQuestions {
    SchedulerQuestions(
      plan: scheduler.plan, run: world.run, state: recorder.state, surroundings: world.surroundings,
      masker: world.masker,
      clock: time.clock, concurrency: world.concurrency)
  }

  // MARK: Playing

  private mutating func take(_ event: SchedulerEvent) {
    recorder.take(event, before: scheduler, at: time.now)
    let actions = scheduler.handle(event)
    events.append(event)
    recorder.take(actions, after: scheduler, at: time.now)
    for action in actions { answer(action) }
  }

  private mutating func answer(_ action: SchedulerAction) {
    switch action {
    case .evaluate(let path, let condition): time.schedule(judge(condition, at: path))
    case .expand(let path): time.schedule(questions.expansion(at: path))
    case .prepareStage(let path):
      do {
        if let limit = try questions.timeout(of: path) { time.schedule(.timedOut(path), after: limit) }
        time.schedule(.stagePrepared(path))
      } catch {
        time.schedule(.stagePreparationFailed(path, message: Runner.result(of: error).message ?? "\(error)"))
      }
    case .execute(let path, let number): execute(path, number)
    case .delay(let path, let delay): time.schedule(.delayElapsed(path), after: delay)
    case .intervene(let path, _, _, _):
      assumptions.append("\(path.shortDescription): nobody decides about its failure: its onTimeout action is taken")
      time.schedule(.interventionDecided(path, .timedOut))
    case .closeStage(let path): time.schedule(.stageClosed(path))
    case .cancel(let path):
      // Where it waits or runs without end it is over now; everything else has its end under way already.
      time.schedule(.delayElapsed(path))
      time.schedule(
        .stepFinished(path, attempt: scheduler.attempt(of: path), StepResult(.cancelled, message: "cancelled")))
    case .changed(let path, .running, _):
      guard case .group? = scheduler.plan[path]?.content else { break }
      do {
        if let limit = try questions.timeout(of: path) { time.schedule(.timedOut(path), after: limit) }
      } catch {
        assumptions.append("\(path.shortDescription): its timeout is not kept")
      }
    case .changed, .finish: break
    }
  }

  private mutating func judge(_ condition: Text, at path: StepPath) -> SchedulerEvent {
    let (event, missing) = questions.judged(condition, at: path)
    let unknown = missing.filter { $0.contains("output.outputVariables") }
    if case .conditionFailed = event, let name = unknown.first {
      let detail = "when: condition \(condition.raw) is taken to hold: '\(name)' has no value here"
      assumptions.append("\(path.shortDescription): \(detail) (give it one with --outcome STEP.NAME=value)")
      remarks[path] = detail
      return .conditionEvaluated(path, holds: true, detail: detail)
    }
    if case .conditionEvaluated(_, true, let detail) = event { remarks[path] = detail }
    return event
  }

  private mutating func execute(_ path: StepPath, _ number: Int) {
    guard let node = scheduler.plan[path], case .step(let step) = node.content else {
      preconditionFailure("a step that is not in the plan is to be run")
    }
    switch script.outcome(of: node, attempt: number) {
    case .success:
      time.schedule(
        .stepFinished(path, attempt: number, StepResult(.succeeded, outputs: script.outputs(of: node))))
    case .failure(let type, let code):
      let message = code.map { "exit code \($0)" } ?? "\(type.rawValue) error"
      time.schedule(.stepFinished(path, attempt: number, .failure(type, message, exitCode: code)))
    case .endless:
      do {
        let limit =
          try questions.evaluator(at: path).seconds(step.timeout, field: "timeout")
          ?? SchedulerQuestions.defaultStepTimeout
        let result = StepResult.failure(.timeout, "out of time after \(limit.count) s")
        time.schedule(.stepFinished(path, attempt: number, result), after: limit)
      } catch {
        time.schedule(.stepFinished(path, attempt: number, Runner.result(of: error)))
      }
    }
  }
}
