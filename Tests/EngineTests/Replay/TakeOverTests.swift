import Engine
import Model
import OCI
import TestSupport
import Testing

@Suite struct TakeOverTests {
  /// What the ledger holds of a run that was played with the scheduler.
  private static func history(
    _ number: Int = 1, of simulation: Simulation, takenOver: Set<StepPath> = [], products: [StepPath: Int] = [:]
  ) -> RunHistory {
    var nodes: [StepPath: RunNode] = [:]
    var order: [StepPath] = []
    var attempts: [Attempt] = []
    var time = Sample.start.milliseconds + Int64(number) * 1_000_000
    for (event, actions) in zip(simulation.events, simulation.answers) {
      time += 1
      if case .stepFinished(let path, let attempt, let result) = event {
        attempts.append(
          Attempt(
            path: path, number: attempt, status: result.attemptStatus, startedAt: Timestamp(milliseconds: time - 1),
            finishedAt: Timestamp(milliseconds: time), resolvedSpec: .null, outputs: ["FROM": path.name + "\(number)"],
            logFile: "log", workspaceBefore: products[path].map { Digest(sample: $0 * 10) },
            workspaceAfter: products[path].map { Digest(sample: $0 * 10 + 1) }))
      }
      for case .changed(let path, let status, let message) in actions {
        if nodes[path] == nil { order.append(path) }
        guard let node = simulation.scheduler.plan[path], let kind = node.kind else { continue }
        nodes[path] = RunNode(path: path, kind: kind, name: "", type: "", status: status, message: message)
      }
    }
    return RunHistory(
      run: Sample.run(number, status: simulation.outcome ?? .interrupted), nodes: order.compactMap { nodes[$0] },
      attempts: attempts, builds: [], scans: [], pushes: [])
  }

  private static func played(
    _ pipeline: Pipeline, _ failing: [String], conditions: [String: Bool] = [:], takenOver: [StepPath: Status] = [:]
  ) -> Simulation {
    var simulation = Simulation(pipeline, takenOver: takenOver)
    simulation.results = Dictionary(uniqueKeysWithValues: failing.map { ($0, [StepResult.failed()]) })
    simulation.conditions = conditions
    simulation.start()
    return simulation
  }

  /// The steps that a replay of the run executes.
  private static func replayed(
    _ pipeline: Pipeline, failing: String..., conditions: [String: Bool] = [:]
  ) -> (takenOver: [String: Status], executed: [String]) {
    let first = played(pipeline, failing, conditions: conditions)
    let takeOver = TakeOver(from: [history(of: first)], plan: Plan(pipeline))
    let second = played(pipeline, [], conditions: conditions, takenOver: takeOver.statuses)
    #expect(second.outcome == .succeeded || second.outcome == .ignoreFailed)
    return (Dictionary(uniqueKeysWithValues: takeOver.statuses.map { ($0.key.name, $0.value) }), second.executed)
  }

  @Test func `a sequence is taken over up to its first failure`() {
    let (takenOver, executed) = Self.replayed(
      .of(.stage("one", .run("a")), .stage("two", .run("b"), .run("c"), .run("d")), .stage("three", .run("e"))),
      failing: "c")
    #expect(takenOver == ["a": .succeeded, "b": .succeeded])
    #expect(executed == ["c#1", "d#1", "e#1"])
  }

  @Test func `what ran after a failure is run again`() {
    let (takenOver, executed) = Self.replayed(
      .of(.stage("s", .run("a"), .run("b"), .run("always", when: .always), .run("cleanup", when: .failure), .run("c"))),
      failing: "b")
    #expect(takenOver == ["a": .succeeded])
    #expect(executed == ["b#1", "always#1", "c#1"])
  }

  @Test func `services are started again where something is run, and only there`() {
    let service = StepSpec.background(BackgroundStep(command: "serve"))
    let (takenOver, executed) = Self.replayed(
      .of(
        .stage("one", .run("db", spec: service), .run("a")),
        .stage("two", .run("web", spec: service), .group("g", .run("mq", spec: service), .run("b")), .run("c"))),
      failing: "c")
    #expect(takenOver == ["db": .succeeded, "a": .succeeded, "b": .succeeded])
    #expect(executed == ["web#1", "mq#1", "c#1"])
  }

