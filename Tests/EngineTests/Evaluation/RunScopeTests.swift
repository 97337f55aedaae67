import Engine
import Expressions
import Model
import TestSupport
import Testing

@Suite struct RunScopeTests {
  private static let stageSource = Node.mapping(["name": "Build it", "type": "CI"])

  private static let pipeline = Pipeline(
    identifier: "seed", name: "Seed", organization: "acme", project: "web", summary: "All of it",
    tags: ["team": "core"],
    stages: [
      .stage(
        "build",
        variables: [
          Variable(name: "image", kind: .string, value: "app"), Variable(name: "a.b", kind: .string, value: "dotted"),
        ], source: stageSource,
        .run("compile", source: .mapping(["command": "make", "shell": "Bash"])),
        .group("unit", .run("compile"), .run("test"), .group("inner", .run("deep"))), .run("scan")),
      .stage("ship", .run("push")),
    ],
    variables: [
      Variable(name: "tag", kind: .string, value: "v<+pipeline.sequenceId>"),
      Variable(name: "count", kind: .number, value: "4"), Variable(name: "ratio", kind: .number, value: "0.5"),
      Variable(name: "given", kind: .string, value: "<+input>"),
      Variable(name: "fallback", kind: .string, value: nil, defaultValue: "plan B"),
      Variable(name: "token", kind: .secret, value: "api_token"),
      Variable(name: "output", kind: .string, value: "<+pipeline.variables.tag>"),
    ],
    source: .mapping(["identifier": "seed"]))

  private static let codebase = CodebaseState(
    directory: "/src", commit: "0123456789abcdef0123456789abcdef01234567", branch: "main",
    remote: "https://git.example/app", commitDate: 1_772_000_000,
    commitMessage: "Fix <+secrets.getValue(\"api_token\")>", authorName: "Zoë", authorEmail: "zoe@example.com")

  private final class Bench: Sendable {
    let state = RunState()
    let masker = Masker()
    let plan = Plan(RunScopeTests.pipeline)
    let run: Run

    init(codebase: CodebaseState? = RunScopeTests.codebase) {
      run = Sample.run(7, pipeline: "seed", codebase: codebase, inputs: ["given": "from outside"])
      state.update("build/compile") {
        $0.status = .succeeded
        $0.outputs = ["VERSION": "1.2", "dotted.name": "yes", "evil": "<+secrets.getValue(\"api_token\")>"]
        $0.startedAt = Sample.start
        $0.attempts = 2
      }
      state.update("build/unit/compile") { $0.outputs = ["VERSION": "inner"] }
      state.update("build/unit/inner/deep") { $0.outputs = ["VERSION": "deepest"] }
      state.update("build") { $0.status = .running }
      state.setCurrentStatus(.ignoreFailed, of: "build")
      state.setCurrentStatus(.failed, of: .pipeline)
    }

    func evaluator(at place: StepPath) -> StepEvaluator {
      let surroundings = RunSurroundings(
        accountIdentifier: "acc", accountName: nil,
        variables: ["X": "project", "org.X": "org", "account.X": "account"],
        secretNames: ["api_token"], actorName: "zoe", actorEmail: "zoe@example.com"
      ) { identifier in
        switch identifier {
        case "api_token", "account.api_token": "hunter2-hunter2"
        case "broken": throw ExpressionError(.unavailable, "the store is locked")
        default: nil
        }
      }
      return StepEvaluator(
        scope: RunScope(
          plan: plan, run: run, state: state, surroundings: surroundings, masker: masker, place: place),
        clock: ManualClock().engineClock, masker: masker)
    }

    func render(_ text: String, at place: StepPath = "build/scan") throws -> String {
      try evaluator(at: place).render(Text(text))
    }

    func error(_ text: String, at place: StepPath = "build/scan") -> String? {
      do {
        let value = try render(text, at: place)
        Issue.record("\(text) is '\(value)'")
        return nil
      } catch {
        return (error as? StepFailure)?.message
      }
    }
  }

  @Test(arguments: [
    "execution.steps.compile", "steps.compile", "stage.spec.execution.steps.compile", "spec.execution.steps.compile",
    "pipeline.stages.build.spec.execution.steps.compile", "stages.build.spec.execution.steps.compile",
    "build.spec.execution.steps.compile", "pipeline.stages.build.execution.steps.compile", "stage.steps.compile",
  ])
  func `all spellings of a step's output mean the same`(_ prefix: String) throws {
    #expect(try Bench().render("<+\(prefix).output.outputVariables.VERSION>") == "1.2")
  }

  @Test(arguments: [
    "execution.steps.unit.steps.compile", "stage.spec.execution.steps.unit.steps.compile", "steps.unit.steps.compile",
    "pipeline.stages.build.spec.execution.steps.unit.steps.compile",
  ])
  func `steps in groups are reached through their groups`(_ prefix: String) throws {
    for place: StepPath in ["build/scan", "build/unit/test", "build/compile"] {
      #expect(try Bench().render("<+\(prefix).output.outputVariables.VERSION>", at: place) == "inner")
    }
  }

