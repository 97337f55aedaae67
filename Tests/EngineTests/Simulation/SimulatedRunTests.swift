import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite struct SimulatedRunTests {
  private func played(_ pipeline: Pipeline, _ outcomes: String...) throws -> SimulatedRun {
    var script = OutcomeScript()
    for outcome in outcomes { try script.add(outcome) }
    var run = SimulatedRun(Plan(pipeline), script: script, world: .sample())
    run.play()
    return run
  }

  private func statuses(_ run: SimulatedRun) -> [String] {
    run.history.nodes.map { "\($0.path.shortDescription) \($0.status.rawValue)" }
  }

  @Test func `what is not mentioned succeeds, and what fails is followed by what a run would do`() throws {
    let run = try played(.of(.stage("s", .run("a"), .run("b"), .run("c", when: .failure))), "a=fail")
    #expect(statuses(run) == ["s FAILED", "s/a FAILED", "s/b SKIPPED", "s/c SUCCEEDED"])
    #expect(
      run.history.nodes.first { $0.path == "s/b" }?.message
        == "when: stageStatus Success, and the stage so far is FAILED")
    #expect(run.status == .failed)
  }

  @Test func `one attempt may come to something else than the others, and waiting takes no time`() throws {
    let retry = FailureStrategy.on(do: .retry(count: 3, intervals: [Seconds(60), Seconds(3600)], then: .markAsFailure))
    let run = try played(.of(.stage("s", .run("a", onFailure: [retry]))), "a=fail:Connectivity", "a#3=succeed")
    #expect(run.history.attempts.map(\.status) == [.failed, .failed, .succeeded])
    #expect(run.history.attempts.map(\.failure) == [.connectivity, .connectivity, nil])
    #expect(run.status == .succeeded)
    let elapsed = try #require(run.history.run.finishedAt).milliseconds - run.history.run.startedAt.milliseconds
    #expect(elapsed == 3_660_000)
  }

  @Test func `a step without end is ended by the nearest limit`() throws {
    let own = try played(.of(.stage("s", .run("a", timeout: "10s"))), "a=timeout")
    #expect(own.history.attempts.first?.message == "out of time after 10 s")
    #expect(own.status == .expired)
    let stage = try played(
      .of(.stage("s", timeout: "1m", .run("a", timeout: "1h"), .run("b", when: .always))), "a=timeout")
    #expect(statuses(stage) == ["s EXPIRED", "s/a EXPIRED", "s/b SKIPPED"])
    let pipeline = try played(.of(.stage("s", .run("a")), timeout: "20s"), "a=timeout")
    #expect(pipeline.status == .expired)
  }

  @Test func `conditions see the outcomes and outputs that were named, and say what they saw`() throws {
    let pipeline = Pipeline.of(
      .stage("s", .run("a"), .run("b", when: .condition("<+steps.a.output.outputVariables.TAG> == \"v2\""))))
    let held = try played(pipeline, "a.TAG=v2")
    #expect(statuses(held).last == "s/b SUCCEEDED")
    let other = try played(pipeline, "a.TAG=v1")
    #expect(
      other.history.nodes.last?.message
        == "when: condition <+steps.a.output.outputVariables.TAG> == \"v2\" is false (steps.a.output.outputVariables.TAG = \"v1\")"
    )
    // Nobody knows: it is taken to hold, and that is said.
    let unknown = try played(pipeline)
    #expect(statuses(unknown).last == "s/b SUCCEEDED")
    #expect(unknown.assumptions.count == 1)
  }

  @Test func `patterns name many steps, and an instance answers to the name in the file`() throws {
    let pipeline = Pipeline.of(
      .stage("one", .run("test_a"), .run("x", when: .always)),
      .stage("two", when: .always, .run("y", strategy: .count(2))))
    #expect(try statuses(played(pipeline, "test_*=fail"))[1] == "one/test_a FAILED")
    #expect(try statuses(played(pipeline, "one/*=fail")).filter { $0.hasSuffix("FAILED") }.count == 3)
    #expect(
      try statuses(played(pipeline, "y=fail")).filter { $0.hasPrefix("two/y_") } == [
        "two/y_0 FAILED", "two/y_1 FAILED",
      ])
    #expect(
      try statuses(played(pipeline, "y_1=fail")).filter { $0.hasPrefix("two/y_") } == [
        "two/y_0 SUCCEEDED", "two/y_1 FAILED",
      ])
  }

  @Test(arguments: ["a", "=fail", "a=", "a=broken", "a#0=fail", "a#x=fail", "a=fail:0", "a=timeout:3"])
  func `what is no outcome is refused`(_ text: String) {
    var script = OutcomeScript()
    #expect(throws: OutcomeScript.ParseError.self) { try script.add(text) }
  }

  @Test func `a name that no step has is found`() throws {
    let plan = Plan(.of(.stage("s", strategy: .count(2), .run("unit"))))
    for (text, isStranger) in [
      ("unit=fail", false), ("s/unit=fail", false), ("s_1/unit=fail", false), ("s_*/unit=fail", false),
      ("u*=fail", false),
      ("unti=fail", true), ("t/unit=fail", true), ("stages.s_0.steps.unit=fail", false), ("unit.X=1", false),
    ] {
      var script = OutcomeScript()
      try script.add(text)
      #expect(script.strangers(in: plan).isEmpty != isStranger, "\(text)")
    }
  }
}

