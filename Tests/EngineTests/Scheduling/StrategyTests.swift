import Engine
import Model
import TestSupport
import Testing

/// Matrix, repeat and parallelism: what the scheduler makes of instances.
@Suite struct StrategyTests {
  @Test func `instances lie beside their strategy, each under its own name, and their steps with them`() {
    var simulation = Simulation(.of(.stage("build", strategy: .count(2), .run("a")), .stage("after", .run("b"))))
    simulation.expansions = ["build": .count(2)]
    simulation.start()
    #expect(simulation.executed == ["a#1", "a#1", "b#1"])
    for path: StepPath in ["build", "build_0", "build_0/a", "build_1", "build_1/a"] {
      #expect(simulation.status(path) == .succeeded, "\(path)")
    }
    #expect(simulation.scheduler.plan["build_1/a"]?.template == "build/a")
    #expect(simulation.outcome == .succeeded)
  }

  struct RollUp: Sendable {
    let results: [String: [StepResult]]
    var onFailure: [FailureStrategy] = []
    let strategy: Status
    let next: Status
  }

  @Test(arguments: [
    RollUp(results: [:], strategy: .succeeded, next: .succeeded),
    RollUp(results: ["a_1": [.failed()]], strategy: .failed, next: .skipped),
    RollUp(results: ["a_1": [.failed(.timeout)]], strategy: .expired, next: .skipped),
    RollUp(results: ["a_1": [.failed(.timeout)], "a_2": [.failed()]], strategy: .failed, next: .skipped),
    RollUp(
      results: ["a_1": [.failed()]], onFailure: [.on(do: .ignore)], strategy: .ignoreFailed, next: .succeeded),
  ])
  func `a strategy comes to what its instances come to, and the next step is judged by that`(_ row: RollUp) {
    var simulation = Simulation(.of(.stage("s", .run("a", onFailure: row.onFailure, strategy: .count(3)), .run("b"))))
    simulation.expansions = ["a": .count(3)]
    simulation.results = row.results
    simulation.start()
    #expect(simulation.status("s/a") == row.strategy)
    #expect(simulation.status("s/b") == row.next)
  }

  @Test func `one instance is no reason to skip another, but a step that needs the one before it is`() {
    var simulation = Simulation(.of(.stage("s", .group("g", strategy: .count(2), .run("a"), .run("b")))))
    simulation.expansions = ["g": .count(2, atOnce: 1)]
    simulation.results = ["a": [.failed()]]
    simulation.start()
    #expect(simulation.status("s/g_0/b") == .skipped)
    #expect(simulation.executed == ["a#1", "a#1"])
    #expect(simulation.status("s/g") == .failed)
  }

  @Test(arguments: [1, 2, 3, 7])
  func `no more instances run at a time than may, and each end lets the next one begin`(_ limit: Int) {
    var simulation = Simulation(.of(.stage("s", .run("a", strategy: .count(7)))))
    simulation.expansions = ["a": .count(7, atOnce: limit)]
    simulation.held = Set((0..<7).map { "a_\($0)" })
    simulation.start()
    for ended in 0..<7 {
      #expect(simulation.executed.count == min(7, limit + ended))
      simulation.send(
        .stepFinished(StepPath(components: ["s", Identifier(stringLiteral: "a_\(ended)")]), attempt: 1, .success))
    }
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `queued instances are left out after a failure where the strategy says so`() {
    for skips in [true, false] {
      var simulation = Simulation(.of(.stage("s", .run("a", strategy: .count(3)))))
      simulation.expansions = ["a": .count(3, atOnce: 1, skipsQueued: skips)]
      simulation.results = ["a_0": [.failed()]]
      simulation.start()
      #expect(simulation.executed == (skips ? ["a_0#1"] : ["a_0#1", "a_1#1", "a_2#1"]))
      #expect(simulation.status("s/a_2") == (skips ? .skipped : .succeeded))
    }
  }

  @Test func `conditions are looked at for each instance by itself`() {
    var simulation = Simulation(
      .of(.stage("s", .run("a", when: .condition("<+matrix.x> == \"1\""), strategy: .count(2)))))
    simulation.expansions = ["a": .count(2)]
    simulation.conditions = ["a_0": false]
    simulation.start()
    #expect(simulation.status("s/a_0") == .skipped)
    #expect(simulation.executed == ["a_1#1"])
  }

  @Test func `nothing to repeat is skipped, and axes that make no sense fail`() {
    var empty = Simulation(.of(.stage("s", .run("a", strategy: .count(2)), .run("b"))))
    empty.expansions = ["a": .count(0)]
    empty.start()
    #expect(empty.status("s/a") == .skipped)
    #expect(empty.executed == ["b#1"])

    var senseless = Simulation(.of(.stage("s", .run("a", strategy: .count(2)), .run("b"))))
    senseless.held = ["a"]
    senseless.start()
    senseless.send(.expansionFailed("s/a", message: "no list"))
    #expect(senseless.status("s/a") == .failed)
    #expect(senseless.message("s/a") == "no list")
    #expect(senseless.status("s/b") == .skipped)
  }

  @Test func `an abort in one instance ends all of them`() {
    var simulation = Simulation(
      .of(
        .stage("s", .run("a", onFailure: [.on(do: .abort)], strategy: .count(4))), .stage("t", when: .always, .run("b"))
      ))
    simulation.expansions = ["a": .count(4, atOnce: 2)]
    simulation.held = ["a_1"]
    simulation.results = ["a_0": [.failed()]]
    simulation.start()
    #expect(simulation.cancelled == ["a_1"])
    #expect(simulation.outcome == .aborted)
    #expect(simulation.executed == ["a_0#1", "a_1#1"])
  }

  @Test func `a strategy in a strategy gets its instances in each of them`() {
    var simulation = Simulation(.of(.stage("s", strategy: .count(2), .run("a", strategy: .count(2)))))
    simulation.expansions = ["s": .count(2), "a": .count(2)]
    simulation.start()
    #expect(simulation.executed == ["a_0#1", "a_1#1", "a_0#1", "a_1#1"])
    #expect(simulation.status("s_1/a_1") == .succeeded)
  }

  @Test func `the members of a parallel block share the places that there are`() {
    var scheduler = Scheduler(Plan(.of(.stage("s", .together(.run("a"), .run("b"), .run("c"))))), parallelism: 2)
    _ = scheduler.handle(.started)
    let first = scheduler.handle(.stagePrepared("s"))
    #expect(first.contains(.execute("s/b", attempt: 1)))
    #expect(!first.contains(.execute("s/c", attempt: 1)))
    #expect(scheduler.handle(.stepFinished("s/a", attempt: 1, .success)).contains(.execute("s/c", attempt: 1)))
  }
}

@Suite struct RetryStepGroupTests {
  private static func pipeline(_ count: Int, _ intervals: [Int] = []) -> Pipeline {
    let again = FailureStrategy.on(do: .retryStepGroup(count: count, intervals: intervals.map(Seconds.init)))
    return .of(.stage("s", .group("g", onFailure: [again], .run("a"), .run("b")), .run("c")))
  }

