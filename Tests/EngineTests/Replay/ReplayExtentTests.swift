import Engine
import Model
import TestSupport
import Testing

@Suite struct ReplayExtentTests {
  /// The ledger's account of a run in which every step below these names succeeded, the named ones failed, and the rest was not reached.
  private static func history(_ plan: Plan, failed: Set<String>, unreached: Set<String> = []) -> RunHistory {
    var nodes = [RunNode]()
    var attempts = [Attempt]()
    for node in plan.nodes {
      guard let kind = node.kind, !unreached.contains(node.path.name) else { continue }
      let isFailed = plan.steps(below: plan.index(of: node.path) ?? 0).contains {
        failed.contains(plan.nodes[$0].path.name)
      }
      nodes.append(RunNode(path: node.path, kind: kind, name: "", type: "", status: isFailed ? .failed : .succeeded))
      guard kind == .step else { continue }
      attempts.append(
        Attempt(
          path: node.path, number: 1, status: isFailed ? .failed : .succeeded, startedAt: Sample.start,
          finishedAt: Timestamp(milliseconds: Sample.start.milliseconds + Int64(attempts.count + 1)),
          resolvedSpec: .null, logFile: "log", workspaceBefore: Digest(sample: attempts.count * 2),
          workspaceAfter: Digest(sample: attempts.count * 2 + 1)))
    }
    return RunHistory(
      run: Sample.run(1, status: .failed), nodes: nodes, attempts: attempts, builds: [], scans: [], pushes: [])
  }

  private static let pipeline = Pipeline.of(
    .stage("one", .run("a"), .run("b")), .stage("two", .run("c"), .run("d")), .stage("three", .run("e")))

  private static func taken(_ takeOver: TakeOver) -> Set<String> { Set(takeOver.statuses.keys.map(\.name)) }

  @Test func `whole stages are run again with fresh workspaces`() throws {
    let plan = Plan(Self.pipeline)
    let history = Self.history(plan, failed: ["d"], unreached: ["three", "e"])
    let takeOver = try TakeOver(from: [history], plan: plan, extent: .failedStages)
    #expect(Self.taken(takeOver) == ["a", "b"])
    #expect(takeOver.unfinishedStages == ["two", "three"])
    #expect(takeOver.workspaces["two"] == nil)
  }

  @Test func `a replay starts at a step that succeeded when it is told to`() throws {
    let plan = Plan(Self.pipeline)
    let history = Self.history(plan, failed: [])
    let takeOver = try TakeOver(from: [history], plan: plan, extent: .from("two/d"))
    #expect(Self.taken(takeOver) == ["a", "b", "c"])
    #expect(takeOver.workspaces["two"] == Digest(sample: 5))
    let stage = try TakeOver(from: [history], plan: plan, extent: .from("two"))
    #expect(Self.taken(stage) == ["a", "b"])
    #expect(stage.workspaces["two"] == Digest(sample: 4))
  }

  @Test func `a replay does not start behind what failed`() {
    let plan = Plan(Self.pipeline)
    let history = Self.history(plan, failed: ["b"], unreached: ["two", "c", "d", "three", "e"])
    #expect(throws: TakeOver.StartError.unfinished("one/b", before: "three")) {
      try TakeOver(from: [history], plan: plan, extent: .from("three"))
    }
  }

  @Test func `a step that was edited is run again, with all behind it`() throws {
    let plan = Plan(Self.pipeline)
    let history = Self.history(plan, failed: ["d"], unreached: ["three", "e"])
    let takeOver = try TakeOver(from: [history], plan: plan, extent: .fromFailure, changed: ["two/c"])
    #expect(Self.taken(takeOver) == ["a", "b"])
    #expect(takeOver.workspaces["two"] == Digest(sample: 4))
  }

  @Test func `with snapshots of stages only, a stage starts from its beginning`() throws {
    let plan = Plan(Self.pipeline)
    var history = Self.history(plan, failed: ["d"], unreached: ["three", "e"])
    history = RunHistory(
      run: history.run, nodes: history.nodes,
      attempts: history.attempts.map { attempt in
        Attempt(
          path: attempt.path, number: 1, status: attempt.status, startedAt: attempt.startedAt,
          finishedAt: attempt.finishedAt, resolvedSpec: .null, logFile: "log",
          workspaceBefore: ["a", "c"].contains(attempt.path.name) ? attempt.workspaceBefore : nil)
      }, builds: [], scans: [], pushes: [])
    let takeOver = try TakeOver(from: [history], plan: plan, extent: .fromFailure)
    #expect(Self.taken(takeOver) == ["a", "b"])
    #expect(takeOver.workspaces["two"] == Digest(sample: 4))
  }

  @Test func `an edited pipeline needs the same stages`() throws {
    let other = Pipeline.of(.stage("one", .run("a")), .stage("three", .run("e")))
    #expect(throws: PipelineEdit.StagesDiffer.self) { try PipelineEdit(from: Self.pipeline, to: other) }
    let edited = Pipeline.of(
      .stage("one", .run("a")), .stage("two", .run("c"), .run("new"), .run("d")), .stage("three", .run("e")))
    let edit = try PipelineEdit(from: Self.pipeline, to: edited)
    #expect(edit.changes == ["stage two, step new: added", "stage one, step b: removed"])
    let merged = Plan(edit.merged(keeping: ["one"]))
    #expect(merged["one/b"] != nil)
    #expect(merged["two/new"] != nil)
  }
}
