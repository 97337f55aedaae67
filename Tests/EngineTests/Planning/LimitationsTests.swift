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

  @Test func `what cannot be run again, or has nothing to wait for, is said`() {
    let again = FailureStrategy.on(do: .retryStepGroup(count: 1, intervals: []))
    let rows: [(Pipeline, [String])] = [
      (.of(.stage("build", .run("a", onFailure: [again]))), ["SW2905"]),
      (.of(.stage("build", .group("g", onFailure: [again], .run("a")))), []),
      (.of(.stage("build", .group("g", .run("a", onFailure: [again])))), []),
      (.of(.stage("build", .run("a", onFailure: [again], strategy: .count(2)))), ["SW2905"]),
      (.of(.stage("build", .run("a", onFailure: [.on(do: .proceedWithDefaultValues)]))), ["SW2906"]),
      (.of(.stage("build", .run("a", onFailure: [.on(do: .rollback("StageRollback"))]))), ["SW2907"]),
    ]
    for (pipeline, codes) in rows {
      let found = Plan(pipeline).limitations()
      #expect(found.map(\.code.description) == codes)
      #expect(found.allSatisfy { $0.severity != .error })
    }
  }

  @Test func `what lies in a strategy is looked through as well`() {
    let step = ExecutionElement.step(
      Step(identifier: "a", name: "a", type: "Queue", spec: .recognised(type: "Queue"), span: .nowhere))
    for pipeline in [
      Pipeline.of(.stage("build", strategy: .count(2), step)),
      .of(.stage("build", .group("g", strategy: .count(2), .together(step)))),
    ] {
      #expect(Plan(pipeline).limitations().map(\.code.description) == ["SW2902"])
    }
  }

  @Test func `a stage that takes its infrastructure from one that is left out is refused`() {
    let pipeline = Pipeline.of(.stage("a", .run("x")), .stage("b", infrastructure: .sameAs("a"), .run("y")))
    #expect(Plan(pipeline).limitations() == [])
    let found = Plan(pipeline, omitting: ["a": "left out"]).limitations()
    #expect(found.map(\.code.description) == ["SW2911"])
  }
}