  @Test func `the whole group is run again, and what comes after it sees only how it ended at last`() {
    var simulation = Simulation(Self.pipeline(2, [10]))
    simulation.results = ["b": [.failed(), .success]]
    simulation.start()
    #expect(simulation.executed == ["a#1", "b#1", "a#2", "b#2", "c#1"])
    #expect(simulation.delays == [10])
    #expect(simulation.status("s/g") == .succeeded)
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `after its last run the group has failed`() {
    var simulation = Simulation(Self.pipeline(2, [10, 20]))
    simulation.results = ["b": [.failed()]]
    simulation.start()
    #expect(simulation.executed == ["a#1", "b#1", "a#2", "b#2", "a#3", "b#3"])
    #expect(simulation.delays == [10, 20])
    #expect(simulation.outcome == .failed)
    #expect(simulation.status("s/c") == .skipped)
  }

  @Test func `a step's own retries begin anew with each run of its group`() {
    let retry = FailureStrategy.on(do: .retry(count: 1, intervals: [], then: .retryStepGroup(count: 1, intervals: [])))
    var simulation = Simulation(.of(.stage("s", .group("g", .run("a", onFailure: [retry])))))
    simulation.results = ["a": [.failed()]]
    simulation.start()
    #expect(simulation.executed == ["a#1", "a#2", "a#3", "a#4"])
    #expect(simulation.outcome == .failed)
  }

  @Test func `strategies in the group keep their instances`() {
    let again = FailureStrategy.on(do: .retryStepGroup(count: 1, intervals: []))
    var simulation = Simulation(.of(.stage("s", .group("g", onFailure: [again], .run("a", strategy: .count(2))))))
    simulation.expansions = ["a": .count(2)]
    simulation.results = ["a_1": [.failed(), .success]]
    simulation.start()
    #expect(simulation.executed == ["a_0#1", "a_1#1", "a_0#2", "a_1#2"])
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `a run that is stopped while it waits does not begin the group again`() {
    var simulation = Simulation(Self.pipeline(1, [10]))
    simulation.results = ["a": [.failed()]]
    simulation.holdsDelays = true
    simulation.start()
    simulation.send(.cancelRequested)
    #expect(simulation.executed == ["a#1"])
    #expect(simulation.outcome == .aborted)
  }
}

@Suite struct InterventionTests {
  @Test(arguments: [
    (InterventionDecision.ignore, Status.ignoreFailed), (.markAsSuccess, .succeeded), (.markAsFailure, .failed),
    (.abort, .aborted), (.timedOut, .ignoreFailed),
  ])
  func `a person's decision is carried out`(_ decision: InterventionDecision, _ expected: Status) {
    let ask = FailureStrategy.on(do: .manualIntervention(timeout: Seconds(60), then: .ignore))
    var simulation = Simulation(.of(.stage("s", .run("a", onFailure: [ask]))))
    simulation.results = ["a": [.failed()]]
    simulation.decisions = ["a": [decision]]
    simulation.start()
    #expect(simulation.status("s/a") == expected)
    #expect(
      simulation.actions.contains(
        .intervene("s/a", failure: .unknown, message: "it failed", timeout: Seconds(60))))
  }

  @Test func `one more attempt is made when a person asks for it, and asks again if that fails`() {
    let ask = FailureStrategy.on(do: .manualIntervention(timeout: Seconds(60), then: .markAsFailure))
    var simulation = Simulation(.of(.stage("s", .run("a", onFailure: [ask]))))
    simulation.results = ["a": [.failed(), .failed(), .success]]
    simulation.decisions = ["a": [.retry, .retry]]
    simulation.start()
    #expect(simulation.executed == ["a#1", "a#2", "a#3"])
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `a stopped run waits for nobody`() {
    let ask = FailureStrategy.on(do: .manualIntervention(timeout: Seconds(60), then: .ignore))
    var simulation = Simulation(.of(.stage("s", .run("a", onFailure: [ask]))))
    simulation.results = ["a": [.failed()]]
    simulation.held = ["a"]
    simulation.start()
    simulation.send(.stepFinished("s/a", attempt: 1, .failed()))
    simulation.send(.cancelRequested)
    #expect(simulation.cancelled == ["a"])
    simulation.send(.interventionDecided("s/a", .timedOut))
    #expect(simulation.status("s/a") == .aborted)
    #expect(simulation.outcome == .aborted)
  }

  @Test func `a retry with a condition is made only where it holds`() {
    let retry = FailureStrategy.on(
      do: .retry(count: 2, intervals: [Seconds(5)], then: .ignore, condition: "<+step.exitCode> == 137"))
    for holds in [true, false] {
      var simulation = Simulation(.of(.stage("s", .run("a", onFailure: [retry]))))
      simulation.results = ["a": [.failed(), .success]]
      simulation.conditions = ["a": holds]
      simulation.start()
      #expect(simulation.executed == (holds ? ["a#1", "a#2"] : ["a#1"]))
      #expect(simulation.status("s/a") == (holds ? .succeeded : .ignoreFailed))
    }
  }
}

@Suite struct SelectionTests {
  private let pipeline = Pipeline.of(
    .stage("a", .run("x"), .together(.run("p"), .run("q")), .group("g", .run("y"), .run("z"))),
    .stage("b", .run("w")))

  private func statuses(_ change: (inout Selection) -> Void) -> [String] {
    var selection = Selection()
    change(&selection)
    var simulation = Simulation(selection.plan(of: pipeline))
    simulation.start()
    return simulation.executed
  }

  @Test func `what is left out is skipped and the rest runs`() {
    #expect(statuses { $0.stages = ["b"] } == ["w#1"])
    #expect(statuses { $0.steps = ["a/g/z"] } == ["z#1"])
    #expect(statuses { $0.steps = ["a/g", "a/x"] } == ["x#1", "y#1", "z#1"])
    #expect(statuses { $0.start = "a/g/z" } == ["z#1", "w#1"])
    #expect(statuses { $0.start = "b" } == ["w#1"])
    // What stands side by side is not before one another.
    #expect(statuses { $0.start = "a/q" } == ["p#1", "q#1", "y#1", "z#1", "w#1"])
    #expect(statuses { $0.skipped = ["a/g", "b/w"] } == ["x#1", "p#1", "q#1"])
    #expect(statuses { _ in } == ["x#1", "p#1", "q#1", "y#1", "z#1", "w#1"])
  }

  @Test func `it is said why something is left out, and only what is asked for counts as selected`() {
    var selection = Selection()
    selection.stages = ["b"]
    let plan = selection.plan(of: pipeline)
    var simulation = Simulation(plan)
    simulation.start()
    #expect(simulation.status("a") == .skipped)
    #expect(simulation.message("a") == "left out: --stage asks for b")
    #expect(plan.selectedStages == ["b"])
  }

  @Test func `what lies in a strategy is left out of every instance`() {
    let looped = Pipeline.of(
      .stage("a", strategy: .count(2), .run("x"), .group("g", strategy: .count(2), .run("y"), .run("z"))),
      .stage("b", .run("w")))
    func executed(_ change: (inout Selection) -> Void) -> [String] {
      var selection = Selection()
      change(&selection)
      var simulation = Simulation(selection.plan(of: looped))
      simulation.expansions = ["a": .count(2, atOnce: 1), "g": .count(2, atOnce: 1)]
      simulation.start()
      return simulation.executed
    }
    #expect(executed { $0.steps = ["a/x"] } == ["x#1", "x#1"])
    #expect(executed { $0.start = "a/g/z" } == ["z#1", "z#1", "z#1", "z#1", "w#1"])
    #expect(executed { $0.skipped = ["a/g"] } == ["x#1", "x#1", "w#1"])
  }
}
