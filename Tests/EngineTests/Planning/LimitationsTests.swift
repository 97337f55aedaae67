import Engine
import Model
import TestSupport
import Testing

/// What is refused before anything runs.
@Suite struct LimitationsTests {
  @Test func `steps that run here have no limitation`() {
    let plan = Plan(.of(.stage("build", .run("compile"))))
    #expect(plan.limitations() == [])
  }

  @Test(arguments: StepType.all.filter { !$0.isRunnable }.map(\.name))
  func `a step that cannot run here is refused, and why`(_ type: String) throws {
    let step = Step(
      identifier: "a", name: "a", type: type, spec: .recognised(type: type), span: .nowhere)
    let found = Plan(.of(.stage("build", .step(step)))).limitations()
    #expect(found.map(\.code.description) == ["SW2902"])
    #expect(found.first?.notes == StepType.named(type)?.obstacle.map { [$0] })
  }

  @Test(arguments: StageType.all.filter { $0.obstacle != nil }.map(\.name))
  func `a stage that cannot run here is refused, and why`(_ type: String) {
    let stage = Stage(
      identifier: "a", name: "a", kind: .recognised(type), steps: [], span: .nowhere, source: .emptyMapping)
    let found = Plan(.of(.stage(stage))).limitations()
    #expect(found.map(\.code.description) == ["SW2901"])
    #expect(found.first?.notes.isEmpty == false)
  }

  @Test func `a value that is still open is refused`() {
    var pipeline = Pipeline.of(.stage("build", .run("compile")))
    pipeline.openValues = [OpenValue(owner: "step 'compile'", key: "when", text: "<+input>")]
    let found = Plan(pipeline).limitations()
    #expect(found.map(\.code.description) == ["SW2908"])
    #expect(found.map(\.severity) == [.error])
  }

  @Test func `a template that is not here is refused wherever it stands`() {
    let template = TemplateLink(reference: "account.build", span: .nowhere)
    var group = StepGroup(identifier: "g", name: "g", steps: [], span: .nowhere)
    group.template = template
    var pipeline = Pipeline.of(
      .stage(
        Stage(identifier: "s", name: "s", kind: .template(template), steps: [], span: .nowhere, source: .emptyMapping)),
      .stage(
        "build", .group(group),
        .step(Step(identifier: "t", name: "t", type: "Template", spec: .template(template), span: .nowhere))))
    pipeline.template = template
    #expect(Plan(pipeline).limitations().map(\.code.description) == ["SW2909", "SW2909", "SW2909", "SW2909"])
  }

  @Test func `a retry with a condition is refused`() {
    let retry = FailureStrategy.Action.retry(count: 1, intervals: [], then: .ignore, condition: "<+step.exitCode> == 1")
    let found = Plan(.of(.stage("build", .run("compile", onFailure: [.on(do: retry)])))).limitations()
    #expect(found.map(\.code.description) == ["SW2910"])
  }
}
