import Engine
import Model
import TestSupport
import Testing

/// After a node ends the next one is always looked at; its `when` decides whether it runs.
@Suite struct SequenceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let first: Outcome
    let when: When?
    let second: Status
    let stage: Status

    var testDescription: String { "\(first), then \(when.map { "\($0.status)" } ?? "no when")" }
  }

  enum Outcome: Sendable {
    case succeeded, failed, timedOut, ignored, skipped, markedAsSuccess, markedAsFailure

    var strategy: [FailureStrategy] {
      switch self {
      case .ignored: [.on(do: .ignore)]
      case .markedAsSuccess: [.on(do: .markAsSuccess)]
      case .markedAsFailure: [.on(do: .markAsFailure)]
      case .succeeded, .failed, .timedOut, .skipped: []
      }
    }

    var result: StepResult {
      switch self {
      case .succeeded, .skipped: .success
      case .failed, .ignored, .markedAsSuccess, .markedAsFailure: .failed()
      case .timedOut: .failed(.timeout)
      }
    }
  }

  static let rows: [Row] = [
    Row(first: .succeeded, when: nil, second: .succeeded, stage: .succeeded),
    Row(first: .succeeded, when: .success, second: .succeeded, stage: .succeeded),
    Row(first: .succeeded, when: .failure, second: .skipped, stage: .succeeded),
    Row(first: .succeeded, when: .always, second: .succeeded, stage: .succeeded),
    Row(first: .failed, when: nil, second: .skipped, stage: .failed),
    Row(first: .failed, when: .success, second: .skipped, stage: .failed),
    Row(first: .failed, when: .failure, second: .succeeded, stage: .failed),
    Row(first: .failed, when: .always, second: .succeeded, stage: .failed),
    Row(first: .timedOut, when: nil, second: .skipped, stage: .expired),
    Row(first: .timedOut, when: .failure, second: .succeeded, stage: .expired),
    Row(first: .timedOut, when: .always, second: .succeeded, stage: .expired),
    Row(first: .ignored, when: nil, second: .succeeded, stage: .ignoreFailed),
    Row(first: .ignored, when: .success, second: .succeeded, stage: .ignoreFailed),
    Row(first: .ignored, when: .failure, second: .skipped, stage: .ignoreFailed),
    Row(first: .ignored, when: .always, second: .succeeded, stage: .ignoreFailed),
    Row(first: .skipped, when: nil, second: .succeeded, stage: .succeeded),
    Row(first: .skipped, when: .failure, second: .skipped, stage: .succeeded),
    Row(first: .markedAsSuccess, when: nil, second: .succeeded, stage: .succeeded),
    Row(first: .markedAsSuccess, when: .failure, second: .skipped, stage: .succeeded),
    Row(first: .markedAsFailure, when: nil, second: .skipped, stage: .failed),
    Row(first: .markedAsFailure, when: .failure, second: .succeeded, stage: .failed),
  ]

  @Test(arguments: rows)
  func `the when of a step sees what the stage has come to so far`(_ row: Row) {
    var simulation = Simulation(
      .of(
        .stage(
          "s", .run("first", when: row.first == .skipped ? .failure : nil, onFailure: row.first.strategy),
          .run("second", when: row.when))))
    simulation.results = ["first": [row.first.result]]
    simulation.start()
    #expect(simulation.status("s/second") == row.second)
    #expect(simulation.status("s") == row.stage)
    #expect(simulation.outcome == row.stage)
  }

  @Test(arguments: rows)
  func `the when of a stage sees what the pipeline has come to so far`(_ row: Row) {
    var simulation = Simulation(
      .of(
        .stage("one", .run("first", when: row.first == .skipped ? .failure : nil, onFailure: row.first.strategy)),
        .stage("two", when: row.when, .run("second"))))
    simulation.results = ["first": [row.first.result]]
    simulation.start()
    #expect(simulation.status("two") == row.second)
    #expect(simulation.outcome == row.stage)
  }

  @Test(arguments: rows)
  func `the when of a group sees what the stage has come to so far`(_ row: Row) {
    var simulation = Simulation(
      .of(
        .stage(
          "s", .run("first", when: row.first == .skipped ? .failure : nil, onFailure: row.first.strategy),
          .group("g", when: row.when, .run("second")))))
    simulation.results = ["first": [row.first.result]]
    simulation.start()
    #expect(simulation.status("s/g") == row.second)
    #expect(simulation.outcome == row.stage)
  }

  @Test func `a failure in one stage skips the rest of it and the stages after it`() {
    var simulation = Simulation(
      .of(.stage("one", .run("a"), .run("b"), .run("c")), .stage("two", .run("d"))))
    simulation.results = ["b": [.failed()]]
    simulation.start()
    #expect(simulation.executed == ["a#1", "b#1"])
    #expect(simulation.status("one/c") == .skipped)
    #expect(simulation.message("one/c") == "when: stageStatus Success, and the stage so far is FAILED")
    #expect(simulation.status("two") == .skipped)
    #expect(simulation.message("two") == "when: pipelineStatus Success, and the pipeline so far is FAILED")
    #expect(simulation.outcome == .failed)
  }

  @Test func `a step of a later stage sees its own stage and no other one`() {
    var simulation = Simulation(
      .of(.stage("one", .run("a")), .stage("two", when: .always, .run("b"), .run("c", when: .failure))))
    simulation.results = ["a": [.failed()]]
    simulation.start()
    #expect(simulation.status("two/b") == .succeeded)
    #expect(simulation.status("two/c") == .skipped)
    #expect(simulation.status("two") == .succeeded)
    #expect(simulation.outcome == .failed)
  }

  @Test func `a condition is evaluated only when the status part holds`() {
    var simulation = Simulation(
      .of(
        .stage(
          "s", .run("a"), .run("b", when: .condition("<+x>")), .run("c", when: .condition("<+x>", .failure)),
          .run("d", when: .condition("<+y>", .all)))))
    simulation.results = ["a": [.failed()]]
    simulation.conditions = ["d": false]
    simulation.start()
    let evaluated = simulation.actions.compactMap { action -> String? in
      if case .evaluate(let path, let condition) = action { "\(path.name) \(condition.raw)" } else { nil }
    }
    #expect(evaluated == ["c <+x>", "d <+y>"])
    #expect(simulation.status("s/b") == .skipped)
    #expect(simulation.status("s/c") == .succeeded)
    #expect(simulation.status("s/d") == .skipped)
    #expect(simulation.message("s/d") == "when: condition is false")
  }

  @Test func `a condition that cannot be evaluated fails its node, step, group or stage`() {
    var simulation = Simulation(
      .of(
        .stage("one", .run("a", when: .condition("<+x>")), .run("b")),
        .stage("two", when: .always, .group("g", when: .condition("<+x>"), .run("c"))),
        .stage("three", when: .condition("<+x>", .all), .run("d")),
        .stage("four", when: .failure, .run("e"))))
    simulation.senseless = ["a", "g", "three"]
    simulation.start()
    #expect(simulation.executed == ["e#1"])
    #expect(simulation.status("one/a") == .failed)
    #expect(simulation.message("one/a") == "no such name")
    #expect(simulation.status("one/b") == .skipped)
    #expect(simulation.status("two/g") == .failed)
    #expect(simulation.status("two") == .failed)
    #expect(simulation.status("three") == .failed)
    #expect(simulation.outcome == .failed)
  }

  @Test func `stages and groups without steps succeed`() {
    var simulation = Simulation(.of(.stage("one"), .stage("two", .group("g"), .together())))
    simulation.start()
    #expect(simulation.status("one") == .succeeded)
    #expect(simulation.status("two/g") == .succeeded)
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `a pipeline without stages succeeds`() {
    var simulation = Simulation(.of())
    simulation.start()
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `a stage is prepared before its steps and closed after them`() {
    var simulation = Simulation(.of(.stage("s", .run("a"))))
    simulation.start()
    #expect(
      simulation.actions == [
        .changed("s", .running, message: nil), .prepareStage("s"),
        .changed("s/a", .running, message: nil), .execute("s/a", attempt: 1),
        .changed("s/a", .succeeded, message: nil), .closeStage("s"),
        .changed("s", .succeeded, message: nil), .finish(.succeeded),
      ])
  }

  @Test func `a stage whose workspace cannot be made fails without a step`() {
    var simulation = Simulation(.of(.stage("one", .run("a")), .stage("two", .run("b")), .stage("three", when: .always)))
    simulation.held = ["one"]
    simulation.start()
    simulation.send(.stagePreparationFailed("one", message: "disk full"))
    #expect(simulation.executed == [])
    #expect(simulation.status("one") == .failed)
    #expect(simulation.message("one") == "disk full")
    #expect(simulation.status("two") == .skipped)
    #expect(simulation.status("three") == .succeeded)
    #expect(simulation.outcome == .failed)
  }

  @Test func `current status is what has ended so far`() {
    var simulation = Simulation(.of(.stage("s", .run("a"), .run("b", when: .always)), .stage("t", when: .always)))
    simulation.held = ["a", "b"]
    simulation.start()
    #expect(simulation.scheduler.currentStatus(of: "s") == .succeeded)
    simulation.send(.stepFinished("s/a", attempt: 1, .failed()))
    #expect(simulation.scheduler.currentStatus(of: "s") == .failed)
    #expect(simulation.scheduler.currentStatus(of: .pipeline) == .failed)
    #expect(!simulation.scheduler.isFinished)
    simulation.send(.stepFinished("s/b", attempt: 1, .success))
    #expect(simulation.scheduler.isFinished)
    #expect(simulation.scheduler.currentStatus(of: "nowhere") == .notStarted)
  }
}
