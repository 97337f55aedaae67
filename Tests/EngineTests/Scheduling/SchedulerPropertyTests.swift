import Engine
import Model
import TestSupport
import Testing

/// What holds for every pipeline, whatever happens in it.
@Suite struct SchedulerPropertyTests {
  /// A run of a random pipeline in which random things happen in a random order.
  struct RandomRun {
    var random: SeededGenerator
    var stepCount = 0
    var interventions = 0
    /// Without anything whose outcome depends on who is faster: no blocks side by side, no aborts.
    var isDeterministic = false
    /// As it was before any strategy had its instances.
    var plan: Plan?
    var limits: [StepPath: Int] = [:]
    var events: [SchedulerEvent] = []
    var answers: [[SchedulerAction]] = []

    init(seed: Int) {
      random = SeededGenerator(seed: UInt64(seed))
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func name(_ prefix: String) -> Identifier {
      stepCount += 1
      return Identifier(stringLiteral: "\(prefix)\(stepCount)")
    }

    mutating func when() -> When? {
      let status: When.Status = [.success, .failure, .all].randomElement(using: &random) ?? .all
      if chance(15) { return .condition("<+x>", status) }
      return chance(30) ? When(status: status) : nil
    }

    mutating func action(_ depth: Int = 0) -> FailureStrategy.Action {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: return .ignore
      case 1: return .markAsSuccess
      case 2: return .markAsFailure
      case 3 where chance(30): return isDeterministic ? .ignore : .abort
      case 4 where depth == 0:
        return .retry(
          count: Int.random(in: 0...3, using: &random), intervals: [Seconds(1), Seconds(2)], then: action(1),
          condition: chance(30) ? "<+step.exitCode> == 1" : nil)
      case 5: return .manualIntervention(timeout: Seconds(1), then: action(1))
      case 6:
        return chance(50)
          ? .rollback("StageRollback")
          : .retryStepGroup(count: Int.random(in: 1...2, using: &random), intervals: [Seconds(1)])
      default: return .proceedWithDefaultValues
      }
    }

    mutating func strategies() -> [FailureStrategy] {
      guard chance(40) else { return [] }
      return chance(50) ? [.on(do: action())] : [.on(.timeout, do: action()), .on(do: action())]
    }

    mutating func strategy() -> Strategy? {
      chance(10) ? Strategy(.parallelism(.literal(2, at: nil)), span: .nowhere) : nil
    }

    mutating func element(_ depth: Int) -> ExecutionElement {
      let kind = depth >= 4 ? 0 : Int.random(in: 0..<10, using: &random)
      if kind < 6 {
        return .run(name("step"), when: when(), onFailure: strategies(), strategy: strategy())
      }
      let members = (0..<Int.random(in: 0...4, using: &random)).map { _ in element(depth + 1) }
      if kind < 8, !isDeterministic { return .parallel(members) }
      let identifier = name("group")
      return .group(
        StepGroup(
          identifier: identifier, name: "", steps: members, when: when(), failureStrategies: strategies(),
          strategy: strategy(), span: .nowhere))
    }

    mutating func stage() -> Stage {
      let identifier = name("stage")
      let steps = (0..<Int.random(in: 0...4, using: &random)).map { _ in element(0) }
      return Stage(
        identifier: identifier, name: "", kind: .ci, steps: steps, when: when(), failureStrategies: strategies(),
        strategy: strategy(), span: .nowhere, source: .emptyMapping)
    }

    mutating func pipeline() -> Pipeline {
      let stages: [StageElement] = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        if chance(25), !isDeterministic {
          return .parallel((0..<Int.random(in: 0...3, using: &random)).map { _ in stage() })
        }
        return .stage(stage())
      }
      return Pipeline(identifier: "random", name: "", stages: stages, source: .emptyMapping)
    }

    mutating func result() -> StepResult {
      switch Int.random(in: 0..<12, using: &random) {
      case 0: .failed(.timeout)
      case 1: .failed(.connectivity)
      case 2, 3: .failed()
      case 4 where chance(20):
        StepResult(.refused(CustodyBreach(.neverScanned, path: "i", expected: nil, found: Digest(sample: 1))))
      default: .success
      }
    }