/// What a simulation says is what a real run does.
@Suite struct SimulationAgreementTests {
  @Test(arguments: 0..<20)
  func `random pipelines end alike, simulated and run by the runner`(_ block: Int) async throws {
    for seed in (block * 4)..<((block + 1) * 4) {
      var random = SchedulerPropertyTests.RandomRun(seed: 90_000 + seed)
      random.isDeterministic = true
      let pipeline = random.pipeline()
      let outcomes = Plan(pipeline).templates.filter { !$0.isStage }.reduce(into: [StepPath: Bool]()) {
        outcomes, path in
        outcomes[path] = random.chance(70)
      }
      var script = OutcomeScript()
      var acts: [String: [ScriptedExecutor.Act]] = [:]
      for (path, succeeds) in outcomes where !succeeds {
        try script.add("\(path)=fail")
        for postfix in ["", "_0", "_1"] { acts[path.name + postfix] = [.failure()] }
      }
      var simulated = SimulatedRun(Plan(pipeline), script: script, world: .sample())
      simulated.play()

      try await TemporaryDirectory.with { root in
        let store = InMemoryRunStore()
        let record = try await store.begin(
          RunDraft(
            id: Sample.ulid(), pipeline: "random", pipelineName: "", startedAt: Sample.start,
            origin: Sample.run().origin))
        let executor = ScriptedExecutor(acts)
        let runner = Runner(
          plan: Plan(pipeline), run: record,
          services: .scripted(executor, store: store, root: root))
        let conclusion = try await runner.run(cancellation: Latch())
        #expect(conclusion.status == simulated.status, "seed \(seed)")
        let history = try await store.history(of: record.id)
        let real = Dictionary(uniqueKeysWithValues: history.nodes.map { ($0.path, "\($0.status) \($0.message ?? "")") })
        for node in simulated.history.nodes {
          // What a failed step says of itself is its own.
          let expected = node.status == .skipped ? "\(node.status) \(node.message ?? "")" : "\(node.status)"
          #expect(real[node.path]?.hasPrefix(expected) == true, "seed \(seed) \(node.path)")
        }
        #expect(real.count == simulated.history.nodes.count, "seed \(seed)")
      }
    }
  }

  @Test(arguments: 0..<10)
  func `the events of a simulation fold back into the state that it ended in`(_ block: Int) throws {
    for seed in (block * 20)..<((block + 1) * 20) {
      var random = SchedulerPropertyTests.RandomRun(seed: 50_000 + seed)
      random.isDeterministic = true
      let pipeline = random.pipeline()
      var script = OutcomeScript()
      for path in Plan(pipeline).templates where !path.isStage && random.chance(30) { try script.add("\(path)=fail") }
      var simulated = SimulatedRun(Plan(pipeline), script: script, world: .sample())
      simulated.play()
      #expect(simulated.status.isFinal, "seed \(seed)")
      var scheduler = Scheduler(Plan(pipeline))
      for event in simulated.events { _ = scheduler.handle(event) }
      #expect(scheduler.plan.nodes.count == simulated.scheduler.plan.nodes.count)
      for node in simulated.scheduler.plan.nodes {
        #expect(
          scheduler.status(of: node.path) == simulated.scheduler.status(of: node.path), "seed \(seed) \(node.path)")
      }
    }
  }
}

extension RunServices {
  /// Everything at hand, and a clock on which what takes seconds takes no time and what takes hours never comes.
  fileprivate static func scripted(
    _ executor: ScriptedExecutor, store: InMemoryRunStore, root: FilePath
  ) -> RunServices {
    let state = StateDirectory(root: root.appending("state"))
    let clock = EngineClock(
      now: { Sample.start },
      sleep: { duration in
        guard duration > .seconds(100) else { return }
        await Latch().wait()
        throw CancellationError()
      })
    return RunServices(
      store: store, executors: [executor], blobs: BlobStore(root: state.blobs),
      codebase: CodebaseReader(commands: NoCommands(), environment: [:]), state: state, clock: clock, masker: Masker(),
      surroundings: RunSurroundings(actorName: "zoe"), custodyPolicy: nil, observe: { _ in })
  }
}

private struct NoCommands: CommandRunner {
  func run(
    _ arguments: [String], environment: [String: String], workingDirectory: FilePath
  ) async throws -> CommandResult {
    throw CancellationError()
  }

  func locate(_ program: String, environment: [String: String]) -> FilePath? { nil }
}
