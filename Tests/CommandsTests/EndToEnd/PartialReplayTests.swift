import SystemPackage
import TestSupport
import Testing

/// Of what runs side by side, a replay runs only what failed: with the real executors.
@Suite struct PartialReplayTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The items of `stages:`; OUTSIDE is a file that is not there at first.
    let stages: String
    /// The steps that are executed in the first run and in the replay, sorted.
    let first: String
    let replay: String
  }

  private static func stage(_ name: String, _ steps: String, _ more: String = "") -> String {
    "- stage: { identifier: \(name), name: \(name), type: CI\(more.isEmpty ? "" : ", " + more), "
      + "spec: { cloneCodebase: false, runtime: { type: Cloud, spec: {} }, execution: { steps: [\(steps)] } } }"
  }

  private static func step(_ name: String, _ command: String = "true", _ more: String = "") -> String {
    "{ step: { type: Run, identifier: \(name), name: \(name)\(more.isEmpty ? "" : ", " + more), "
      + "spec: { shell: Sh, command: '\(command)' } } }"
  }

  static let rows: [Row] = [
    Row(
      testDescription: "a parallel block: its failed members, and what comes after it",
      stages: stage(
        "s", "{ parallel: [\(step("a")), \(step("b", "cat OUTSIDE")), \(step("c"))] }, " + step("d")),
      first: "s/a s/b s/c", replay: "s/b s/d"),
    Row(
      testDescription: "parallel stages: the failed one, from its failed step",
      stages: "- parallel:\n"
        + [stage("s", step("a")), stage("t", step("b", "echo b > b") + ", " + step("c", "cat b OUTSIDE"))]
        .map { "    " + $0 }.joined(separator: "\n") + "\n" + stage("u", step("d")),
      first: "s/a t/b t/c", replay: "t/c u/d"),
    Row(
      testDescription: "a matrix of steps: its failed instances",
      stages: stage(
        "s",
        step("a", "test <+matrix.x> != 2 || cat OUTSIDE", "strategy: { matrix: { x: [1, 2, 3] } }") + ", " + step("b")),
      first: "s/a_0 s/a_1 s/a_2", replay: "s/a_1 s/b"),
    Row(
      testDescription: "a matrix of stages: the failed one, from its failed step",
      stages: stage(
        "s", step("a", "echo <+matrix.x> > kept") + ", " + step("b", "grep -q 1 kept || cat OUTSIDE"),
        "strategy: { matrix: { x: [1, 2] } }"),
      first: "s_0/a s_0/b s_1/a s_1/b", replay: "s_1/b"),
    Row(
      testDescription: "a repeated group in a parallel block: the failed instance, from its failed step",
      stages: stage(
        "s",
        "{ parallel: [\(step("a")), { stepGroup: { identifier: g, name: g, strategy: { repeat: { items: [x, y] } }, "
          + "steps: [\(step("b")), \(step("c", "test <+repeat.item> = x || cat OUTSIDE"))] } }] }"),
      first: "s/a s/g_0/b s/g_0/c s/g_1/b s/g_1/c", replay: "s/g_1/c"),
  ]

  @Test(arguments: rows) func `what is run again`(_ row: Row) async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let outside = directory.appending("outside")
      let file = directory.appending("pipeline.yaml")
      try file.write(
        "pipeline:\n  identifier: partly\n  name: partly\n  stages:\n"
          + row.stages.replacing("OUTSIDE", with: outside.string)
          .split(separator: "\n").map { "    " + $0 + "\n" }.joined())
      let run = try await slipway("run", file.string)
      #expect(run.code == 1, "\(run.everything)")
      #expect(try await Self.executed(slipway, "partly#1") == row.first)
      try outside.write("mended\n")
      let replay = try await slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(try await Self.executed(slipway, "partly#2") == row.replay)
      let show = try await slipway("show", "last")
      #expect(show.output.contains("taken over from run"), "\(show.output)")
      #expect(try await slipway("audit", "verify").code == 0)
    }
  }

  private static func executed(_ slipway: SlipwayProgram, _ run: String) async throws -> String {
    let number = run.split(separator: "#").last ?? ""
    return try await slipway.query(
      """
      SELECT group_concat(path, ' ') FROM (SELECT replace(replace(path, 'stages.', ''), '.steps.', '/') AS path
      FROM attempt WHERE run = (SELECT id FROM run WHERE sequence_id = \(number)) ORDER BY path)
      """)
  }
}