  @Test func `the nearest step of that name is meant, from the inside out`() throws {
    let bench = Bench()
    let text = "<+steps.compile.output.outputVariables.VERSION>"
    #expect(try bench.render(text, at: "build/scan") == "1.2")
    #expect(try bench.render(text, at: "build/unit/test") == "inner")
    #expect(try bench.render(text, at: "build/unit/inner/deep") == "inner")
    #expect(
      try bench.render("<+stepGroup.steps.compile.output.outputVariables.VERSION>", at: "build/unit/test") == "inner")
    #expect(
      try bench.render("<+unit.steps.inner.steps.deep.output.outputVariables.VERSION>", at: "build/unit/test")
        == "deepest")
  }

  @Test func `steps of other stages are reached from the pipeline alone`() throws {
    let bench = Bench()
    let rest = "spec.execution.steps.compile.output.outputVariables.VERSION"
    #expect(try bench.render("<+pipeline.stages.build.\(rest)>", at: "ship/push") == "1.2")
    #expect(bench.error("<+steps.compile.output.outputVariables.VERSION>", at: "ship/push") != nil)
    #expect(bench.error("<+stage.\(rest)>", at: "ship/push") != nil)
  }

  @Test(arguments: [
    ("pipeline.identifier", "seed"), ("pipeline.name", "Seed"), ("pipeline.sequenceId", "7"),
    ("pipeline.executionId", Sample.ulid(7).description), ("pipeline.resumedExecutionId", Sample.ulid(7).description),
    ("pipeline.executionUrl", "slipway:///\(Sample.ulid(7))"), ("pipeline.startTs", "1772357400250"),
    ("pipeline.orgIdentifier", "acme"), ("pipeline.projectIdentifier", "web"), ("pipeline.triggerType", "MANUAL"),
    ("pipeline.triggeredBy.name", "zoe"), ("pipeline.triggeredBy.email", "zoe@example.com"),
    ("pipeline.tags.team", "core"), ("pipeline.branch", "main"), ("pipeline.repo", "https://git.example/app"),
    ("pipeline.selectedStages", #"["build","ship"]"#), ("pipeline.currentStatus", "FAILED"),
    ("pipeline.storeType", "INLINE"), ("pipeline.executionMode", "NORMAL"), ("pipeline.description", "All of it"),
    ("pipeline.properties.ci.codebase.branch", "main"),
    ("pipeline.variables.tag", "v7"), ("pipeline.variables.count", "4"), ("pipeline.variables.ratio", "0.5"),
    ("pipeline.variables.given", "from outside"), ("pipeline.variables.fallback", "plan B"),
    ("pipeline.variables.output", "v7"), ("pipeline.variables.count + 1", "5"),
    ("stage.identifier", "build"), ("stage.name", "build"), ("stage.type", "CI"), ("stage.status", "RUNNING"),
    ("stage.currentStatus", "IGNORE_FAILED"), ("stage.variables.image", "app"), ("stage.variables.a.b", "dotted"),
    ("pipeline.stages.build.variables.image", "app"), ("build.variables.image", "app"),
    ("step.identifier", "scan"), ("step.name", "scan"), ("step.type", "Run"), ("steps.compile.status", "SUCCEEDED"),
    ("steps.compile.spec.command", "make"), ("steps.compile.retryCount", "1"),
    ("steps.compile.startTs", "1772357400250"),
    ("steps.compile.output.outputVariables.dotted.name", "yes"),
    ("account.identifier", "acc"), ("org.identifier", "acme"), ("project.identifier", "web"),
    ("variable.X", "project"), ("variable.org.X", "org"), ("variable.account.X", "account"),
    ("codebase.branch", "main"), ("codebase.commitSha", "0123456789abcdef0123456789abcdef01234567"),
    ("codebase.shortCommitSha", "0123456"), ("codebase.build.type", "branch"), ("codebase.gitUser", "Zoë"),
    ("codebase.repoUrl", "https://git.example/app"), ("codebase.commitRef", "refs/heads/main"),
  ])
  func `names have the values that Harness gives them`(_ expression: String, _ value: String) throws {
    #expect(try Bench().render("<+\(expression)>") == value)
  }

  @Test(arguments: [
    "nowhere", "pipeline.nothing", "stage.nothing", "pipeline.stages.other.name", "steps.nothing.output",
    "steps.compile.output.outputVariables.NOTHING", "variable.Y", "account.name", "codebase.tag", "trigger.type",
    "stepGroup.name", "secrets.getValue(\"unknown\")", "secrets.getValue()",
    "secrets.getValue(\"broken\")",
  ])
  func `what has no value is an error that names the expression`(_ expression: String) {
    let message = Bench().error("<+\(expression)>")
    #expect(message?.contains("<+\(expression)>") == true, "\(message ?? "no message")")
  }

  @Test func `errors name the place in the file`() {
    let error = #expect(throws: StepFailure.self) {
      try Bench().evaluator(at: "build/scan").render(Text("<+nowhere>", at: .nowhere))
    }
    #expect(error?.message.hasPrefix("pipeline.yaml:1:1: ") == true)
    #expect(error?.type == .configuration)
  }

  @Test func `an unknown secret is suggested another name`() {
    let message = Bench().error("<+secrets.getValue(\"api_tokn\")>")
    #expect(message?.contains("did you mean 'api_token'?") == true)
    #expect(message?.contains("slipway.yaml") == true)
  }

  @Test func `a secret that has been read is masked from then on`() throws {
    let bench = Bench()
    #expect(bench.masker.mask("hunter2-hunter2") == "hunter2-hunter2")
    #expect(try bench.render("<+secrets.getValue(\"api_token\")>") == "hunter2-hunter2")
    #expect(bench.masker.mask("it is hunter2-hunter2") == "it is \(Masker.mask)")
    let other = Bench()
    #expect(try other.render("<+pipeline.variables.token>") == "hunter2-hunter2")
    #expect(other.masker.mask("hunter2-hunter2") == Masker.mask)
  }

  @Test func `a whole spec is evaluated with every secret masked`() throws {
    let bench = Bench()
    let spec = Node.mapping([
      "command": "curl -H <+secrets.getValue(\"api_token\")>", "tag": "<+pipeline.variables.tag>",
      "n": "<+pipeline.sequenceId>", "plain": "12", "flag": "true",
    ])
    let value = try bench.evaluator(at: "build/scan").resolved(spec)
    #expect(
      value == ["command": .string("curl -H \(Masker.mask)"), "tag": "v7", "n": 7, "plain": 12, "flag": true] as Value)
  }

  @Test(arguments: [
    "<+steps.compile.output.outputVariables.evil>", "<+codebase.commitMessage>",
    "<+pipeline.properties.ci.codebase.commitMessage>",
  ])
  func `text from outside is never evaluated`(_ text: String) throws {
    let bench = Bench()
    #expect(try bench.render(text).contains("<+secrets.getValue(\"api_token\")>"))
    #expect(bench.masker.mask("hunter2-hunter2") == "hunter2-hunter2")
  }

  @Test func `a secret output that an earlier run kept only as its mask is not taken for the secret`() {
    let bench = Bench()
    bench.state.update("build/compile") { $0.outputs = ["TOKEN": Masker.mask] }
    let message = bench.error("<+steps.compile.output.outputVariables.TOKEN>")
    #expect(message?.contains("held a secret, which the ledger does not keep") == true)
  }

  @Test func `without a codebase its names are known and have no value`() {
    let message = Bench(codebase: nil).error("<+codebase.branch>")
    #expect(message?.contains("<+codebase.branch>") == true)
  }

  @Test func `conditions see what has happened`() throws {
    let bench = Bench()
    let evaluator = bench.evaluator(at: "build/scan")
    #expect(try evaluator.condition("<+steps.compile.output.outputVariables.VERSION> == \"1.2\""))
    #expect(try evaluator.condition("<+<+pipeline.sequenceId> \\> 6>"))
    #expect(try !evaluator.condition("<+stage.variables.image> == \"other\""))
    #expect(throws: ExpressionError.self) { try evaluator.condition("<+nowhere>") }
  }

  @Test func `names that are misspelt find their neighbours`() {
    #expect(Bench().error("<+pipeline.sequenceID>")?.contains("did you mean 'sequenceId'?") == true)
    #expect(Bench().error("<+stage.variables.imag>")?.contains("did you mean 'image'?") == true)
  }

  @Test(arguments: [("true", true), ("True", true), ("<+pipeline.sequenceId> ", nil), ("false", false), ("", nil)])
  func `a Boolean field is true, false or nothing`(_ text: String, _ value: Bool?) throws {
    let evaluator = Bench().evaluator(at: "build/scan")
    guard text.contains("<+") else {
      #expect(try evaluator.bool(Text(text), field: "privileged") == value)
      return
    }
    let error = #expect(throws: StepFailure.self) { try evaluator.bool(Text(text), field: "privileged") }
    #expect(error?.message == "privileged must be true or false, and is '7 '")
  }

  @Test func `a duration is evaluated before it is read`() throws {
    let evaluator = Bench().evaluator(at: "build/scan")
    #expect(try evaluator.seconds("<+pipeline.sequenceId>m", field: "timeout") == Seconds(420))
    #expect(try evaluator.seconds("", field: "timeout") == nil)
    #expect(try evaluator.seconds(nil, field: "timeout") == nil)
    let error = #expect(throws: StepFailure.self) { try evaluator.seconds("soon", field: "timeout") }
    #expect(error?.message == "timeout must be a duration such as 10s, 5m or 1h 30m, and is 'soon'")
  }
}
