import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite struct ReplayTests {
  private static let pipeline = Pipeline.of(
    .stage("one", .run("zero")), .stage("two", .run("make"), .run("check"), .run("last")))

  /// Appends its name to the file `trace`, which says which steps the workspace has seen.
  private static func tracing(failing: Bool = false) -> ScriptedExecutor.Act {
    .perform { execution in
      let file = execution.workspace.directory.appending("trace")
      let before = exists(file) ? try file.readText() : ""
      try file.write(before + execution.step.identifier.description + " ")
      return failing
        ? .failed(.unknown, "exited with code 1")
        : StepResult(.succeeded, outputs: ["TRACE": before, "BY": execution.run.id.description])
    }
  }

  private static func script(failing: String...) -> [String: [ScriptedExecutor.Act]] {
    ["zero", "make", "check", "last"].reduce(into: [:]) { $0[$1] = [tracing(failing: failing.contains($1))] }
  }

  private static func replay(
    _ bench: RunBench, _ number: Int, of earlier: [Int], _ script: [String: [ScriptedExecutor.Act]]
  ) async throws -> (conclusion: RunConclusion, executed: [String]) {
    var lineage: [RunHistory] = []
    for number in earlier { lineage.append(try await bench.history(number)) }
    let run = try await bench.begin(number, replayOf: lineage.last?.run.id)
    let executor = ScriptedExecutor(script)
    let takeOver = TakeOver(from: lineage, plan: Plan(pipeline))
    let conclusion = try await bench.runner(pipeline, run, executor, takeOver: takeOver).run(cancellation: Latch())
    return (conclusion, executor.executed)
  }

  @Test func `a replay runs the rest in the workspace as it was`() async throws {
    try await RunBench.with { bench in
      #expect(try await bench.run(Self.pipeline, Self.script(failing: "check")).status == .failed)
      let (conclusion, executed) = try await Self.replay(bench, 2, of: [1], Self.script())
      #expect(conclusion.status == .succeeded)
      #expect(executed == ["check#1", "last#1"])
      let history = try await bench.history(2)
      // What the failed attempt left is gone.
      #expect(history.attempts.first?.outputs["TRACE"] == "make ")
      #expect(history.attempts.last?.outputs["TRACE"] == "make check ")
      for path: StepPath in ["one/zero", "two/make"] {
        let node = history.nodes.first { $0.path == path }
        #expect(node?.status == .succeeded)
        #expect(node?.takenFrom == Sample.ulid(1))
      }
      #expect(history.nodes.first { $0.path == "two/check" }?.takenFrom == nil)
      #expect(history.run.origin.replayOf == Sample.ulid(1))
      #expect(bench.observed.contains { $0.hasPrefix("stages.two: workspace restored from snapshot ") })
      // The first run stays as it was.
      #expect(try await bench.history(1).attempts.map(\.status) == [.succeeded, .succeeded, .failed])
    }
  }

  @Test func `outputs of steps that were taken over are there for the rest`() async throws {
    try await RunBench.with { bench in
      try await bench.run(Self.pipeline, Self.script(failing: "check"))
      var script = Self.script()
      script["check"] = [
        .perform { execution in
          let text = try execution.evaluator.render("<+steps.make.output.outputVariables.BY>")
          return text == Sample.ulid(1).description ? StepResult(.succeeded) : .failed(.unknown, text)
        }
      ]
      #expect(try await Self.replay(bench, 2, of: [1], script).conclusion.status == .succeeded)
    }
  }

  @Test func `a replay of a replay goes on from there`() async throws {
    try await RunBench.with { bench in
      try await bench.run(Self.pipeline, Self.script(failing: "check"))
      let second = try await Self.replay(bench, 2, of: [1], Self.script(failing: "last"))
      #expect(second.executed == ["check#1", "last#1"])
      let third = try await Self.replay(bench, 3, of: [1, 2], Self.script())
      #expect(third.conclusion.status == .succeeded)
      #expect(third.executed == ["last#1"])
      #expect(try await bench.history(3).attempts.first?.outputs["TRACE"] == "make check ")
    }
  }

  @Test func `a stage whose workspace was never kept is run again as a whole`() async throws {
    try await RunBench.with { bench in
      var script = Self.script(failing: "check")
      script["make"] = [
        .perform { execution in
          FileTree.remove(execution.workspace.directory)
          return StepResult(.succeeded)
        }
      ]
      script["check"] = [.failure()]
      try await bench.run(Self.pipeline, script)
      #expect(bench.observed.contains { $0.hasPrefix("stages.two.steps.make: no snapshot of the workspace") })
      let (conclusion, executed) = try await Self.replay(bench, 2, of: [1], Self.script())
      #expect(conclusion.status == .succeeded)
      #expect(executed == ["make#1", "check#1", "last#1"])
    }
  }

  @Test func `what earlier runs built and scanned still counts`() async throws {
    try await RunBench.with { bench in
      let digest = Digest(sample: 1)
      let build = BuildRecord(
        step: "two/make", manifestDigest: digest, configurationDigest: digest, layers: [],
        archive: .init(path: "image.tar", digest: digest, size: 1), references: [])
      var script = Self.script(failing: "check")
      script["make"] = [
        .perform { execution in
          try await execution.recorder.record(
            LedgerEntry.Event(kind: "image.built", subject: "x"), facts: [.build(build)])
          return StepResult(.succeeded)
        }
      ]
      try await bench.run(Self.pipeline, script)
      #expect(try await bench.history(1).builds == [build])
      let look = ScriptedExecutor.Act.perform { execution in
        await execution.custody().builds == [build] ? StepResult(.succeeded) : .failed()
      }
      script = Self.script(failing: "last")
      script["check"] = [look]
      #expect(try await Self.replay(bench, 2, of: [1], script).executed == ["check#1", "last#1"])
      #expect(try await bench.status("two/check", 2) == .succeeded)
      script = Self.script()
      script["last"] = [look]
      #expect(try await Self.replay(bench, 3, of: [1, 2], script).conclusion.status == .succeeded)
    }
  }
}
