import Engine
import Model
import TestSupport
import Testing

@Suite struct FailureStrategyTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let action: FailureStrategy.Action
    let failure: FailureType
    let step: Status
    /// Of the step after it, without a `when`.
    let next: Status
    let run: Status

    init(
      _ action: FailureStrategy.Action, _ step: Status, next: Status, run: Status, for failure: FailureType = .unknown
    ) {
      self.action = action
      self.failure = failure
      self.step = step
      self.next = next
      self.run = run
    }

    var testDescription: String { "\(action) for \(failure)" }
  }

  @Test(arguments: [
    Row(.ignore, .ignoreFailed, next: .succeeded, run: .ignoreFailed),
    Row(.markAsSuccess, .succeeded, next: .succeeded, run: .succeeded),
    Row(.markAsFailure, .failed, next: .skipped, run: .failed),
    Row(.markAsFailure, .expired, next: .skipped, run: .expired, for: .timeout),
    Row(.abort, .aborted, next: .skipped, run: .aborted),
    Row(.rollback("StageRollback"), .failed, next: .skipped, run: .failed),
    Row(.rollback("PipelineRollback"), .failed, next: .skipped, run: .failed),
    Row(.proceedWithDefaultValues, .failed, next: .skipped, run: .failed),
    Row(.retryStepGroup(count: 1, intervals: []), .failed, next: .skipped, run: .failed),
    Row(
      .manualIntervention(timeout: Seconds(3600), then: .ignore), .ignoreFailed, next: .succeeded, run: .ignoreFailed),
    Row(.manualIntervention(timeout: Seconds(3600), then: .abort), .aborted, next: .skipped, run: .aborted),
    Row(.ignore, .ignoreFailed, next: .succeeded, run: .ignoreFailed, for: .timeout),
  ])
  func `an action gives the step its status and decides about the rest`(_ row: Row) {
    var simulation = Simulation(
      .of(.stage("s", .run("a", onFailure: [.on(do: row.action)]), .run("b")), .stage("t", when: .always, .run("c"))))
    simulation.results = ["a": [.failed(row.failure)]]
    simulation.start()
    #expect(simulation.status("s/a") == row.step)
    #expect(simulation.status("s/b") == row.next)
    #expect(simulation.outcome == row.run)
    // Only an abort keeps a stage from running that runs always.
    #expect(simulation.executed.contains("c#1") == (row.step != .aborted))
  }

  @Test func `no strategy at all means that the step has failed`() {
    var simulation = Simulation(.of(.stage("s", .run("a"))))
    simulation.results = ["a": [.failed(.unknown, "exited with code 7")]]
    simulation.start()
    #expect(simulation.status("s/a") == .failed)
    #expect(simulation.message("s/a") == "exited with code 7")
  }

  @Test(arguments: [
    (FailureType.authentication, Status.ignoreFailed), (.connectivity, .succeeded), (.unknown, .failed),
  ])
  func `a specific error comes before all errors, wherever it stands in the list`(
    _ failure: FailureType, _ expected: Status
  ) {
    let strategies: [FailureStrategy] = [
      .on(do: .markAsFailure), .on(.authentication, do: .ignore),
      .on(.connectivity, .authorization, do: .markAsSuccess),
    ]
    for strategies in [strategies, strategies.reversed()] {
      var simulation = Simulation(.of(.stage("s", .run("a", onFailure: strategies))))
      simulation.results = ["a": [.failed(failure)]]
      simulation.start()
      #expect(simulation.status("s/a") == expected)
    }
  }

  struct Precedence: Sendable {
    let step: [FailureStrategy]
    let group: [FailureStrategy]
    let stage: [FailureStrategy]
    let expected: Status
  }

  @Test(arguments: [
    Precedence(
      step: [.on(do: .ignore)], group: [.on(do: .markAsSuccess)], stage: [.on(do: .abort)], expected: .ignoreFailed),
    Precedence(step: [], group: [.on(do: .markAsSuccess)], stage: [.on(do: .abort)], expected: .succeeded),
    Precedence(step: [], group: [], stage: [.on(do: .ignore)], expected: .ignoreFailed),
    // A level that says nothing about this error leaves it to the next one.
    Precedence(
      step: [.on(.timeout, do: .abort)], group: [.on(.connectivity, do: .abort)], stage: [.on(do: .ignore)],
      expected: .ignoreFailed),
    Precedence(step: [.on(.timeout, do: .abort)], group: [], stage: [], expected: .failed),
    // All errors of an inner level come before the specific error of an outer one.
    Precedence(step: [.on(do: .ignore)], group: [], stage: [.on(.unknown, do: .abort)], expected: .ignoreFailed),
  ])
  func `the step's strategies come before its group's and these before its stage's`(_ row: Precedence) {
    var simulation = Simulation(
      .of(
        .stage(
          "s", onFailure: row.stage, .group("g", onFailure: row.group, .together(.run("a", onFailure: row.step))))))
    simulation.results = ["a": [.failed()]]
    simulation.start()
    #expect(simulation.status("s/g/a") == row.expected)
  }

  @Test func `an inner group's strategies come before the outer group's`() {
    var simulation = Simulation(
      .of(.stage("s", .group("g", onFailure: [.on(do: .abort)], .group("h", onFailure: [.on(do: .ignore)], .run("a")))))
    )
    simulation.results = ["a": [.failed()]]
    simulation.start()
    #expect(simulation.status("s/g/h/a") == .ignoreFailed)
  }

  @Test func `a refusal is never ignored, retried or turned into a success`() {
    let breach = CustodyBreach(.neverScanned, path: "image.tar", expected: nil, found: Digest(sample: 1))
    for action: FailureStrategy.Action in [
      .ignore, .markAsSuccess, .retry(count: 3, intervals: [], then: .ignore), .abort,
    ] {
      var simulation = Simulation(
        .of(.stage("s", onFailure: [.on(do: action)], .run("a", onFailure: [.on(do: action)]))))
      simulation.results = ["a": [StepResult(.refused(breach), message: breach.message), .success]]
      simulation.start()
      #expect(simulation.executed == ["a#1"])
      #expect(simulation.status("s/a") == .failed)
      #expect(simulation.message("s/a") == "image.tar was never scanned")
      #expect(simulation.outcome == .failed)
    }
  }
}

