import Model
import TestSupport
import Testing

@testable import Engine

@Suite struct StepEnvironmentTests {
  private static func variables(
    _ pipeline: Pipeline, inputs: [String: String] = [:], codebase: CodebaseState? = nil, failed: [StepPath] = [],
    isFailing: Bool = false
  ) throws -> [String: String] {
    let run = Sample.run(7, codebase: codebase, inputs: inputs)
    let masker = Masker()
    let stage = try #require(pipeline.allStages.first)
    let evaluator = StepEvaluator(
      scope: RunScope(
        plan: Plan(pipeline), run: run, state: RunState(), surroundings: RunSurroundings(actorName: "zoe"),
        masker: masker, place: StepPath(stage: stage.identifier)),
      clock: ManualClock().engineClock, masker: masker)
    return try StepEnvironment(run: run, pipeline: pipeline, accountIdentifier: "acc", failedSteps: failed)
      .variables(stage: stage, isStageFailing: isFailing, evaluator: evaluator)
  }

  @Test func `every step finds what Harness sets`() throws {
    let variables = try Self.variables(
      .of(.stage("s")),
      codebase: CodebaseState(directory: "/src", commit: "0123", branch: "main"))
    let expected = [
      "CI": "true", "DRONE": "true", "HARNESS_ACCOUNT_ID": "acc", "HARNESS_ORG_ID": "org",
      "HARNESS_PROJECT_ID": "project", "HARNESS_PIPELINE_ID": "sample", "HARNESS_STAGE_ID": "s",
      "HARNESS_BUILD_ID": "7", "HARNESS_EXECUTION_ID": Sample.ulid(7).description, "HARNESS_USER_ID": "zoe",
      "HARNESS_WORKSPACE": "/harness", "DRONE_WORKSPACE": "/harness", "DRONE_BUILD_NUMBER": "7", "CI_BUILD_NUMBER": "7",
      "DRONE_BUILD_CREATED": "1772357400", "DRONE_BUILD_STARTED": "1772357400", "DRONE_BUILD_FINISHED": "1772357400",
      "CI_BUILD_CREATED": "1772357400", "CI_BUILD_STARTED": "1772357400", "CI_BUILD_FINISHED": "1772357400",
      "DRONE_STAGE_STARTED": "1772357400", "DRONE_STAGE_FINISHED": "1772357400",
      "DRONE_STAGE_STATUS": "SUCCESS", "DRONE_BUILD_STATUS": "SUCCESS", "CI_BUILD_STATUS": "SUCCESS",
      "DRONE_COMMIT_BRANCH": "main", "CI_COMMIT_BRANCH": "main", "DRONE_COMMIT_SHA": "0123", "CI_COMMIT_SHA": "0123",
    ]
    #expect(variables == expected)
  }

  @Test func `after a failure it says which steps have failed`() throws {
    let variables = try Self.variables(.of(.stage("s")), failed: ["s/a", "s/g/b"], isFailing: true)
    #expect(variables["DRONE_FAILED_STEPS"] == "a,b")
    for name in ["DRONE_STAGE_STATUS", "DRONE_BUILD_STATUS", "CI_BUILD_STATUS"] {
      #expect(variables[name] == "FAILURE")
    }
  }

  @Test func `variables are there, the stage's over the pipeline's, and inputs over what the file says`() throws {
    func variable(_ name: String, _ value: Text?, _ kind: Variable.Kind = .string, default fallback: Text? = nil)
      -> Variable
    {
      Variable(name: name, kind: kind, value: value, defaultValue: fallback)
    }
    let pipeline = Pipeline.of(
      .stage("s", variables: [variable("both", "stage"), variable("given", "stage's own")]),
      variables: [
        variable("both", "pipeline"), variable("number", "<+pipeline.sequenceId>", .number),
        variable("asked", "<+input>"), variable("spelt", "x"), variable("given", "<+input>"),
        variable("fallback", nil, default: "plan B"), variable("secret", "api_token", .secret), variable("none", nil),
        variable("CI", "false"),
      ])
    let variables = try Self.variables(
      pipeline, inputs: ["asked": "answer", "pipeline.variables.spelt": "out", "given": "outside", "stray": "x"])
    #expect(variables["both"] == "stage")
    #expect(variables["number"] == "7")
    #expect(variables["asked"] == "answer")
    #expect(variables["spelt"] == "out")
    #expect(variables["given"] == "stage's own")
    #expect(variables["fallback"] == "plan B")
    #expect(variables["secret"] == nil && variables["none"] == nil && variables["stray"] == nil)
    #expect(variables["CI"] == "true")
  }

  @Test func `Harness cuts its own values at 8191 characters`() throws {
    let long = String(repeating: "x", count: 10_000)
    let variables = try Self.variables(
      .of(.stage("s", variables: [Variable(name: "mine", kind: .string, value: Text(long))])),
      codebase: CodebaseState(directory: "/", branch: long))
    #expect(variables["CI_COMMIT_BRANCH"]?.count == 8191)
    #expect(variables["mine"]?.count == 10_000)
  }

  @Test func `a variable that cannot be evaluated is an error`() {
    #expect(throws: StepFailure.self) {
      try Self.variables(.of(.stage("s", variables: [Variable(name: "x", kind: .string, value: "<+nowhere>")])))
    }
  }
}
