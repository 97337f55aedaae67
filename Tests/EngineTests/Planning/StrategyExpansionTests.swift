import Engine
import Model
import TestSupport
import Testing

/// Which instances the settings of a strategy come to, seen through a simulated run.
@Suite struct StrategyExpansionTests {
  private func instances(
    _ strategy: Strategy, variables: [Variable] = [], jobs: Int? = nil
  ) -> (postfixes: [String], failure: String?, expansion: StrategyExpansion?) {
    let plan = Plan(.of(.stage("s", .run("a", strategy: strategy)), variables: variables))
    var run = SimulatedRun(plan, script: OutcomeScript(), world: .sample(jobs: jobs))
    run.play()
    for event in run.events {
      if case .expanded(_, let expansion) = event { return (expansion.iterations.map(\.postfix), nil, expansion) }
      if case .expansionFailed(_, let message) = event { return ([], message, nil) }
    }
    return ([], nil, nil)
  }

  private func values(_ expansion: StrategyExpansion?) -> [String] {
    expansion?.iterations.map { values in
      values.matrix.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.string ?? $0.value.canonicalJSON)" }
        .joined(separator: ",")
    } ?? []
  }

  @Test func `the last axis turns fastest`() {
    let found = instances(.matrix(["os": ["linux", "mac"], "go": ["1", "2", "3"]]))
    #expect(found.postfixes == ["_0_0", "_0_1", "_0_2", "_1_0", "_1_1", "_1_2"])
    #expect(values(found.expansion).first == "go=1,os=linux")
    #expect(values(found.expansion).last == "go=3,os=mac")
  }

  @Test func `an exclusion drops what has all its values, a partial one everything with them`() {
    let whole = instances(
      .matrix(["os": ["linux", "mac"], "go": ["1", "2"]], excluding: [["os": "mac", "go": "1"]]))
    #expect(values(whole.expansion) == ["go=1,os=linux", "go=2,os=linux", "go=2,os=mac"])
    let partial = instances(.matrix(["os": ["linux", "mac"], "go": ["1", "2"]], excluding: [["os": "mac"]]))
    #expect(partial.postfixes == ["_0_0", "_0_1"])
    let all = instances(.matrix(["os": ["linux"]], excluding: [["os": "linux"]]))
    #expect(all.failure?.contains("no combination is left") == true)
  }

  @Test func `nodeName takes the place of the numbers, and what is called the same gets one`() {
    let found = instances(
      .matrix(["os": ["linux", "mac"], "go": ["1.20", "1.21"]], nodeName: "<+matrix.os>"))
    #expect(found.postfixes == ["_linux", "_linux_1", "_mac", "_mac_1"])
  }

  @Test func `axes with expressions come after the literal ones, whatever they come to`() {
    let rows: [(String, [String]?)] = [
      ("[eu, us]", ["eu", "us"]), (#"["eu", "us"]"#, ["eu", "us"]), ("- eu\n- us", ["eu", "us"]), ("eu", nil),
      ("", nil),
    ]
    for (text, expected) in rows {
      let axis = Matrix.Axis(name: "region", values: .expression("<+pipeline.variables.regions>"), span: .nowhere)
      let literal = Matrix.Axis(
        name: "os", values: .list([.scalar(.init(text: "linux", style: .plain, span: .nowhere))]), span: .nowhere)
      let found = instances(
        Strategy(.matrix(Matrix(axes: [axis, literal])), span: .nowhere),
        variables: [Variable(name: "regions", kind: .string, value: Text(text))])
      if let expected {
        #expect(values(found.expansion) == expected.map { "os=linux,region=\($0)" }, "\(text)")
        #expect(found.postfixes == ["_0_0", "_0_1"])
      } else {
        #expect(found.failure != nil, "\(text)")
      }
    }
  }

  @Test func `an axis may hold mappings, whose values are named behind it`() {
    let axis = Matrix.Axis(
      name: "service", values: .list([.mapping(["name": "api", "port": "80"]), .mapping(["name": "web"])]),
      span: .nowhere)
    let found = instances(
      Strategy(.matrix(Matrix(axes: [axis], nodeName: "<+matrix.service.name>")), span: .nowhere))
    #expect(found.postfixes == ["_api", "_web"])
    #expect(values(found.expansion) == [#"service={"name":"api","port":"80"}"#, #"service={"name":"web"}"#])
  }

  private func items(
    start: Int? = nil, end: Int? = nil, unit: Repetition.Unit? = nil, partition: Int? = nil, count: Int = 10
  ) -> [String] {
    func number(_ value: Int?) -> FieldValue<Int>? { value.map { .literal($0, at: nil) } }
    let nodes = (0..<count).map { Node.scalar(.init(text: "\($0)", style: .plain, span: .nowhere)) }
    let repetition = Repetition(
      .items(.list(nodes)), start: number(start), end: number(end), unit: unit, partitionSize: number(partition))
    let found = instances(Strategy(.repetition(repetition), span: .nowhere))
    return found.expansion?.iterations.map { values in
      values.item?.string ?? values.partition.map { $0.compactMap(\.string).joined() } ?? "?"
    } ?? []
  }

  @Test func `repeat takes its slices as Harness takes them`() {
    #expect(items() == (0..<10).map(String.init))
    #expect(items(start: 2, end: 5) == ["2", "3", "4"])
    #expect(items(end: 3) == ["0", "1", "2"])
    // A start alone loses the last item.
    #expect(items(start: 7) == ["7", "8"])
    #expect(items(start: 7, end: 99) == ["7", "8", "9"])
    #expect(items(start: 20) == [])
    #expect(items(start: 0, end: 50, unit: .percentage) == ["0", "1", "2", "3", "4"])
    #expect(items(start: 50, end: 100, unit: .percentage) == ["5", "6", "7", "8", "9"])
    #expect(items(unit: .percentage) == (0..<9).map(String.init))
    #expect(items(end: 0, unit: .percentage) == ["0"])
    #expect(items(partition: 4) == ["0123", "4567", "89"])
    #expect(items(unit: .percentage, partition: 25) == ["012", "345", "678", "9"])
    #expect(items(count: 0) == [])
  }

  @Test func `times and parallelism number their instances`() {
    let times = instances(Strategy(.repetition(Repetition(.times(.literal(3, at: nil)))), span: .nowhere))
    #expect(times.postfixes == ["_0", "_1", "_2"])
    #expect(instances(.count(2)).postfixes == ["_0", "_1"])
    #expect(instances(.count(0)).failure?.contains("parallelism must be 1 or more") == true)
  }

  @Test func `the machine bounds how many run at once, unless the file or the user says otherwise`() {
    #expect(instances(.count(9)).expansion?.concurrency == 2)
    #expect(instances(.matrix(["x": ["1", "2"]], maxConcurrency: 5)).expansion?.concurrency == 5)
    #expect(instances(.matrix(["x": ["1", "2"]], maxConcurrency: 5), jobs: 3).expansion?.concurrency == 3)
    #expect(instances(.count(9), jobs: 7).expansion?.concurrency == 7)
  }

  @Test func `an expansion is the same after it was recorded`() throws {
    let expansion = try #require(
      instances(.matrix(["os": ["linux", "mac"]], nodeName: "<+matrix.os>", maxConcurrency: 1)).expansion)
    #expect(StrategyExpansion(record: expansion.record) == expansion)
    #expect(StrategyExpansion(record: ["x": 1]) == nil)
  }

  @Test func `postfixes that are no part of an identifier become one, and none is given twice`() {
    let plan = Plan(
      .of(.stage("s", .run("a", strategy: .matrix(["v": ["1.0", "1-0", "é"]], nodeName: "<+matrix.v>")))))
    var run = SimulatedRun(plan, script: OutcomeScript(), world: .sample())
    run.play()
    let names = run.scheduler.plan.nodes.compactMap { $0.iteration == nil ? nil : $0.path.last?.description }
    #expect(names == ["a_1_0", "a_1_0_1", "a__"])
    #expect(run.scheduler.plan["s/a_1_0"]?.name == "a_1.0")
  }

  @Test func `the environment tells a step which instance it is`() {
    let plan = Plan(.of(.stage("s", strategy: .count(2), .run("a", strategy: .count(3)), .run("b"))))
    var run = SimulatedRun(plan, script: OutcomeScript(), world: .sample())
    run.play()
    #expect(
      run.scheduler.plan.iterationVariables(of: "s_1/a_2") == [
        "HARNESS_STAGE_INDEX": "1", "HARNESS_STAGE_TOTAL": "2", "HARNESS_STEP_INDEX": "2", "HARNESS_STEP_TOTAL": "3",
        "HARNESS_NODE_INDEX": "2", "HARNESS_NODE_TOTAL": "3",
      ])
    #expect(run.scheduler.plan.iterationVariables(of: "s_0/b")["HARNESS_NODE_TOTAL"] == "2")
    #expect(run.scheduler.plan.iterationVariables(of: "s_0/b")["HARNESS_STEP_TOTAL"] == nil)
  }
}

extension SimulatedRun.World {
  static func sample(jobs: Int? = nil, run: Run = Sample.run()) -> SimulatedRun.World {
    SimulatedRun.World(
      surroundings: RunSurroundings(actorName: "zoe"), masker: Masker(),
      concurrency: StrategyConcurrency(jobs: jobs, processors: 2), run: run)
  }
}
