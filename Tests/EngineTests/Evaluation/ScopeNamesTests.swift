import Engine
import Expressions
import Model
import TestSupport
import Testing

/// The names that a run knows beyond its own nodes: codebase, trigger, inputs, artifacts, exported variables.
struct ScopeNamesTests {
  private static func scope(
    codebase: CodebaseState? = Self.main, build: KeyValuePairs<String, String> = [:], type: String? = nil,
    trigger: Value = .null, inputs: [String: String] = [:], clones: Bool? = nil, place: StepPath = "build/deploy"
  ) -> RunScope {
    let plan = Plan(
      Pipeline.of(
        .stage(
          "build", clonesCodebase: clones, .run("compile", source: alias("Pipeline")),
          .group("checks", .run("unit", source: alias("StepGroup"))), .run("push"), .run("deploy")),
        source: source(build, type: type)))
    let state = RunState()
    for path: StepPath in ["build/compile", "build/checks/unit", "build/push"] {
      state.update(path) { $0.status = .succeeded }
    }
    state.update("build/compile") { $0.outputs = ["VERSION": "1.2"] }
    state.update("build/checks/unit") { $0.outputs = ["VERSION": "unit"] }
    state.update("build/push") {
      $0.pushes = [
        PushRecord(
          step: "build/push", reference: "registry.example/team/app:7", manifestDigest: Digest(sample: 1),
          readBackDigest: Digest(sample: 1), archiveDigest: nil, destination: "the embedded registry", at: Sample.start)
      ]
    }
    return RunScope(
      plan: plan, run: Sample.run(codebase: codebase, inputs: inputs), state: state,
      surroundings: RunSurroundings(actorName: "zoe", trigger: trigger), masker: Masker(), place: place)
  }

  private static func alias(_ scope: String) -> Node {
    .mapping(
      Node.Mapping(entries: [entry("outputAlias", .mapping(["key": "release", "scope": scope]))], span: .nowhere))
  }

  private static func source(_ spec: KeyValuePairs<String, String>, type: String?) -> Node {
    guard let type else { return .emptyMapping }
    func mapping(_ entries: Node.Mapping.Entry...) -> Node { .mapping(Node.Mapping(entries: entries, span: .nowhere)) }
    let build = mapping(
      entry("type", .scalar(Node.Scalar(text: type, style: .plain, span: .nowhere))), entry("spec", .mapping(spec)))
    return mapping(
      entry("properties", mapping(entry("ci", mapping(entry("codebase", mapping(entry("build", build))))))))
  }

  private static func entry(_ key: String, _ value: Node) -> Node.Mapping.Entry {
    Node.Mapping.Entry(key: Node.Scalar(text: key, style: .plain, span: .nowhere), value: value)
  }

  private static let main = CodebaseState(
    directory: "/src", commit: "0123456789abcdef0123456789abcdef01234567", branch: "feature/x",
    remote: "https://git.example/app", commitMessage: "Fix <+it>", authorName: "Zoë", authorEmail: "zoe@example.com",
    targetBranch: "main", baseCommit: "fedcba")

  private static let tagged = CodebaseState(directory: "/src", commit: "0123456789abcdef", tag: "v1.0")

  private static func value(_ expression: String, _ scope: RunScope) throws -> Value {
    try ExpressionEvaluator(scope: scope) { .zero }.evaluate(expression)
  }

  static let branches: [(String, Value)] = [
    ("codebase.build.type", "branch"), ("codebase.branch", "feature/x"), ("codebase.commitRef", "refs/heads/feature/x"),
    ("codebase.commitSha", "0123456789abcdef0123456789abcdef01234567"), ("codebase.shortCommitSha", "0123456"),
    ("codebase.commitMessage", "Fix <+it>"), ("codebase.repoUrl", "https://git.example/app"),
    ("codebase.gitUser", "Zoë"),
    ("codebase.gitUserEmail", "zoe@example.com"), ("codebase.tag", .null), ("codebase.prNumber", .null),
    ("codebase.targetBranch", .null), ("codebase.prTitle", .null), ("codebase.mergeSha", .null),
    ("codebase.state", .null),
    ("codebase.gitUserId", .null), ("pipeline.properties.ci.codebase.branch", "feature/x"),
  ]

  @Test(arguments: branches)
  func `a branch build knows its branch and commit`(expression: String, expected: Value) throws {
    #expect(try Self.value(expression, Self.scope()) == expected)
  }

  static let tags: [(String, Value)] = [
    ("codebase.build.type", "tag"), ("codebase.tag", "v1.0"), ("codebase.commitRef", "refs/tags/v1.0"),
    ("codebase.branch", .null),
  ]

  @Test(arguments: tags)
  func `a checkout of a tag is a tag build`(expression: String, expected: Value) throws {
    #expect(try Self.value(expression, Self.scope(codebase: Self.tagged)) == expected)
  }

  @Test func `the tag that the pipeline names is the one`() throws {
    let scope = Self.scope(build: ["tag": "v<+pipeline.sequenceId>"], type: "tag")
    #expect(try Self.value("codebase.tag", scope) == "v1")
    #expect(try Self.value("codebase.build.type", scope) == "tag")
  }

  static let pulls: [(String, Value)] = [
    ("codebase.build.type", "PR"), ("codebase.prNumber", "12"), ("codebase.sourceBranch", "feature/x"),
    ("codebase.targetBranch", "main"), ("codebase.branch", "main"), ("codebase.baseCommitSha", "fedcba"),
    ("codebase.commitRef", "refs/pull/12/head"), ("codebase.state", "open"), ("codebase.prTitle", .null),
  ]

