import Model
import SystemPackage
import TestSupport
import Testing

@testable import PipelineFile

/// Values for runtime inputs: where they come from, which one wins, and what is said about those that fit nowhere.
@Suite struct ExpandedPipelineTests {
  static let pipeline = """
    pipeline:
      identifier: tables
      name: tables
      properties:
        ci:
          codebase:
            build: <+input>
      variables:
        - {name: port, type: String, value: <+input>, description: Which port}
        - {name: days, type: Number, value: "<+input>.default(3).allowedValues(1,3,7)"}
        - {name: fixed, type: String, value: here}
        - {name: "dotted.name", type: String, value: <+input>}
      stages:
        - parallel:
            - stage:
                identifier: one
                name: one
                type: CI
                spec:
                  cloneCodebase: <+input>
                  execution:
                    steps:
                      - step:
                          identifier: a
                          name: a
                          type: Run
                          spec:
                            command: <+input>
                            envVariables: <+input>
                      - stepGroup:
                          identifier: g
                          name: g
                          steps:
                            - step: {identifier: b, name: b, type: Run, spec: {command: "echo", image: <+input>}}
        - stage:
            identifier: two
            name: two
            type: Deployment
            spec: {service: <+input>}

    """

  private static let steps = "pipeline.stages.one.spec.execution.steps"
  private static let everything = [
    "pipeline.variables.port=Harwich", "dotted.name=x", "pipeline.stages.one.spec.cloneCodebase=true",
    "\(steps).a.spec.command=echo [1]", "\(steps).a.spec.envVariables={A: 1}", "\(steps).g.steps.b.spec.image=alpine",
  ]

  private func read(_ inputs: [String], files: [(String, String)] = [], text: String = pipeline) -> ExpandedPipeline {
    let sources =
      files.map { InputSource.file(SourceText(file: $0.0, text: $0.1), directory: "/nowhere") }
      + inputs.map { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return InputSource.assignment(path: parts[0], value: parts[1])
      }
    return ExpandedPipeline.read(SourceText(file: "p.yaml", text: text), inputs: sources)
  }

  private func value(_ path: String, in expanded: ExpandedPipeline) throws -> Value? {
    let root = try #require(expanded.root)
    final class Found { var value: Value? }
    let found = Found()
    TreeRewriter.visit(root, at: "") { scalar, place in
      if place.path == path { found.value = scalar.value }
    }
    return found.value
  }

  private func codes(_ expanded: ExpandedPipeline) -> [String] {
    expanded.diagnostics.filter { $0.code.description.hasPrefix("SW23") }.map(\.code.description)
  }

