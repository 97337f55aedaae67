import Engine
import Model
import TestSupport
import Testing

/// Cancelled, aborted, out of time: what runs is told to stop, and nothing new begins.
@Suite struct StoppingTests {
  @Test func `cancelling stops every running step and skips the rest`() {
    var simulation = Simulation(
      .of(
        .stage("s", .together(.run("a"), .run("b")), .run("c", when: .always)), .stage("t", when: .always, .run("d"))))
    simulation.held = ["a", "b"]
    simulation.start()
    simulation.send(.cancelRequested)
    #expect(simulation.cancelled == ["a", "b"])
    #expect(simulation.executed == ["a#1", "b#1"])
    #expect(simulation.status("s/a") == .aborted)
    #expect(simulation.status("s/c") == .skipped)
    #expect(simulation.message("s/c") == "not started: the run had ended")
    #expect(simulation.status("s") == .aborted)
    #expect(simulation.status("t") == .skipped)
    #expect(simulation.outcome == .aborted)
  }

  @Test func `a step that ends by itself while it is told to stop keeps what it came to`() {
    let breach = CustodyBreach(.scanFailed, path: "image.tar", expected: nil, found: Digest(sample: 1))
    let rows: [(StepResult, Status)] = [
      (.success, .succeeded), (.failed(), .aborted), (.failed(.timeout), .aborted),
      (StepResult(.cancelled), .aborted), (StepResult(.refused(breach)), .failed),
    ]
    for (result, expected) in rows {
      var simulation = Simulation(.of(.stage("s", .run("a", onFailure: [.on(do: .ignore)]), .run("b"))))
      simulation.held = ["a"]
      simulation.heedless = ["a"]
      simulation.start()
      simulation.send(.cancelRequested)
      simulation.send(.stepFinished("s/a", attempt: 1, result))
      #expect(simulation.status("s/a") == expected)
      #expect(simulation.status("s/b") == .skipped)
      // The stage has not come to its end, whatever its steps say.
      #expect(simulation.status("s") == .aborted)
      #expect(simulation.outcome == .aborted)
    }
  }

  @Test func `cancelling while a condition is evaluated starts nothing`() {
    for answer in 0..<3 {
      var simulation = Simulation(.of(.stage("s", .run("a"), .run("b", when: .condition("<+x>")), .run("c"))))
      simulation.held = ["b"]
      simulation.start()
      simulation.send(.cancelRequested)
      #expect(simulation.outcome == nil)
      switch answer {
      case 0: simulation.send(.conditionEvaluated("s/b", holds: true, detail: "yes"))
      case 1: simulation.send(.conditionEvaluated("s/b", holds: false, detail: "no"))
      default: simulation.send(.conditionFailed("s/b", message: "what"))
      }
      #expect(simulation.executed == ["a#1"])
      #expect(simulation.status("s/b") == .skipped)
      #expect(simulation.status("s/c") == .skipped)
      #expect(simulation.status("s") == .aborted)
      #expect(simulation.outcome == .aborted)
    }
  }

  @Test(arguments: [true, false])
  func `cancelling while a stage is prepared runs none of its steps`(_ isPrepared: Bool) {
    var simulation = Simulation(.of(.stage("s", .run("a"))))
    simulation.held = ["s"]
    simulation.start()
    simulation.send(.cancelRequested)
    simulation.send(isPrepared ? .stagePrepared("s") : .stagePreparationFailed("s", message: "no"))
    #expect(simulation.executed == [])
    #expect(simulation.status("s") == .aborted)
    #expect(simulation.outcome == .aborted)
  }

  @Test func `cancelling ends a delay at once`() {
    var simulation = Simulation(
      .of(.stage("s", .run("a", onFailure: [.on(do: .retry(count: 3, intervals: [Seconds(3600)], then: .ignore))]))))
    simulation.results = ["a": [.failed()]]
    simulation.holdsDelays = true
    simulation.start()
    #expect(simulation.outcome == nil)
    simulation.send(.cancelRequested)
    #expect(simulation.cancelled == ["a"])
    #expect(simulation.executed == ["a#1"])
    #expect(simulation.status("s/a") == .aborted)
    #expect(simulation.outcome == .aborted)
  }

  @Test func `a stage that runs out of time ends a delay, and the run goes on`() {
    var simulation = Simulation(
      .of(
        .stage("s", .run("a", onFailure: [.on(do: .retry(count: 3, intervals: [Seconds(3600)], then: .ignore))])),
        .stage("t", when: .failure, .run("b"))))
    simulation.results = ["a": [.failed()]]
    simulation.holdsDelays = true
    simulation.start()
    simulation.send(.timedOut("s"))
    #expect(simulation.status("s/a") == .expired)
    #expect(simulation.executed == ["a#1", "b#1"])
    #expect(simulation.outcome == .expired)
  }

  @Test func `an abort in one branch stops the others`() {
    var simulation = Simulation(
      .of(
        .stages(
          .stage("one", .run("a", onFailure: [.on(do: .abort)]), .run("b")),
          .stage("two", .together(.run("c"), .run("d")))), .stage("three", when: .always, .run("e"))))
    simulation.held = ["a", "c", "d"]
    simulation.start()
    simulation.send(.stepFinished("two/c", attempt: 1, .success))
    simulation.send(.stepFinished("one/a", attempt: 1, .failed()))
    #expect(simulation.cancelled == ["d"])
    #expect(simulation.status("two/c") == .succeeded)
    #expect(simulation.status("two/d") == .aborted)
    #expect(simulation.status("one/b") == .skipped)
    #expect(simulation.status("three") == .skipped)
    #expect(simulation.outcome == .aborted)
  }