  @Test(arguments: pulls)
  func `a pull request's branch is its target`(expression: String, expected: Value) throws {
    #expect(try Self.value(expression, Self.scope(build: ["number": "12"], type: "PR")) == expected)
  }

  private static let trigger: Value = [
    "type": "Webhook", "event": "PR", "prNumber": "34", "prTitle": "A <+secrets.getValue(\"x\")>",
    "targetBranch": "release",
    "sourceBranch": "topic", "payload": ["repository": ["name": "app"], "labels": ["a", "b"]],
  ]

  static let triggers: [(String, Value)] = [
    ("trigger.type", "Webhook"), ("trigger.event", "PR"), ("trigger.prNumber", "34"), ("trigger.tag", .null),
    ("trigger.payload.repository.name", "app"), ("trigger.payload.labels[1]", "b"),
    ("eventPayload.repository.name", "app"),
    ("trigger.prTitle", "A <+secrets.getValue(\"x\")>"), ("codebase.build.type", "PR"), ("codebase.prNumber", "34"),
    ("codebase.branch", "release"), ("codebase.sourceBranch", "topic"), ("codebase.commitRef", "refs/pull/34/head"),
    ("pipeline.triggerType", "WEBHOOK"),
  ]

  @Test(arguments: triggers)
  func `a trigger's fields are known, and decide what is built`(expression: String, expected: Value) throws {
    #expect(try Self.value(expression, Self.scope(trigger: Self.trigger)) == expected)
  }

  @Test func `without a trigger its fields are null`() throws {
    #expect(try Self.value("trigger.payload.x.y == null", Self.scope()) == true)
    #expect(try Self.value("<+trigger.targetBranch> =~ 'main'", Self.scope()) == false)
    #expect(try Self.value("pipeline.triggerType", Self.scope()) == "MANUAL")
    #expect(
      try Self.value("codebase.branch", Self.scope(build: ["branch": "<+trigger.branch>"], type: "branch"))
        == "feature/x")
  }

  @Test func `a stage that clones nothing has no codebase`() throws {
    #expect(try Self.value("codebase.branch", Self.scope(clones: false)) == .null)
    #expect(try Self.value("codebase.build.type ?? 'none'", Self.scope(clones: false)) == "none")
    #expect(try Self.value("codebase.branch", Self.scope(codebase: nil)) == .null)
  }

  static let artifacts: [(String, Value)] = [
    ("tag", "7"), ("imageName", "team/app"), ("url", "registry.example/team/app:7"),
    ("digest", .string(Digest(sample: 1).description)),
  ]

  @Test(arguments: artifacts)
  func `a pushed image is known to later steps`(field: String, expected: Value) throws {
    for prefix in [
      "execution.steps", "steps", "stage.spec.execution.steps", "pipeline.stages.build.spec.execution.steps",
    ] {
      let path = "\(prefix).push.artifact_push.stepArtifacts.publishedImageArtifacts[0].\(field)"
      #expect(try Self.value(path, Self.scope()) == expected)
    }
  }

  @Test func `exported variables are found by alias and scope`() throws {
    #expect(try Self.value("exportedVariables.getValue('pipeline.release.VERSION')", Self.scope()) == "1.2")
    #expect(
      try Self.value("exportedVariables.getValue('stepGroup.release.VERSION')", Self.scope(place: "build/checks/unit"))
        == "unit")
    let error = #expect(throws: ExpressionError.self) {
      try Self.value("exportedVariables.getValue('pipeline.releas.VERSION')", Self.scope())
    }
    #expect(error?.suggestion == "release")
  }

  @Test func `inputs are known by their paths`() throws {
    let scope = Self.scope(inputs: ["tag": "9", "pipeline.variables.image": "app"])
    #expect(try Self.value("inputSet.pipeline.variables.tag", scope) == "9")
    #expect(try Self.value("inputSet.pipeline.variables.image", scope) == "app")
  }

  static let unknown: [(String, String)] = [
    ("service.name", "'service.name' belongs to Deployment stages, which are not run on this machine"),
    ("artifact.tag", "'artifact.tag' belongs to Deployment stages, which are not run on this machine"),
    ("env.variables.x", "'env.variables.x' belongs to Deployment stages, which are not run on this machine"),
    (
      "fileStore.getAsString('/x')",
      "'fileStore.getAsString' belongs to Deployment stages, which are not run on this machine"
    ),
    ("steps.deploy.output.outputVariables.X", "step 'deploy' has not run yet, so it has no outputs"),
    ("steps.compile.output.outputVariables.VERSON", "'steps.compile.output.outputVariables' has no 'VERSON'"),
    ("pipelin.name", "nothing is named 'pipelin' here"), ("codebase.brnch", "'codebase' has no 'brnch'"),
  ]

  @Test(arguments: unknown)
  func `a name without a value says why`(expression: String, message: String) {
    let error = #expect(throws: ExpressionError.self) { try Self.value(expression, Self.scope()) }
    #expect(error?.message == message)
    #expect(throws: Never.self) { try Self.value("<+\(expression)> ?? 'none'", Self.scope()) }
  }

  @Test func `a bare attribute is the step's own`() throws {
    #expect(try Self.value("identifier", Self.scope()) == "deploy")
    #expect(try Self.value("status", Self.scope()) == "NOT_STARTED")
  }
}
