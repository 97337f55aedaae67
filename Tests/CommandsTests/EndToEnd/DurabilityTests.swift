import Engine
import Ledger
import Model
import SystemPackage
import TestSupport
import Testing

/// `kill -9` at any moment loses nothing that had ended.
struct DurabilityTests {
  /// Each step leaves a trace in the workspace, which would tell if it were lost or left twice; the last one shows it. Only the two that
  /// run at the same time write a file anew: what one of them had written when it was killed may be in the snapshot after the other.
  private static let pipeline = """
    pipeline:
      identifier: steady
      name: steady
      stages:
        - stage:
            identifier: one
            name: one
            type: CI
            spec:
              cloneCodebase: false
              runtime: { type: Cloud, spec: {} }
              execution:
                steps:
                  - step:
                      { type: Run, name: a, identifier: a, spec: { shell: Sh, command: "echo a >> trace; TOKEN=from-a", outputVariables: [{ name: TOKEN }] } }
                  - parallel:
                      - step: { type: Run, name: b, identifier: b, spec: { shell: Sh, command: "echo b > left" } }
                      - step: { type: Run, name: c, identifier: c, spec: { shell: Sh, command: "echo c > right" } }
                  - step:
                      type: Run
                      name: d
                      identifier: d
                      spec:
                        shell: Sh
                        command: echo "<+execution.steps.a.output.outputVariables.TOKEN>" >> trace; SUM=$(cat trace left right | tr '\\n' ' ')
                        outputVariables: [{ name: SUM }]
        - stage:
            identifier: two
            name: two
            type: CI
            spec:
              cloneCodebase: false
              runtime: { type: Cloud, spec: {} }
              execution:
                steps:
                  - step: { type: Run, name: e, identifier: e, spec: { shell: Sh, command: "echo e >> trace; cat trace" } }

    """

  /// What the steps of a run came to, those that it took over included.
  private struct Result: Hashable {
    struct Step: Hashable {
      let outputs: [String: String]
      let log: Digest?
    }

    var steps: [StepPath: Step] = [:]
    /// The workspace that each stage was left with.
    var workspaces: [String: Digest?] = [:]

    init(_ lineage: [RunHistory]) {
      var last: [String: Timestamp] = [:]
      for attempt in lineage.flatMap(\.attempts) where attempt.status == .succeeded {
        steps[attempt.path] = Step(outputs: attempt.outputs, log: attempt.logDigest)
        guard let stage = attempt.path.stage?.description, let end = attempt.finishedAt,
          last[stage].map({ $0 <= end }) ?? true
        else { continue }
        last[stage] = end
        workspaces[stage] = attempt.workspaceAfter
      }
    }
  }

  @Test func `a run that is killed at any of 100 moments goes on where it was`() async throws {
    try await TemporaryDirectory.with { directory in
      // Two at a time, each with a state directory of its own.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<2 {
          group.addTask { try await Self.killFiftyTimes(in: directory.appending("lane-\(lane)"), seed: UInt64(lane)) }
        }
        try await group.waitForAll()
      }
    }
  }

  private static func killFiftyTimes(in directory: FilePath, seed: UInt64) async throws {
    try directory.appending("pipeline.yaml").write(pipeline)
    let slipway = SlipwayProgram(in: directory)
    let arguments = [SlipwayProgram.path.string, "run", "pipeline.yaml", "--state", slipway.state.string]
    let store = { try SQLiteRunStore(at: slipway.ledger, locks: RunLocks(stateDirectory: slipway.state)) }

    let clock = ContinuousClock()
    let start = clock.now
    let undisturbed = try await slipway.run(arguments)
    var duration = clock.now - start
    #expect(undisturbed.code == 0, "\(undisturbed.everything)")
    let first = try #require(try await store().runs(RunQuery(limit: 1)).first)
    let expected = Result([try await store().history(of: first.id)])
    #expect(expected.steps.count == 5)
    #expect(expected.steps.values.contains { $0.outputs["SUM"] == "a from-a b c " }, "\(expected)")

    var random = SeededGenerator(seed: seed)
    var newest = first.id
    var interruptions = 0
    for _ in 0..<50 {
      let moment = duration * Double.random(in: 0...1.1, using: &random)
      let killed = try await StartedProgram(arguments, environment: slipway.environment, in: directory)
        .kill(after: moment)
      let run = try #require(try await store().runs(RunQuery(limit: 1)).first)
      guard run.id != newest else { continue }  // It had not begun.
      newest = run.id
      let before = try await store().history(of: run.id)
      guard run.status != .succeeded else {
        #expect(Result([before]) == expected)
        // The machine has become quicker meanwhile: the next moments are to lie within a run again.
        duration = min(duration, moment)
        continue
      }
      interruptions += 1
      #expect(run.status == .interrupted, "\(killed.text)")
      #expect(before.attempts.allSatisfy { [.succeeded, .interrupted].contains($0.status) })

      let replay = try await slipway("replay", "last")
      #expect(replay.code == 0, "killed after \(moment): \(killed.text)\n\(replay.everything)")
      let replayed = try #require(try await store().runs(RunQuery(limit: 1)).first)
      newest = replayed.id
      let after = try await store().history(of: replayed.id)
      let kept = try await store().history(of: run.id)
      #expect(kept.attempts == before.attempts)
      #expect(Result([before, after]) == expected, "killed after \(moment): \(killed.text)\n\(replay.everything)")
      // Each step has ended well once: in the one run or in the other.
      let ends = (before.attempts + after.attempts).filter { $0.status == .succeeded }.map(\.path)
      #expect(ends.count == 5 && Set(ends).count == 5, "\(ends)")
      for attempt in before.attempts where attempt.status == .interrupted {
        #expect(after.attempts.contains { $0.path == attempt.path })
      }
    }
    #expect(interruptions > 5, "hardly any moment lay within the run")
    let verification = try await slipway("audit", "verify")
    #expect(verification.code == 0, "\(verification.everything)")
  }
}