  @Test func `a stage out of time is EXPIRED, its steps are told to stop, and other stages go on`() {
    var simulation = Simulation(
      .of(
        .stages(
          .stage("one", .together(.run("a"), .run("b")), .run("c", when: .always)), .stage("two", .run("d"))),
        .stage("three", .run("e")), .stage("four", when: .failure, .run("f"))))
    simulation.held = ["a", "b", "d"]
    simulation.start()
    simulation.send(.stepFinished("one/b", attempt: 1, .success))
    simulation.send(.timedOut("one"))
    #expect(simulation.cancelled == ["a"])
    #expect(simulation.status("one/a") == .expired)
    #expect(simulation.message("one/a") == "out of time")
    #expect(simulation.status("one/b") == .succeeded)
    #expect(simulation.status("one/c") == .skipped)
    #expect(simulation.status("one") == .expired)
    #expect(simulation.status("two/d") == .running)
    simulation.send(.stepFinished("two/d", attempt: 1, .success))
    #expect(simulation.status("three") == .skipped)
    #expect(simulation.executed.last == "f#1")
    #expect(simulation.outcome == .expired)
  }

  @Test func `failure strategies do not apply to what ran out of the stage's time`() {
    var simulation = Simulation(
      .of(.stage("s", .run("a", onFailure: [.on(do: .retry(count: 9, intervals: [], then: .ignore))]))))
    simulation.held = ["a"]
    simulation.heedless = ["a"]
    simulation.start()
    simulation.send(.timedOut("s"))
    simulation.send(.stepFinished("s/a", attempt: 1, .failed()))
    #expect(simulation.executed == ["a#1"])
    #expect(simulation.status("s/a") == .expired)
    #expect(simulation.outcome == .expired)
  }

  @Test(arguments: [true, false])
  func `a stage that runs out of time while it is prepared is EXPIRED for the stages after it too`(_ isPrepared: Bool) {
    var simulation = Simulation(
      .of(.stage("s", .run("a")), .stage("t", .run("b")), .stage("u", when: .failure, .run("c"))))
    simulation.held = ["s"]
    simulation.start()
    simulation.send(.timedOut("s"))
    simulation.send(isPrepared ? .stagePrepared("s") : .stagePreparationFailed("s", message: "no"))
    #expect(simulation.executed == ["c#1"])
    #expect(simulation.status("s") == .expired)
    #expect(simulation.status("t") == .skipped)
    #expect(simulation.outcome == .expired)
  }

  @Test func `a pipeline out of time stops everything and is EXPIRED`() {
    var simulation = Simulation(
      .of(
        .stages(.stage("one", .run("a"), .run("b", when: .always)), .stage("two", .run("c"))),
        .stage("three", when: .always, .run("d"))))
    simulation.held = ["a", "two"]
    simulation.start()
    simulation.send(.timedOut(.pipeline))
    #expect(simulation.cancelled == ["a"])
    simulation.send(.stagePrepared("two"))
    #expect(simulation.executed == ["a#1"])
    #expect(simulation.status("one") == .expired)
    #expect(simulation.status("two") == .expired)
    #expect(simulation.status("three") == .skipped)
    #expect(simulation.outcome == .expired)
  }

  @Test func `whatever stops the run first gives it its status`() {
    for (first, second, expected) in [
      (SchedulerEvent.cancelRequested, SchedulerEvent.timedOut(.pipeline), Status.aborted),
      (.timedOut(.pipeline), .cancelRequested, .expired),
    ] {
      var simulation = Simulation(.of(.stage("s", .run("a"))))
      simulation.held = ["a"]
      simulation.heedless = ["a"]
      simulation.start()
      simulation.send(first)
      simulation.send(second)
      simulation.send(.stepFinished("s/a", attempt: 1, StepResult(.cancelled)))
      #expect(simulation.outcome == expected)
    }
  }

  @Test func `events that nobody asked for change nothing`() {
    var simulation = Simulation(.of(.stage("s", .run("a"), .run("b")), .stage("t", .run("c"))))
    let strays: [SchedulerEvent] = [
      .conditionEvaluated("s/a", holds: true, detail: ""), .conditionFailed("s/b", message: ""), .stagePrepared("s"),
      .stagePrepared("s/a"), .stagePreparationFailed("s", message: ""), .stepFinished("s/b", attempt: 1, .success),
      .stepFinished("s/a", attempt: 2, .success), .stepFinished("s/a", attempt: 0, .success), .delayElapsed("s/a"),
      .stageClosed("s"), .stageClosed("t"), .timedOut("t"), .stepFinished("nowhere", attempt: 1, .success), .started,
    ]
    func sendStrays() {
      for event in strays {
        var copy = simulation.scheduler
        #expect(copy.handle(event) == [], "\(event)")
      }
    }
    simulation.held = ["a"]
    simulation.start()
    sendStrays()
    simulation.send(.stepFinished("s/a", attempt: 1, .success))
    #expect(simulation.outcome == .succeeded)
    for event in strays + [.cancelRequested, .timedOut(.pipeline), .timedOut("s")] {
      var copy = simulation.scheduler
      #expect(copy.handle(event) == [], "\(event)")
    }
  }
}