  @Test func `every input has the path that expressions give its place`() {
    let expanded = read([])
    #expect(
      expanded.fields.map(\.path) == [
        "pipeline.properties.ci.codebase.build", "pipeline.variables.port", "pipeline.variables.days",
        "pipeline.variables.dotted.name", "pipeline.stages.one.spec.cloneCodebase", "\(Self.steps).a.spec.command",
        "\(Self.steps).a.spec.envVariables", "\(Self.steps).g.steps.b.spec.image", "pipeline.stages.two.spec.service",
      ])
  }

  @Test func `what has a default, is the codebase's, or is in a stage that does not run here is not missing`() {
    #expect(
      read([]).missing.map(\.path) == [
        "pipeline.variables.port", "pipeline.variables.dotted.name", "pipeline.stages.one.spec.cloneCodebase",
        "\(Self.steps).a.spec.command", "\(Self.steps).a.spec.envVariables", "\(Self.steps).g.steps.b.spec.image",
      ])
    #expect(codes(read([])) == [])
  }

  @Test func `one error lists the missing ones with their places and flags`() throws {
    let report = ExpandedPipeline.report(missing: read([]).missing)
    #expect(report.code.description == "SW2305")
    #expect(report.message.hasPrefix("6 runtime inputs have no value: pipeline.variables.port, "))
    #expect(report.span?.start.line == 9)
    #expect(report.labels.map(\.span.start.line) == [12, 20, 28, 29, 34])
    #expect(report.notes == ["pipeline.variables.port: Which port"])
    #expect(try #require(report.help).contains("--input \(Self.steps).g.steps.b.spec.image=…"))
  }

  @Test func `values on the command line take the inputs' places`() throws {
    let expanded = read(Self.everything)
    #expect(codes(expanded) == [])
    #expect(expanded.missing == [])
    let pipeline = try #require(expanded.pipeline)
    #expect(pipeline.variables.map { $0.value?.raw } == ["Harwich", "3", "here", "x"])
    #expect(try value("pipeline.stages.one.spec.cloneCodebase", in: expanded) == true)
    #expect(try value("\(Self.steps).a.spec.command", in: expanded) == "echo [1]")
    #expect(try value("\(Self.steps).a.spec.envVariables.A", in: expanded) == 1)
  }

  @Test func `what a run keeps of the values gives the same values again`() throws {
    let first = read(Self.everything + ["days=7", #"fixed="[1,2]""#])
    let again = read(first.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    #expect(again.root?.value == first.root?.value)
    #expect(again.values == first.values)
  }

  @Test func `a text with brackets stays a text in a variable`() throws {
    let expanded = read(Self.everything + ["port=[1,2]", "fixed={a: b}"])
    let pipeline = try #require(expanded.pipeline)
    #expect(pipeline.variables.map { $0.value?.raw } == ["[1,2]", "3", "{a: b}", "x"])
  }

  @Test func `an input that is an object may be given piece by piece`() throws {
    let build = "pipeline.properties.ci.codebase.build"
    let expanded = read(Self.everything + ["\(build).type=tag", "\(build).spec.tag=v1"])
    #expect(try value("\(build).type", in: expanded) == "tag")
    #expect(try value("\(build).spec.tag", in: expanded) == "v1")
    #expect(expanded.values[build] == #"{"spec":{"tag":"v1"},"type":"tag"}"#)
  }

  @Test func `what may not be given is refused with what may`() throws {
    let expanded = read(Self.everything + ["days=4"])
    #expect(expanded.pipeline == nil)
    let refusal = try #require(expanded.diagnostics.first { $0.severity == .error })
    #expect(refusal.code.description == "SW2306")
    #expect(refusal.message == "the input 'pipeline.variables.days': '4' is not among the allowed values")
    #expect(refusal.notes == ["allowed are '1', '3', '7'"])
    #expect(refusal.span?.file == "--input days")
    #expect(refusal.labels.map(\.span.start.line) == [10])
  }

  @Test func `a path that leads nowhere is an error with the nearest one`() throws {
    let expanded = read(Self.everything + ["pipeline.variables.prot=x"])
    let refusal = try #require(expanded.diagnostics.first { $0.severity == .error })
    #expect(refusal.code.description == "SW2307")
    #expect(refusal.help == "did you mean 'pipeline.variables.port'?")
  }

  // MARK: - Files

  static let inputSet = """
    inputSet:
      identifier: one
      name: one
      pipeline:
        identifier: tables
        variables:
          - {name: port, type: String, value: "Harwich.allowedValues(Harwich,Hull)"}
          - {name: "dotted.name", type: String, value: from the set}
        stages:
          - parallel:
              - stage:
                  identifier: one
                  type: CI
                  spec:
                    cloneCodebase: false
                    execution:
                      steps:
                        - step: {identifier: a, type: Run, spec: {command: make, envVariables: {B: two}}}
                        - stepGroup:
                            identifier: g
                            steps:
                              - step: {identifier: b, type: Run, spec: {image: busybox}}

    """

  @Test func `an input set is matched by identifiers and names`() throws {
    let expanded = read([], files: [("set.yaml", Self.inputSet)])
    #expect(codes(expanded) == [])
    #expect(expanded.missing == [])
    #expect(expanded.pipeline != nil)
    #expect(try value("pipeline.variables.port", in: expanded) == "Harwich")
    #expect(try value("\(Self.steps).g.steps.b.spec.image", in: expanded) == "busybox")
    #expect(try value("\(Self.steps).a.spec.envVariables.B", in: expanded) == "two")
  }

  @Test func `the command line wins over files, and later files over earlier ones`() throws {
    let later = "pipeline.variables.port: Hull\ndotted.name: from the map\n"
    let expanded = read(["port=Dover"], files: [("set.yaml", Self.inputSet), ("map.yaml", later)])
    #expect(try value("pipeline.variables.port", in: expanded) == "Dover")
    #expect(try value("pipeline.variables.dotted.name", in: expanded) == "from the map")
  }

  @Test func `validators of an input set count for its value`() throws {
    let set = Self.inputSet.replacing("Harwich.allowed", with: "Dover.allowed")
    let refusal = try #require(read([], files: [("set.yaml", set)]).diagnostics.first { $0.severity == .error })
    #expect(refusal.code.description == "SW2306")
    #expect(refusal.notes == ["allowed are 'Harwich', 'Hull'"])
  }

  @Test func `an overlay takes its sets in order`() throws {
    let second = """
      inputSet:
        identifier: two
        name: two
        pipeline: {identifier: tables, variables: [{name: port, type: String, value: Hull}]}

      """
    let overlay = """
      overlayInputSet:
        identifier: both
        name: both
        pipeline: {identifier: tables}
        inputSetReferences: [one, two]

      """
    try TemporaryDirectory.with { directory in
      try directory.appending("one.yaml").write(Self.inputSet)
      try directory.appending("two.yaml").write(second)
      let source = SourceText(file: "overlay.yaml", text: overlay)
      let expanded = ExpandedPipeline.read(
        SourceText(file: "p.yaml", text: Self.pipeline), inputs: [.file(source, directory: directory)])
      #expect(codes(expanded) == [])
      #expect(try value("pipeline.variables.port", in: expanded) == "Hull")
      #expect(try value("pipeline.variables.dotted.name", in: expanded) == "from the set")

      let missing = SourceText(file: "overlay.yaml", text: overlay.replacing("[one, two]", with: "[one, twoo]"))
      let incomplete = ExpandedPipeline.read(
        SourceText(file: "p.yaml", text: Self.pipeline), inputs: [.file(missing, directory: directory)])
      #expect(codes(incomplete) == ["SW2310"])
      #expect(incomplete.diagnostics.contains { $0.help == "did you mean 'two'?" })
    }
  }

  @Test func `an input set of another pipeline is refused`() {
    let set = Self.inputSet.replacing("identifier: tables", with: "identifier: chairs")
    #expect(codes(read(Self.everything, files: [("set.yaml", set)])) == ["SW2309"])
  }

  @Test func `what an input set gives and nothing asks for is warned about`() {
    let set = """
      inputSet:
        identifier: one
        name: one
        pipeline:
          identifier: tables
          variables:
            - {name: fixed, type: String, value: there}
            - {name: prt, type: String, value: x}
          stages:
            - stage: {identifier: one, type: CI, spec: {cloneCodebas: true}}
            - stage: {identifier: onne, type: CI, spec: {}}

      """
    let expanded = read(Self.everything, files: [("set.yaml", set)])
    #expect(expanded.pipeline != nil)
    #expect(codes(expanded) == ["SW2308", "SW2307", "SW2307", "SW2307"])
    let helps = expanded.diagnostics.filter { $0.code.description == "SW2307" }.map(\.help)
    #expect(helps == ["did you mean 'port'?", "did you mean 'cloneCodebase'?", "did you mean 'one'?"])
  }

  @Test func `settings may give paths broken up into mappings`() throws {
    let source = SourceText(
      file: "slipway.yaml",
      text: """
        inputs:
          pipeline:
            variables: {port: Ryde}
          dotted.name: y

        """)
    let settings = try #require(SettingsReader.read(source, directory: "/project").settings)
    let expanded = ExpandedPipeline.read(
      SourceText(file: "p.yaml", text: Self.pipeline), inputs: [.settings(try #require(settings.inputs))])
    #expect(codes(expanded) == [])
    #expect(try value("pipeline.variables.port", in: expanded) == "Ryde")
    #expect(try value("pipeline.variables.dotted.name", in: expanded) == "y")
  }

  // MARK: - Syntax

  @Test func `how inputs are written is checked without any values`() {
    let text = """
      pipeline:
        identifier: a
        name: a
        variables:
          - {name: a, type: String, value: "<+input>.defalt(x)"}
          - {name: b, type: String, value: "<+input>.regex([a-)"}
          - {name: c, type: String, value: "<+input>.default(z).allowedValues(x,y)"}
          - {name: d, type: String, value: "tag-<+input>"}
          - {name: e, type: Number, value: "<+input>.default(many)"}
        stages: []

      """
    #expect(codes(read([], text: text)) == ["SW2301", "SW2303", "SW2304", "SW2302", "SW2304"])
  }
}