@Suite struct RetryTests {
  private func simulation(
    _ count: Int, _ intervals: [Int], then: FailureStrategy.Action = .markAsFailure, _ results: [StepResult]
  ) -> Simulation {
    let strategy = FailureStrategy.on(do: .retry(count: count, intervals: intervals.map(Seconds.init), then: then))
    var simulation = Simulation(.of(.stage("s", .run("a", onFailure: [strategy]), .run("b"))))
    simulation.results = ["a": results]
    return simulation
  }

  @Test func `a retry count of n means n more attempts, with the last interval used again beyond the list`() {
    var simulation = simulation(4, [10, 60], [.failed()])
    simulation.start()
    #expect(simulation.executed == ["a#1", "a#2", "a#3", "a#4", "a#5"])
    #expect(simulation.delays == [10, 60, 60, 60])
    #expect(simulation.status("s/a") == .failed)
    #expect(simulation.scheduler.attempt(of: "s/a") == 5)
  }

  @Test func `retries end with the first success`() {
    var simulation = simulation(4, [], [.failed(), .failed(), .success])
    simulation.start()
    #expect(simulation.executed == ["a#1", "a#2", "a#3", "b#1"])
    #expect(simulation.delays == [0, 0])
    #expect(simulation.outcome == .succeeded)
  }

  @Test(arguments: [
    (FailureStrategy.Action.ignore, Status.ignoreFailed), (.markAsSuccess, .succeeded), (.abort, .aborted),
    (.manualIntervention(timeout: Seconds(10), then: .ignore), .ignoreFailed),
  ])
  func `after the last attempt the action on retry failure is taken`(
    _ action: FailureStrategy.Action, _ expected: Status
  ) {
    var simulation = simulation(1, [10], then: action, [.failed()])
    simulation.start()
    #expect(simulation.executed.prefix(2) == ["a#1", "a#2"])
    #expect(simulation.status("s/a") == expected)
  }

  @Test func `no retries are left when the count is zero`() {
    var simulation = simulation(0, [10], [.failed()])
    simulation.start()
    #expect(simulation.executed == ["a#1"])
  }

  @Test func `the strategy is chosen anew for each failure`() {
    let strategies: [FailureStrategy] = [
      .on(.connectivity, do: .retry(count: 5, intervals: [], then: .abort)), .on(do: .ignore),
    ]
    var simulation = Simulation(.of(.stage("s", .run("a", onFailure: strategies))))
    simulation.results = ["a": [.failed(.connectivity), .failed(.unknown)]]
    simulation.start()
    #expect(simulation.executed == ["a#1", "a#2"])
    #expect(simulation.status("s/a") == .ignoreFailed)
  }

  @Test func `a retry of the stage's strategy is counted for each step alone`() {
    var simulation = Simulation(
      .of(
        .stage(
          "s", onFailure: [.on(do: .retry(count: 1, intervals: [], then: .ignore))], .run("a"), .run("b"))))
    simulation.results = ["a": [.failed()], "b": [.failed(), .success]]
    simulation.start()
    #expect(simulation.executed == ["a#1", "a#2", "b#1", "b#2"])
    #expect(simulation.outcome == .ignoreFailed)
  }

  @Test func `an attempt that comes late or twice changes nothing`() {
    var simulation = simulation(2, [10], [.failed()])
    simulation.held = ["a"]
    simulation.holdsDelays = true
    simulation.start()
    simulation.send(.delayElapsed("s/a"))
    #expect(simulation.executed == ["a#1"])
    simulation.send(.stepFinished("s/a", attempt: 1, .failed()))
    #expect(simulation.delays == [10])
    simulation.send(.stepFinished("s/a", attempt: 1, .success))
    simulation.send(.stepFinished("s/a", attempt: 2, .success))
    #expect(simulation.status("s/a") == .running)
    simulation.send(.delayElapsed("s/a"))
    simulation.send(.delayElapsed("s/a"))
    #expect(simulation.executed == ["a#1", "a#2"])
    simulation.send(.stepFinished("s/a", attempt: 1, .success))
    #expect(simulation.status("s/a") == .running)
    simulation.send(.stepFinished("s/a", attempt: 2, .success))
    #expect(simulation.outcome == .succeeded)
  }
}