  @Test func `of a parallel block every member that went well is taken over`() {
    let (takenOver, executed) = Self.replayed(
      .of(.stage("s", .together(.run("a"), .run("b"), .run("c")), .run("d"))), failing: "b")
    #expect(takenOver == ["a": .succeeded, "c": .succeeded])
    #expect(executed == ["b#1", "d#1"])
  }

  @Test func `a group is entered again for the rest of it, without asking its condition`() {
    let (takenOver, executed) = Self.replayed(
      .of(.stage("s", .group("g", when: .condition("<+x>"), .run("a"), .run("b"), .run("c")), .run("d"))),
      failing: "b")
    #expect(takenOver == ["a": .succeeded])
    #expect(executed == ["b#1", "c#1", "d#1"])
  }

  @Test func `parallel stages are taken over one by one`() {
    let (takenOver, executed) = Self.replayed(
      .of(.stages(.stage("one", .run("a")), .stage("two", .run("b"), .run("c"))), .stage("three", .run("d"))),
      failing: "c")
    #expect(takenOver == ["a": .succeeded, "b": .succeeded])
    #expect(executed == ["c#1", "d#1"])
  }

  @Test func `ignored failures and skipped steps, groups and stages stay what they were`() {
    let pipeline = Pipeline.of(
      .stage(
        "one", .run("a", onFailure: [.on(do: .ignore)]), .run("skipped", when: .condition("<+x>")),
        .group("cleanup", when: .failure, .run("never")), .run("b")),
      .stage("notify", when: .failure, .run("mail")), .stage("two", .run("c"), .run("d")))
    let (takenOver, executed) = Self.replayed(pipeline, failing: "a", "d", conditions: ["skipped": false])
    #expect(
      takenOver == [
        "a": .ignoreFailed, "skipped": .skipped, "cleanup": .skipped, "b": .succeeded, "notify": .skipped,
        "c": .succeeded,
      ])
    #expect(executed == ["d#1"])
  }

  @Test func `what was skipped because something else had failed gets its turn`() {
    // `late` is looked at when `bad` has failed already.
    let pipeline = Pipeline.of(
      .stage("s", .together(.run("bad"), .group("g", .run("good"), .run("late"), .run("later"))), .run("end")))
    let (takenOver, executed) = Self.replayed(pipeline, failing: "bad")
    #expect(takenOver == ["good": .succeeded])
    #expect(executed == ["bad#1", "late#1", "later#1", "end#1"])
  }

  @Test func `what was not begun because the run was stopped gets its turn`() {
    let pipeline = Pipeline.of(.stage("s", .run("a"), .run("b", when: .condition("<+x>")), .run("c")))
    var first = Simulation(pipeline)
    first.held = ["b"]
    first.start()
    first.send(.cancelRequested)
    first.send(.conditionEvaluated("s/b", holds: true, detail: ""))
    #expect(first.status("s/b") == .skipped)
    let takeOver = TakeOver(from: [Self.history(of: first)], plan: Plan(pipeline))
    #expect(takeOver.statuses == ["s/a": .succeeded])
    #expect(Self.played(pipeline, [], takenOver: takeOver.statuses).executed == ["b#1", "c#1"])
  }

  @Test func `taken-over steps are told of once and in their place`() {
    let pipeline = Pipeline.of(.stage("s", .run("a"), .run("b")))
    let second = Self.played(pipeline, [], takenOver: ["s/a": .succeeded])
    #expect(
      second.actions.prefix(4) == [
        .changed("s", .running, message: nil), .prepareStage("s"), .changed("s/a", .succeeded, message: nil),
        .changed("s/b", .running, message: nil),
      ])
    #expect(second.outcome == .succeeded)
  }

  @Test func `a replay of a replay takes over what the first run did`() {
    let pipeline = Pipeline.of(.stage("s", .run("a"), .run("b"), .run("c")))
    let first = Self.played(pipeline, ["b"])
    let firstHistory = Self.history(1, of: first, products: ["s/a": 1, "s/b": 2])
    let takeOver = TakeOver(from: [firstHistory], plan: Plan(pipeline))
    #expect(takeOver.source == Sample.ulid(1))
    #expect(takeOver.outputs == ["s/a": ["FROM": "a1"]])
    #expect(takeOver.workspaces == ["s": Digest(sample: 11)])

    let second = Self.played(pipeline, ["c"], takenOver: takeOver.statuses)
    let secondHistory = Self.history(2, of: second, products: ["s/b": 3, "s/c": 4])
    let again = TakeOver(from: [firstHistory, secondHistory], plan: Plan(pipeline))
    #expect(again.source == Sample.ulid(2))
    #expect(again.statuses == ["s/a": .succeeded, "s/b": .succeeded])
    #expect(again.outputs == ["s/a": ["FROM": "a1"], "s/b": ["FROM": "b2"]])
    #expect(again.workspaces == ["s": Digest(sample: 31)])
    #expect(Self.played(pipeline, [], takenOver: again.statuses).executed == ["c#1"])
  }

  @Test func `a stage whose first step failed starts from what was there before it`() {
    let pipeline = Pipeline.of(.stage("one", .run("a")), .stage("two", .run("b")))
    let first = Self.played(pipeline, ["b"])
    let takeOver = TakeOver(
      from: [Self.history(of: first, products: ["one/a": 1, "two/b": 2])], plan: Plan(pipeline))
    #expect(takeOver.workspaces == ["one": Digest(sample: 11), "two": Digest(sample: 20)])
  }

  @Test func `an older snapshot does not stand for a missing one`() {
    let pipeline = Pipeline.of(.stage("s", .run("a"), .run("b"), .run("c")))
    let first = Self.played(pipeline, ["c"])
    let takeOver = TakeOver(from: [Self.history(of: first, products: ["s/a": 1, "s/c": 3])], plan: Plan(pipeline))
    #expect(takeOver.statuses == ["s/a": .succeeded, "s/b": .succeeded])
    #expect(takeOver.workspaces == [:])
  }

  @Test func `the outputs are those of the last attempt`() {
    let strategy = FailureStrategy.on(do: .retry(count: 2, intervals: [], then: .ignore))
    let pipeline = Pipeline.of(.stage("s", .run("a", onFailure: [strategy]), .run("b")))
    var first = Simulation(pipeline)
    first.results = ["a": [.failed(), .success], "b": [.failed()]]
    first.start()
    let takeOver = TakeOver(from: [Self.history(of: first, products: ["s/a": 1])], plan: Plan(pipeline))
    #expect(takeOver.statuses == ["s/a": .succeeded])
    #expect(takeOver.outputs.count == 1)
  }

  @Test func `of a strategy only the instances that did not go well are run again`() {
    let pipeline = Pipeline.of(
      .stage("build", strategy: .count(3), .run("a"), .run("b")), .stage("after", .run("c", strategy: .count(2))))
    func play(_ failing: [String: [StepResult]], takenOver: [StepPath: Status] = [:]) -> Simulation {
      var simulation = Simulation(pipeline, takenOver: takenOver)
      simulation.expansions = ["build": .count(3), "c": .count(2)]
      simulation.results = failing
      simulation.start()
      return simulation
    }
    var first = Simulation(pipeline)
    first.expansions = ["build": .count(3)]
    first.held = ["b"]
    first.start()
    for (stage, result) in zip(
      ["build_0/b", "build_1/b", "build_2/b"] as [StepPath], [StepResult.success, .failed(), .success])
    {
      first.send(.stepFinished(stage, attempt: 1, result))
    }
    let takeOver = TakeOver(
      from: [Self.history(of: first)], plan: Plan(pipeline), expansions: ["build": .count(3)])
    #expect(takeOver.statuses["build_0/b"] == .succeeded)
    #expect(takeOver.statuses["build_1/a"] == .succeeded)
    #expect(takeOver.statuses["build_1/b"] == nil)
    let second = play([:], takenOver: takeOver.statuses)
    #expect(second.executed == ["b#1", "c_0#1", "c_1#1"])
    #expect(second.outcome == .succeeded)
    // Without what its instances were it is run again as a whole.
    let blind = TakeOver(from: [Self.history(of: first)], plan: Plan(pipeline))
    #expect(play([:], takenOver: blind.statuses).executed.count == 8)
  }
}
