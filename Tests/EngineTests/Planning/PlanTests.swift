import Engine
import Model
import TestSupport
import Testing

@Suite struct PlanTests {
  static let pipeline = Pipeline.of(
    .stage("one", .run("a"), .together(.run("b"), .group("g", .run("c"), .together(.run("d"))))),
    .stages(.stage("two", .run("e")), .stage("three", .run("f"))))

  @Test func `nodes have stable paths, and parallel blocks none of their own`() {
    let plan = Plan(Self.pipeline)
    let paths = plan.nodes.filter { $0.kind != nil }.map(\.path.description)
    #expect(
      paths == [
        "stages.one", "stages.one.steps.a", "stages.one.steps.b", "stages.one.steps.g", "stages.one.steps.g.steps.c",
        "stages.one.steps.g.steps.d", "stages.two", "stages.two.steps.e", "stages.three", "stages.three.steps.f",
      ])
    #expect(plan[.init(stage: "one")]?.kind == .stage)
    #expect(plan["one/g"]?.kind == .group)
    #expect(plan["one/g/d"]?.type == "Run")
    #expect(plan["one/x"] == nil)
  }

  @Test func `parents come before their children and know them in order`() {
    let plan = Plan(Self.pipeline)
    for (index, node) in plan.nodes.enumerated() {
      for (position, child) in node.children.enumerated() {
        #expect(child > index)
        #expect(plan.nodes[child].parent == index)
        #expect(plan.nodes[child].position == position)
      }
    }
  }

  @Test func `the steps below a node are found through groups and blocks`() throws {
    let plan = Plan(Self.pipeline)
    func names(_ path: StepPath) throws -> [String] {
      plan.steps(below: try #require(plan.index(of: path))).map { plan.nodes[$0].path.name }
    }
    #expect(plan.steps(below: Plan.root).map { plan.nodes[$0].path.name } == ["a", "b", "c", "d", "e", "f"])
    #expect(try names("one/g") == ["c", "d"])
    #expect(try names("one/a") == ["a"])
  }

  @Test func `stages are selected in the pipeline's order, and blocks that lose all members go`() throws {
    func stages(_ wanted: [Identifier]) throws -> [String] {
      try Self.pipeline.selecting(wanted).allStages.map(\.identifier.description)
    }
    #expect(try stages([]) == ["one", "two", "three"])
    #expect(try stages(["three", "one"]) == ["one", "three"])
    #expect(try Self.pipeline.selecting(["one"]).stages.count == 1)
    let error = #expect(throws: NoSuchStage.self) { try Self.pipeline.selecting(["one", "four"]) }
    #expect(error?.identifier == "four")
    #expect(error?.stages == ["one", "two", "three"])
  }
}
