import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// Harness's rules of sequence, conditions, failure strategies and loops, one small pipeline each: run with real shells, and simulated with
/// the same outcomes. Both leave the same tree.
@Suite struct SemanticsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The items of `stages:`, or where it has no stage of its own, of the `steps:` of a stage `s`.
    let yaml: String
    /// What the commands come to, told to the simulation.
    let outcomes: [String]
    /// `PATH STATUS`, with the number of attempts where it is not one, and the message of what was skipped.
    let tree: [String]
    let code: Int

    init(_ name: String, _ yaml: String, _ outcomes: [String], _ tree: [String], code: Int = 0) {
      testDescription = name
      self.yaml = yaml
      self.outcomes = outcomes
      self.tree = tree
      self.code = code
    }

    init(_ name: String, _ yaml: String, _ tree: [String], code: Int = 0) {
      self.init(name, yaml, [], tree, code: code)
    }

    var pipeline: String {
      let head = "pipeline:\n  identifier: rules\n  name: rules\n  stages:\n"
      if yaml.hasPrefix("- stage") || yaml.hasPrefix("- parallel: # stages") {
        return head + Self.indented(yaml.replacing("SPEC", with: Self.spec), by: 4)
      }
      return head + "    - stage:\n        identifier: s\n        name: s\n        type: CI\n        spec:\n"
        + "          cloneCodebase: false\n          runtime: { type: Cloud, spec: {} }\n          execution:\n            steps:\n"
        + Self.indented(yaml, by: 14)
    }

    private static let spec = "cloneCodebase: false, runtime: { type: Cloud, spec: {} }"

    private static func indented(_ text: String, by count: Int) -> String {
      text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 + "\n" }.joined()
    }
  }

  /// One row after the other, each a statement of its own to the compiler.
  @resultBuilder enum Rows {
    static func buildBlock(_ rows: Row...) -> [Row] { rows }
  }

  /// A step on one line.
  private static func step(_ name: String, _ command: String = "true", _ more: String = "") -> String {
    "- step: { type: Run, identifier: \(name), name: \(name)\(more.isEmpty ? "" : ", " + more), spec: { shell: Sh, command: '\(command)' } }"
  }

  /// A stage on one line.
  private static func stage(_ name: String, _ steps: String, _ more: String = "") -> String {
    "- stage: { identifier: \(name), name: \(name), type: CI\(more.isEmpty ? "" : ", " + more), spec: { SPEC, execution: { steps: [\(steps)] } } }"
  }

  private static func inline(_ name: String, _ command: String = "true", _ more: String = "") -> String {
    String(step(name, command, more).dropFirst(2)).replacing("step: {", with: "{ step: {") + " }"
  }

  private static func onFailure(_ action: String, _ errors: String = "AllErrors") -> String {
    "failureStrategies: [{ onFailure: { errors: [\(errors)], action: \(action) } }]"
  }

  private static let stageFailed = "when: stageStatus Success, and the stage so far is FAILED"
  private static let stageFine = "when: stageStatus Failure, and the stage so far is SUCCEEDED"

  // MARK: Sequence (§5.1)

  @Rows static var sequence: [Row] {
    Row("all goes well", step("a") + "\n" + step("b"), ["s SUCCEEDED", "s/a SUCCEEDED", "s/b SUCCEEDED"])
    Row(
      "after a failure the rest is looked at and, by default, skipped", step("a", "exit 3") + "\n" + step("b"),
      ["a=fail:3"], ["s FAILED", "s/a FAILED", "s/b SKIPPED \(stageFailed)"], code: 1)
    Row(
      "stageStatus Success is the default",
      step("a", "exit 1") + "\n" + step("b", "true", "when: { stageStatus: Success }"),
      ["a=fail"], ["s FAILED", "s/a FAILED", "s/b SKIPPED \(stageFailed)"], code: 1)
    Row(
      "stageStatus Failure runs after a failure",
      step("a", "exit 1") + "\n" + step("b", "true", "when: { stageStatus: Failure }"), ["a=fail"],
      ["s FAILED", "s/a FAILED", "s/b SUCCEEDED"], code: 1)
    Row(
      "stageStatus Failure is skipped when all went well",
      step("a") + "\n" + step("b", "true", "when: { stageStatus: Failure }"),
      ["s SUCCEEDED", "s/a SUCCEEDED", "s/b SKIPPED \(stageFine)"])
    Row(
      "stageStatus All always runs", step("a", "exit 1") + "\n" + step("b", "true", "when: { stageStatus: All }"),
      ["a=fail"], ["s FAILED", "s/a FAILED", "s/b SUCCEEDED"], code: 1)
    Row(
      "a stage after a failed one is skipped, one for failures runs, one for all runs",
      [
        stage("one", inline("a", "exit 1")), stage("two", inline("b")),
        stage("three", inline("c"), "when: { pipelineStatus: Failure }"),
        stage("four", inline("d"), "when: { pipelineStatus: All }"),
        stage("five", inline("e"), "when: { pipelineStatus: Success }"),
      ].joined(separator: "\n"),
      ["a=fail"],
      [
        "one FAILED", "one/a FAILED",
        "two SKIPPED when: pipelineStatus Success, and the pipeline so far is FAILED", "three SUCCEEDED",
        "three/c SUCCEEDED", "four SUCCEEDED", "four/d SUCCEEDED",
        "five SKIPPED when: pipelineStatus Success, and the pipeline so far is FAILED",
      ], code: 1)
    Row(
      "the failure of one in a block does not stop the others",
      "- parallel:\n" + ["    " + step("a", "exit 1"), "    " + step("b")].joined(separator: "\n") + "\n" + step("c"),
      ["a=fail"], ["s FAILED", "s/a FAILED", "s/b SUCCEEDED", "s/c SKIPPED \(stageFailed)"], code: 1)
    Row(
      "a group comes to what its steps come to, and what follows is judged by the stage",
      "- stepGroup: { identifier: g, name: g, steps: [\(inline("a")), \(inline("b", "exit 1")), \(inline("c"))] }\n"
        + step("d"),
      ["b=fail"],
      [
        "s FAILED", "s/g FAILED", "s/g/a SUCCEEDED", "s/g/b FAILED", "s/g/c SKIPPED \(stageFailed)",
        "s/d SKIPPED \(stageFailed)",
      ], code: 1)
    Row(
      "ignored failures are positive, all the way up",
      step("a", "exit 1", onFailure("{ type: Ignore }")) + "\n" + step("b"),
      ["a=fail"], ["s IGNORE_FAILED", "s/a IGNORE_FAILED", "s/b SUCCEEDED"])
    Row(
      "a skipped step is positive", step("a", "true", "when: { stageStatus: Failure }") + "\n" + step("b"),
      ["s SUCCEEDED", "s/a SKIPPED \(stageFine)", "s/b SUCCEEDED"])
  }

  // MARK: Conditions (§6)

  @Rows static var conditions: [Row] {
    Row(
      "a condition that holds",
      "- step:\n    type: Run\n    identifier: a\n    name: a\n    when:\n      stageStatus: Success\n      condition: <+pipeline.name> == \"rules\"\n    spec: { shell: Sh, command: 'true' }",
      ["s SUCCEEDED", "s/a SUCCEEDED"])
    Row(
      "a condition that does not, with its values",
      step("a") + "\n"
        + "- step:\n    type: Run\n    identifier: b\n    name: b\n    when:\n      stageStatus: All\n      condition: <+steps.a.status> == \"FAILED\"\n    spec: { shell: Sh, command: 'true' }",
      [
        "s SUCCEEDED", "s/a SUCCEEDED",
        "s/b SKIPPED when: condition <+steps.a.status> == \"FAILED\" is false (steps.a.status = \"SUCCEEDED\")",
      ])
    Row(
      "the status comes before the condition",
      step("a", "exit 1") + "\n"
        + "- step:\n    type: Run\n    identifier: b\n    name: b\n    when:\n      stageStatus: Success\n      condition: \"true\"\n    spec: { shell: Sh, command: 'true' }",
      ["a=fail"], ["s FAILED", "s/a FAILED", "s/b SKIPPED \(stageFailed)"], code: 1)
    Row(
      "only the word false is false among texts",
      "- step:\n    type: Run\n    identifier: a\n    name: a\n    when:\n      stageStatus: All\n      condition: \"false\"\n    spec: { shell: Sh, command: 'true' }\n"
        + "- step:\n    type: Run\n    identifier: b\n    name: b\n    when:\n      stageStatus: All\n      condition: <+step.name>\n    spec: { shell: Sh, command: 'true' }",
      ["s SUCCEEDED", "s/a SKIPPED when: condition false is false", "s/b SUCCEEDED"])
    Row(
      "a group whose condition does not hold is skipped as a whole",
      "- stepGroup:\n    identifier: g\n    name: g\n    when:\n      stageStatus: Success\n      condition: <+pipeline.name> == \"other\"\n    steps: [\(inline("a"))]\n"
        + step("b"),
      [
        "s SUCCEEDED",
        "s/g SKIPPED when: condition <+pipeline.name> == \"other\" is false (pipeline.name = \"rules\")",
        "s/b SUCCEEDED",
      ])
  }

  // MARK: Failure strategies (§7)

  private static func action(_ action: String, _ command: String = "exit 1", then next: String = step("b")) -> String {
    step("a", command, onFailure(action)) + "\n" + next
  }

  private static let rest = "s/b SKIPPED \(stageFailed)"

  @Rows static var failures: [Row] {
    Row("Ignore", action("{ type: Ignore }"), ["a=fail"], ["s IGNORE_FAILED", "s/a IGNORE_FAILED", "s/b SUCCEEDED"])
    Row(
      "MarkAsSuccess", action("{ type: MarkAsSuccess }"), ["a=fail"], ["s SUCCEEDED", "s/a SUCCEEDED", "s/b SUCCEEDED"])
    Row("MarkAsFailure", action("{ type: MarkAsFailure }"), ["a=fail"], ["s FAILED", "s/a FAILED", rest], code: 1)
    Row(
      "Abort ends the pipeline",
      stage(
        "s",
        inline("a", "exit 1", onFailure("{ type: Abort }")) + ", " + inline("b", "true", "when: { stageStatus: All }"))
        + "\n" + stage("t", inline("c"), "when: { pipelineStatus: All }"),
      ["a=fail"],
      [
        "s ABORTED", "s/a ABORTED", "s/b SKIPPED not started: the run had ended",
        "t SKIPPED not started: the run had ended",
      ], code: 1)
    Row(
      "StageRollback counts as failure", action("{ type: StageRollback }"), ["a=fail"],
      ["s FAILED", "s/a FAILED", rest], code: 1)
    Row(
      "PipelineRollback counts as failure", action("{ type: PipelineRollback }"), ["a=fail"],
      ["s FAILED", "s/a FAILED", rest], code: 1)
    Row(
      "Retry n means n more attempts, then what onRetryFailure says",
      action(
        "{ type: Retry, spec: { retryCount: 2, retryIntervals: [1s], onRetryFailure: { action: { type: Ignore } } } }"),
      ["a=fail"], ["s IGNORE_FAILED", "s/a IGNORE_FAILED x3", "s/b SUCCEEDED"])
    Row(
      "Retry ends with the first success",
      action(
        "{ type: Retry, spec: { retryCount: 3, retryIntervals: [1s], onRetryFailure: { action: { type: MarkAsFailure } } } }",
        "test -e tried || { touch tried; exit 1; }"),
      ["a#1=fail"], ["s SUCCEEDED", "s/a SUCCEEDED x2", "s/b SUCCEEDED"])
    Row(
      "Retry where its condition holds",
      action(
        "{ type: Retry, spec: { retryCount: 2, retryIntervals: [1s], condition: <+step.exitCode> == 3, onRetryFailure: { action: { type: MarkAsFailure } } } }",
        "test -e tried && exit 4; touch tried; exit 3"),
      ["a#1=fail:3", "a#2=fail:4"], ["s FAILED", "s/a FAILED x2", rest], code: 1)
    Row(
      "ManualIntervention without anybody takes its onTimeout at once",
      action("{ type: ManualIntervention, spec: { timeout: 1d, onTimeout: { action: { type: Ignore } } } }"),
      ["a=fail"], ["s IGNORE_FAILED", "s/a IGNORE_FAILED", "s/b SUCCEEDED"])
    Row(
      "RetryStepGroup runs the whole group again",
      "- stepGroup: { identifier: g, name: g, \(onFailure("{ type: RetryStepGroup, spec: { retryCount: 2, retryIntervals: [1s] } }")), steps: [\(inline("a")), \(inline("b", "test -e tried || { touch tried; exit 1; }"))] }\n"
        + step("c"),
      ["b#1=fail"], ["s SUCCEEDED", "s/g SUCCEEDED", "s/g/a SUCCEEDED x2", "s/g/b SUCCEEDED x2", "s/c SUCCEEDED"])
    Row(
      "the step's strategy comes before its group's and its stage's",
      stage(
        "s",
        "{ stepGroup: { identifier: g, name: g, \(onFailure("{ type: MarkAsSuccess }")), steps: [\(inline("a", "exit 1", onFailure("{ type: Ignore }"))), \(inline("b", "exit 1"))] } }, "
          + inline("c", "exit 1"), onFailure("{ type: MarkAsFailure }")),
      ["*=fail"],
      ["s FAILED", "s/g IGNORE_FAILED", "s/g/a IGNORE_FAILED", "s/g/b SUCCEEDED", "s/c FAILED"], code: 1)
    Row(
      "an error of its own comes before AllErrors",
      step(
        "a", "exit 1",
        "failureStrategies: [{ onFailure: { errors: [AllErrors], action: { type: Abort } } }, { onFailure: { errors: [Unknown], action: { type: Ignore } } }]"
      ),
      ["a=fail"], ["s IGNORE_FAILED", "s/a IGNORE_FAILED"])
    Row(
      "a strategy for another error leaves this one alone",
      step("a", "exit 1", onFailure("{ type: Ignore }", "Timeout")),
      ["a=fail"], ["s FAILED", "s/a FAILED"], code: 1)
    Row(
      "a command that goes on for too long is a Timeout",
      step("a", "sleep 60", "timeout: 10s, " + onFailure("{ type: Ignore }", "Timeout")) + "\n" + step("b"),
      ["a=timeout"], ["s IGNORE_FAILED", "s/a IGNORE_FAILED", "s/b SUCCEEDED"])
  }

  // MARK: Loops (§8)

  @Rows static var loops: [Row] {
    Row(
      "matrix: the last axis turns fastest, and what is excluded is not there",
      step(
        "a", "test <+matrix.x><+matrix.y> != 12",
        "strategy: { matrix: { x: [1, 2], y: [1, 2], exclude: [{ x: 2, y: 2 }] } }")
        + "\n" + step("b"),
      ["a_0_1=fail"],
      [
        "s FAILED", "s/a FAILED", "s/a_0_0 SUCCEEDED", "s/a_0_1 FAILED", "s/a_1_0 SUCCEEDED",
        "s/b SKIPPED \(stageFailed)",
      ],
      code: 1)
    Row(
      "matrix with nodeName and values that are mappings",
      step(
        "a", "test -n <+matrix.service.port>",
        "strategy: { matrix: { service: [{ name: api, port: 80 }, { name: web, port: 81 }], nodeName: <+matrix.service.name>, maxConcurrency: 1 } }"
      ),
      ["s SUCCEEDED", "s/a SUCCEEDED", "s/a_api SUCCEEDED", "s/a_web SUCCEEDED"])
    Row(
      "repeat items, judged one by one",
      step("a", "test <+repeat.item> = x", "strategy: { repeat: { items: [x, y] } }, " + onFailure("{ type: Ignore }")),
      ["a_1=fail"], ["s IGNORE_FAILED", "s/a IGNORE_FAILED", "s/a_0 SUCCEEDED", "s/a_1 IGNORE_FAILED"])
    Row(
      "repeat with a start alone loses the last item",
      step("a", "true", "strategy: { repeat: { items: [x, y, z], start: 1 } }"),
      ["s SUCCEEDED", "s/a SUCCEEDED", "s/a_0 SUCCEEDED"])
    Row(
      "repeat times", step("a", "test <+strategy.iterations> = 2", "strategy: { repeat: { times: 2 } }"),
      ["s SUCCEEDED", "s/a SUCCEEDED", "s/a_0 SUCCEEDED", "s/a_1 SUCCEEDED"])
    Row(
      "parallelism, with its place in the environment",
      step(
        "a", "test $HARNESS_STEP_TOTAL = 2 && test $HARNESS_NODE_INDEX = <+strategy.iteration>",
        "strategy: { parallelism: 2 }"),
      ["s SUCCEEDED", "s/a SUCCEEDED", "s/a_0 SUCCEEDED", "s/a_1 SUCCEEDED"])
    Row(
      "a stage's instances have workspaces of their own",
      stage("s", inline("a", "test ! -e seen && touch seen"), "strategy: { parallelism: 2 }"),
      ["s SUCCEEDED", "s_0 SUCCEEDED", "s_0/a SUCCEEDED", "s_1 SUCCEEDED", "s_1/a SUCCEEDED"])
    Row(
      "a group's instances, where one fails",
      "- stepGroup: { identifier: g, name: g, strategy: { repeat: { items: [x, y], maxConcurrency: 1 } }, steps: [\(inline("a", "test <+repeat.item> = y")), \(inline("b"))] }",
      ["g_0/a=fail"],
      [
        "s FAILED", "s/g FAILED", "s/g_0 FAILED", "s/g_0/a FAILED", "s/g_0/b SKIPPED \(stageFailed)",
        "s/g_1 SUCCEEDED", "s/g_1/a SUCCEEDED", "s/g_1/b SUCCEEDED",
      ], code: 1)
  }

  @Test(arguments: sequence + conditions) func `what runs and what is skipped`(_ row: Row) async throws {
    try await check(row)
  }

  @Test(arguments: failures) func `what becomes of failures`(_ row: Row) async throws { try await check(row) }

  @Test(arguments: loops) func `what loops come to`(_ row: Row) async throws { try await check(row) }

  private func check(_ row: Row) async throws {
    try await TemporaryDirectory.with { directory in
      let file = directory.appending("pipeline.yaml")
      try file.write(row.pipeline)
      let slipway = SlipwayProgram(in: directory)
      let simulated = try await slipway(
        ["simulate", file.string, "--json"] + row.outcomes.flatMap { ["--outcome", $0] })
      #expect(
        try Tree(simulated.output).lines == row.tree.sorted(), "simulated:\n\(row.pipeline)\(simulated.everything)")
      #expect(simulated.code == (row.code == 0 ? 0 : 1))
      let run = try await slipway("run", file.string)
      #expect(run.code == row.code, "\(run.everything)")
      let shown = try await slipway("show", "last", "--json")
      #expect(try Tree(shown.output).lines == row.tree.sorted(), "run: \(run.everything)")
    }
  }

  private struct Tree: Decodable {
    struct Node: Decodable {
      let path: String
      let status: String
      let message: String?
    }

    struct Attempt: Decodable {
      let path: String
    }

    let nodes: [Node]
    let attempts: [Attempt]

    init(_ text: String) throws {
      self = try JSONDecoder().decode(Tree.self, from: Data(text.utf8))
    }

    /// Sorted, since what runs side by side is first heard of in any order.
    var lines: [String] {
      nodes.map { node in
        let path = node.path.replacing("stages.", with: "").replacing(".steps.", with: "/")
        let count = attempts.count { $0.path == node.path }
        return "\(path) \(node.status)\(count > 1 ? " x\(count)" : "")"
          + (node.status == "SKIPPED" ? " \(node.message ?? "")" : "")
      }.sorted()
    }
  }
}

extension SlipwayProgram {
  fileprivate func callAsFunction(_ arguments: [String]) async throws -> Outcome {
    try await run([Self.path.string] + arguments + ["--state", state.string])
  }
}
