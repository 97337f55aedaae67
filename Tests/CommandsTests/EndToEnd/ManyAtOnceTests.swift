import Engine
import Ledger
import Model
import SystemPackage
import TestSupport
import Testing

/// Steps and runs beside each other.
struct ManyAtOnceTests {
  private static func pipeline(_ steps: String) -> String {
    """
    pipeline:
      identifier: many
      name: many
      stages:
        - stage:
            identifier: only
            name: only
            type: CI
            spec:
              cloneCodebase: false
              runtime: { type: Cloud, spec: {} }
              execution:
                steps:
                  - parallel:

    """ + steps
  }

  private static func step(_ name: String, _ command: String) -> String {
    "                  - step: { type: Run, name: \(name), identifier: \(name), spec: { shell: Sh, command: \"\(command)\" } }\n"
  }

  @Test func `50 steps at the same time all run, and each log holds its own step's output alone`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let slipway = SlipwayProgram(in: directory)
      let steps = (0..<50).map {
        Self.step("s\($0)", "for i in 1 2 3 4 5; do echo $i-of-\($0); done; touch done-\($0)")
      }
      try directory.appending("pipeline.yaml").write(Self.pipeline(steps.joined()))
      let run = try await slipway("run", directory.appending("pipeline.yaml").string)
      #expect(run.code == 0, "\(run.everything)")
      let store = try SQLiteRunStore(readingFrom: slipway.ledger)
      let id = try #require(try await store.runs(RunQuery(limit: 1)).first).id
      let attempts = try await store.history(of: id).attempts
      #expect(attempts.count == 50)
      for attempt in attempts {
        let number = attempt.path.last?.description.dropFirst() ?? ""
        let expected = (1...5).map { "\($0)-of-\(number)\n" }.joined()
        #expect(try slipway.state.pushing(FilePath(attempt.logFile)).readText() == expected)
      }
      #expect(try await slipway("audit", "verify").code == 0)
    }
  }

  @Test func `runs of one state directory at the same time get numbers of their own and don't disturb each other`()
    async throws
  {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let slipway = SlipwayProgram(in: directory)
      // They meet: neither step ends before the other one has begun.
      _ = try await slipway.run(["mkfifo", "there", "back"])
      let meet =
        "cd '\(directory)'; case $HARNESS_BUILD_ID in 1) echo > there; cat back;; *) cat there; echo > back;; esac;"
        + " echo $HARNESS_BUILD_ID > /harness/mine"
      try directory.appending("pipeline.yaml").write(
        Self.pipeline(Self.step("a", meet) + Self.step("b", "echo b > b")))
      let arguments = [SlipwayProgram.path.string, "run", "pipeline.yaml", "--state", slipway.state.string]
      let first = try StartedProgram(arguments, environment: slipway.environment, in: directory)
      let second = try StartedProgram(arguments, environment: slipway.environment, in: directory)
      for program in [first, second] {
        let ending = try await program.finish()
        #expect(ending.code == 0, "\(ending.text)")
      }
      let store = try SQLiteRunStore(readingFrom: slipway.ledger)
      let runs = try await store.runs(RunQuery())
      #expect(Set(runs.map(\.sequenceID)) == [1, 2])
      for run in runs {
        let mine = slipway.state.pushing(FilePath("runs/\(run.id)/workspaces/only/mine"))
        #expect(try mine.readText() == "\(run.sequenceID)\n")
      }
      #expect(try await slipway("audit", "verify").code == 0)
    }
  }
}
