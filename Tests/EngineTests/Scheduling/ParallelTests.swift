import Engine
import Model
import TestSupport
import Testing

@Suite struct ParallelTests {
  @Test func `siblings start together and the next one waits for all of them`() {
    var simulation = Simulation(.of(.stage("s", .together(.run("a"), .run("b"), .run("c")), .run("d"))))
    simulation.held = ["a", "b", "c"]
    simulation.start()
    #expect(simulation.executed == ["a#1", "b#1", "c#1"])
    simulation.send(.stepFinished("s/c", attempt: 1, .success))
    simulation.send(.stepFinished("s/a", attempt: 1, .success))
    #expect(simulation.executed == ["a#1", "b#1", "c#1"])
    simulation.send(.stepFinished("s/b", attempt: 1, .success))
    #expect(simulation.executed == ["a#1", "b#1", "c#1", "d#1"])
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `the failure of one does not stop the others`() {
    var simulation = Simulation(.of(.stage("s", .together(.run("a"), .run("b")), .run("c"))))
    simulation.held = ["a", "b"]
    simulation.start()
    simulation.send(.stepFinished("s/a", attempt: 1, .failed()))
    #expect(simulation.cancelled == [])
    #expect(simulation.status("s/b") == .running)
    simulation.send(.stepFinished("s/b", attempt: 1, .success))
    #expect(simulation.status("s/c") == .skipped)
    #expect(simulation.outcome == .failed)
  }

  @Test func `members that end at once do not keep the others from starting`() {
    var simulation = Simulation(
      .of(.stage("s", .together(.run("a", when: .failure), .run("b"), .run("c", when: .failure)), .run("d"))))
    simulation.start()
    #expect(simulation.executed == ["b#1", "d#1"])
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `a block whose members are all skipped is passed over`() {
    var simulation = Simulation(
      .of(.stage("s", .together(.run("a", when: .failure), .run("b", when: .failure)), .run("d"))))
    simulation.start()
    #expect(simulation.executed == ["d#1"])
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `blocks nest with groups and with each other`() {
    var simulation = Simulation(
      .of(
        .stage(
          "s",
          .together(
            .group("g", .run("a"), .together(.run("b"), .group("h", .run("c"), .run("d")))),
            .together(.run("e"), .run("f"))), .run("z"))))
    simulation.held = ["a", "b", "c", "d", "e", "f"]
    simulation.start()
    #expect(Set(simulation.executed) == ["a#1", "e#1", "f#1"])
    simulation.send(.stepFinished("s/g/a", attempt: 1, .success))
    #expect(Set(simulation.executed) == ["a#1", "e#1", "f#1", "b#1", "c#1"])
    for path: StepPath in ["s/g/h/c", "s/e", "s/f", "s/g/b", "s/g/h/d"] {
      #expect(simulation.outcome == nil)
      simulation.send(.stepFinished(path, attempt: 1, .success))
    }
    #expect(simulation.status("s/g/h") == .succeeded)
    #expect(simulation.executed.last == "z#1")
    #expect(simulation.outcome == .succeeded)
  }

  @Test func `stages side by side are prepared together`() {
    var simulation = Simulation(
      .of(.stages(.stage("one", .run("a")), .stage("two", .run("b"))), .stage("three", .run("c"))))
    simulation.held = ["one", "two"]
    simulation.start()
    simulation.send(.stagePrepared("two"))
    #expect(simulation.executed == ["b#1"])
    #expect(simulation.status("two") == .succeeded)
    simulation.send(.stagePreparationFailed("one", message: "no"))
    #expect(simulation.status("three") == .skipped)
    #expect(simulation.outcome == .failed)
  }

  @Test func `a group counts as what its steps came to`() {
    var simulation = Simulation(
      .of(
        .stage(
          "s", .group("ok", .run("a")), .group("ignored", .run("b", onFailure: [.on(do: .ignore)])),
          .group("skipped", when: .failure, .run("x")),
          .group("bad", .run("c"), .run("d"), .run("e", when: .failure)), .run("f"))))
    simulation.results = ["b": [.failed()], "c": [.failed()]]
    simulation.start()
    #expect(simulation.status("s/ok") == .succeeded)
    #expect(simulation.status("s/ignored") == .ignoreFailed)
    #expect(simulation.status("s/skipped") == .skipped)
    #expect(simulation.status("s/skipped/x") == .notStarted)
    #expect(simulation.status("s/bad") == .failed)
    #expect(simulation.status("s/bad/d") == .skipped)
    #expect(simulation.status("s/bad/e") == .succeeded)
    #expect(simulation.status("s/f") == .skipped)
    #expect(simulation.outcome == .failed)
  }

  @Test func `a failed member is worse than an ignored one, and ABORTED is worst of all`() {
    let statuses: [(Set<Status>, Status)] = [
      ([], .succeeded), ([.skipped], .succeeded), ([.succeeded, .skipped], .succeeded),
      ([.succeeded, .ignoreFailed], .ignoreFailed), ([.ignoreFailed, .failed], .failed),
      ([.failed, .expired], .failed), ([.errored, .failed], .errored), ([.aborted, .errored, .failed], .aborted),
      ([.expired, .succeeded], .expired),
    ]
    for (children, expected) in statuses { #expect(Status.rollUp(children) == expected, "\(children)") }
  }
}