    mutating func reply(to question: SchedulerAction) -> SchedulerEvent {
      switch question {
      case .evaluate(let path, _):
        return chance(10)
          ? .conditionFailed(path, message: "no") : .conditionEvaluated(path, holds: chance(60), detail: "")
      case .expand(let path):
        if chance(5) { return .expansionFailed(path, message: "no") }
        return .expanded(
          path,
          .count(
            Int.random(in: 0...4, using: &random), atOnce: chance(50) ? Int.random(in: 1...3, using: &random) : nil,
            skipsQueued: chance(30)))
      case .intervene(let path, _, _, _):
        // A person who asks for one more attempt for ever is no property of ours.
        interventions += 1
        let decision = InterventionDecision.allCases.randomElement(using: &random) ?? .timedOut
        return .interventionDecided(path, decision == .retry && interventions > 5 ? .markAsFailure : decision)
      case .prepareStage(let path):
        return chance(5) ? .stagePreparationFailed(path, message: "no") : .stagePrepared(path)
      case .execute(let path, let attempt): return .stepFinished(path, attempt: attempt, result())
      case .delay(let path, _): return .delayElapsed(path)
      case .closeStage(let path): return .stageClosed(path)
      case .cancel, .changed, .finish: preconditionFailure("nothing answers \(question)")
      }
    }

