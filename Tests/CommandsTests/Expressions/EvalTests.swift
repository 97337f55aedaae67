import SystemPackage
import TestSupport
import Testing

/// `slipway eval` as a user runs it.
struct EvalTests {
  private static let pipeline = """
    pipeline:
      identifier: tides
      name: Tides
      variables:
        - {name: image, type: String, value: "app-<+pipeline.identifier>"}
        - {name: token, type: Secret, value: api_token}
      stages:
        - stage:
            identifier: build
            name: Build it
            type: CI
            variables: [{name: colour, type: String, value: blue}]
            spec:
              cloneCodebase: false
              runtime: {type: Cloud, spec: {}}
              execution:
                steps:
                  - step:
                      identifier: compile
                      name: compile
                      type: Run
                      spec: {shell: Sh, command: "VERSION=<+stage.variables.colour>-1", outputVariables: [{name: VERSION}]}

    """

  private static func bench(_ body: @Sendable (SlipwayProgram) async throws -> Void) async throws {
    try await TemporaryDirectory.with { directory in
      try directory.appending("pipeline.yaml").write(pipeline)
      try directory.appending("slipway.yaml").write("secrets:\n  api_token: {value: hunter2-hunter2}\n")
      try await body(SlipwayProgram(in: directory))
    }
  }

  static let values: [([String], String)] = [
    (["<+1 + 2>"], "3\n"), (["1 + 2"], "3\n"), (["a<+'b'>c"], "abc\n"), (["<+[1, 'x']>"], "[1,\"x\"]\n"),
    (["<+pipeline.variables.image>:<+pipeline.sequenceId>", "pipeline.yaml"], "app-tides:1\n"),
    (["<+pipeline.variables.image>", "pipeline.yaml", "--input", "image=other"], "other\n"),
    (["<+stage.name>", "pipeline.yaml", "--stage", "build"], "Build it\n"),
    (["<+stage.variables.colour>/<+step.identifier>", "pipeline.yaml", "--step", "compile"], "blue/compile\n"),
    (["<+secrets.getValue(\"api_token\")>", "pipeline.yaml"], "••••••••\n"),
    (["<+pipeline.variables.token.substring(0, 2)>", "pipeline.yaml"], "••\n"),
    (["<+OnPipelineSuccess>", "pipeline.yaml", "--condition"], "true\n"),
    (["<+pipeline.name> == \"x\"", "pipeline.yaml", "--condition"], "false\n"),
    (["<+1 + 2>", "--json"], #"{"expression":"<+1 + 2>","type":"number","value":3}"# + "\n"),
    (["codebase.branch", "pipeline.yaml", "--stage", "build"], "null\n"),
  ]

  @Test(arguments: values)
  func `an expression's value is printed`(arguments: [String], expected: String) async throws {
    try await Self.bench { slipway in
      let outcome = try await slipway.run([SlipwayProgram.path.string, "eval"] + arguments)
      #expect(outcome.output == expected)
      #expect(outcome.code == 0)
      #expect(!outcome.everything.contains("hunter2"))
    }
  }

  static let mistakes: [([String], Int, [String])] = [
    (
      ["<+pipeline.variables.imag>", "pipeline.yaml"], 3, ["SW3003", "has no 'imag'", "did you mean 'image'?", "^^^^"]
    ),
    (["x <+1 2>"], 3, ["expression:1:7: error[SW3002]", "^"]),
    (["<+pipeline.name>"], 3, ["no names are known here", "--run"]),
    (["<+1", "--json"], 3, [#""code":"SW3001""#, #""column":1"#]), ([], 2, ["text"]),
    (["<+1>", "nothing.yaml"], 2, ["nothing.yaml"]),
    (["<+1>", "pipeline.yaml", "--run", "last"], 2, ["not both"]),
    (["<+1>", "--stage", "x"], 2, ["need a pipeline file"]),
    (["<+1>", "pipeline.yaml", "--stage", "buid"], 2, ["did you mean 'build'?"]),
    (["<+1>", "pipeline.yaml", "--step", "compil"], 2, ["did you mean 'compile'?"]),
    (["<+1>", "pipeline.yaml", "--input", "x=1"], 2, ["no input 'x'"]),
    (["<+step.output.outputVariables.VERSION>", "pipeline.yaml", "--step", "compile"], 3, ["has not run yet"]),
    (["<+env.name>", "pipeline.yaml"], 3, ["belongs to Deployment stages"]), (["<+words"], 3, ["never closed"]),
  ]

  @Test(arguments: mistakes)
  func `what has no value is said with its place`(arguments: [String], code: Int, says: [String]) async throws {
    try await Self.bench { slipway in
      let outcome = try await slipway.run([SlipwayProgram.path.string, "eval"] + arguments)
      #expect(outcome.code == code)
      for text in says { #expect(outcome.everything.contains(text), "\(outcome.everything)") }
    }
  }

  @Test func `a trigger's values come from a file`() async throws {
    try await Self.bench { slipway in
      try slipway.directory.appending("t.json").write(
        #"{"type": "Webhook", "event": "PR", "prNumber": 12, "payload": {"a": [1]}}"#)
      let outcome = try await slipway.run([
        SlipwayProgram.path.string, "eval", "<+trigger.prNumber>-<+trigger.payload.a>", "pipeline.yaml", "--trigger",
        "t.json",
      ])
      #expect(outcome.output == "12-[1]\n")
    }
  }

  @Test func `a past run knows its outputs and statuses`() async throws {
    try await Self.bench { slipway in
      let run = try await slipway("run", "pipeline.yaml")
      #expect(run.code == 0, "\(run.everything)")
      let outcome = try await slipway(
        "eval",
        "<+pipeline.stages.build.spec.execution.steps.compile.output.outputVariables.VERSION> <+pipeline.sequenceId> <+stages.build.status>",
        "--run", "last")
      #expect(outcome.output == "blue-1 1 SUCCEEDED\n", "\(outcome.everything)")
      let missing = try await slipway(
        "eval", "<+steps.compile.output.outputVariables.VERSON>", "--run", "last", "--stage", "build")
      #expect(missing.code == 3)
      #expect(missing.talk.contains("did you mean 'VERSION'?"))
    }
  }
}