    /// - Returns: the scheduler as it is in the end; nil when the run got stuck.
    mutating func play() -> Scheduler? {
      let plan = Plan(pipeline())
      self.plan = plan
      var scheduler = Scheduler(plan)
      var questions: [SchedulerAction] = []
      var next: SchedulerEvent? = .started
      while let event = next {
        events.append(event)
        let actions = scheduler.handle(event)
        answers.append(actions)
        for action in actions {
          switch action {
          case .evaluate, .expand, .prepareStage, .execute, .delay, .intervene, .closeStage: questions.append(action)
          case .finish: return scheduler
          case .cancel, .changed: break
          }
        }
        guard let place = questions.indices.randomElement(using: &random) else { return nil }
        if chance(1) {
          next = .cancelRequested
        } else if chance(1) {
          next = .timedOut(
            chance(30) ? .pipeline : scheduler.plan.nodes.randomElement(using: &random)?.path ?? .pipeline)
        } else {
          next = reply(to: questions.remove(at: place))
        }
      }
      return nil
    }
  }

  @Test(arguments: 0..<20)
  func `every run ends, with one final status for whatever was begun`(_ block: Int) throws {
    for seed in (block * 100)..<((block + 1) * 100) {
      var run = RandomRun(seed: seed)
      let ended = run.play()
      let scheduler = try #require(ended, "the run with seed \(seed) got stuck")
      let actions = run.answers.flatMap { $0 }
      #expect(scheduler.isFinished)
      let ends = actions.filter { if case .finish = $0 { true } else { false } }
      #expect(ends.count == 1, "seed \(seed)")
      #expect(ends == [actions.last].compactMap { $0 }, "seed \(seed): something came after the end")

      var changes: [StepPath: [Status]] = [:]
      for case .changed(let path, let status, _) in actions { changes[path, default: []].append(status) }
      for node in scheduler.plan.nodes where node.kind != nil {
        let statuses = changes[node.path] ?? []
        // Once RUNNING at most, then once something final; and that again for each time that a group was begun anew.
        for round in statuses.split(separator: .notStarted) {
          #expect(round.filter { $0 == .running }.count <= (node.kind == .group ? 7 : 1), "seed \(seed) \(node.path)")
          #expect(round.filter(\.isFinal).count == 1, "seed \(seed) \(node.path)")
        }
        #expect(
          statuses.isEmpty || statuses.last?.isFinal == true || statuses.last == .notStarted,
          "seed \(seed) \(node.path)")
        #expect(scheduler.status(of: node.path) == statuses.last ?? .notStarted, "seed \(seed) \(node.path)")
        // What never got its turn lies below something that was skipped or broke off.
        if statuses.isEmpty || statuses.last == .notStarted {
          let parent = node.path.parent.map(scheduler.status(of:)) ?? .running
          #expect(parent == .notStarted || parent == .skipped || !parent.isPositive, "seed \(seed) \(node.path)")
        }
      }
    }
  }

  @Test(arguments: 0..<10)
  func `no step is executed more often than its strategies say, and each attempt once`(_ block: Int) throws {
    for seed in (block * 100)..<((block + 1) * 100) {
      var run = RandomRun(seed: seed)
      _ = run.play()
      var attempts: [StepPath: [Int]] = [:]
      for case .execute(let path, let attempt) in run.answers.flatMap({ $0 }) {
        attempts[path, default: []].append(attempt)
      }
      for (path, numbers) in attempts {
        #expect(numbers == Array(1...numbers.count), "seed \(seed) \(path)")
        // Four by its own strategy, for each of the runs of the groups around it, and what a person asked for.
        #expect(numbers.count <= 4 * 3 * 3 * 3 * 3 + 5, "seed \(seed) \(path)")
      }
    }
  }

  @Test(arguments: 0..<10)
  func `the same events give the same actions and the same state again`(_ block: Int) throws {
    for seed in (block * 100)..<((block + 1) * 100) {
      var run = RandomRun(seed: seed)
      let ended = run.play()
      let end = try #require(ended)
      var again = Scheduler(try #require(run.plan))
      for (event, actions) in zip(run.events, run.answers) { #expect(again.handle(event) == actions, "seed \(seed)") }
      for node in end.plan.nodes {
        #expect(again.status(of: node.path) == end.status(of: node.path))
        #expect(again.attempt(of: node.path) == end.attempt(of: node.path))
        #expect(again.currentStatus(of: node.path) == end.currentStatus(of: node.path))
      }
    }
  }

  @Test(arguments: 0..<10)
  func `a stopped run begins nothing more`(_ block: Int) throws {
    for seed in (block * 100)..<((block + 1) * 100) {
      var run = RandomRun(seed: seed)
      _ = run.play()
      guard let stop = run.events.firstIndex(of: .cancelRequested) else { continue }
      for action in run.answers[(stop + 1)...].flatMap({ $0 }) {
        switch action {
        case .execute, .delay, .evaluate, .expand, .intervene, .prepareStage:
          Issue.record("seed \(seed): \(action) after the run was stopped")
        case .closeStage, .cancel, .changed, .finish: break
        }
      }
    }
  }

  @Test func `a long sequence costs a fixed number of actions a step`() {
    let steps = (0..<10_000).map { ExecutionElement.run(Identifier(stringLiteral: "step\($0)")) }
    let stage = Stage(
      identifier: "s", name: "s", kind: .ci, steps: steps, span: .nowhere, source: .emptyMapping)
    var simulation = Simulation(
      Pipeline(identifier: "long", name: "long", stages: [.stage(stage)], source: .emptyMapping))
    simulation.start()
    #expect(simulation.outcome == .succeeded)
    // RUNNING, execute, SUCCEEDED for each step.
    #expect(simulation.actions.count == 30_000 + 5)
    #expect(simulation.events.count == 10_000 + 3)
  }

  @Test func `a hundred thousand skipped steps nest no calls`() {
    let steps = (0..<100_000).map { ExecutionElement.run(Identifier(stringLiteral: "step\($0)"), when: .failure) }
    let stage = Stage(
      identifier: "s", name: "s", kind: .ci, steps: steps, span: .nowhere, source: .emptyMapping)
    var scheduler = Scheduler(
      Plan(Pipeline(identifier: "long", name: "long", stages: [.stage(stage)], source: .emptyMapping)))
    _ = scheduler.handle(.started)
    let actions = scheduler.handle(.stagePrepared("s"))
    #expect(actions.count == 100_001)
    #expect(scheduler.handle(.stageClosed("s")).last == .finish(.succeeded))
  }

  @Test func `ten thousand steps side by side start together and end one by one`() {
    let steps = (0..<10_000).map { ExecutionElement.run(Identifier(stringLiteral: "step\($0)")) }
    var simulation = Simulation(.of(.stage("s", .parallel(steps), .run("last"))))
    simulation.start()
    #expect(simulation.executed.count == 10_001)
    #expect(simulation.executed.last == "last#1")
    #expect(simulation.outcome == .succeeded)
  }
}
