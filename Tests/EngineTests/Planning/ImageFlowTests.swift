import Engine
import Model
import TestSupport
import Testing

@Suite struct ImageFlowTests {
  private static func build(_ settings: KeyValuePairs<String, String>) -> StepSpec {
    .buildAndPush(
      BuildAndPushStep(
        target: .docker(repository: "r"), connector: nil, tags: ["one"],
        environment: settings.map { NamedText($0.key, Text($0.value)) }))
  }

  private static func scan(_ archive: String) -> StepSpec {
    .scan(
      ScanStep(
        scanner: "Grype", mode: .orchestration, targetKind: .container, workspace: Text(archive),
        imageType: "local_archive"))
  }

  private func flow(_ elements: ExecutionElement...) -> ImageFlow {
    let stage = Stage(
      identifier: "build", name: "build", kind: .ci, infrastructure: .kubernetes, steps: elements, span: .nowhere,
      source: .emptyMapping)
    return ImageFlow(.of(.stage(stage)))
  }

  @Test func `positions follow the order of a run`() {
    let pipeline = Pipeline.of(
      .stage("one", .run("a"), .together(.run("b"), .group("g", .run("c"), .run("d"))), .run("e")),
      .stage("two", .run("f")))
    let positions = Dictionary(
      uniqueKeysWithValues: PlacedStep.all(of: pipeline).map { ($0.step.identifier.description, $0.position) })
    func isBefore(_ left: String, _ right: String) -> Bool? {
      guard let left = positions[left], let right = positions[right] else { return nil }
      return left.isBefore(right)
    }
    #expect(isBefore("a", "b") == true && isBefore("a", "c") == true)
    #expect(isBefore("b", "c") == false && isBefore("c", "b") == false && isBefore("b", "d") == false)
    #expect(isBefore("c", "d") == true && isBefore("d", "e") == true && isBefore("b", "e") == true)
    #expect(isBefore("e", "f") == true && isBefore("f", "a") == false)
  }

  @Test func `an archive is followed from build to scan to push`() throws {
    let flow = flow(
      .run("build", spec: Self.build(["PLUGIN_NO_PUSH": "true", "PLUGIN_TAR_PATH": "image.tar"])),
      .run("scan", spec: Self.scan("/harness/./image.tar")),
      .run("push", spec: Self.build(["PLUGIN_PUSH_ONLY": "true", "PLUGIN_SOURCE_TAR_PATH": "sub/../image.tar"])))
    let push = try #require(flow.uses.last)
    guard case .push(let archive) = push.effect else {
      Issue.record("the last step pushes")
      return
    }
    #expect(archive.normalized == "/harness/image.tar")
    let stage = flow.stage(of: push)
    #expect(stage.lastWriter(of: archive, before: push.place.position)?.place.step.identifier == "build")
    #expect(stage.lastScan(of: archive, before: push.place.position)?.place.step.identifier == "scan")
    let build = try #require(flow.uses.first)
    #expect(stage.lastScan(of: archive, before: build.place.position) == nil)
  }

  @Test func `a switch that is an expression hides what the step does`() throws {
    let flow = flow(
      .run("build", spec: Self.build(["PLUGIN_NO_PUSH": "<+stage.variables.dry>", "PLUGIN_TAR_PATH": "image.tar"])))
    guard case .unknown? = flow.uses.first?.effect else {
      Issue.record("nobody can tell")
      return
    }
  }

  @Test func `variables of the stage and the pipeline reach the step, its own settings first`() {
    let step = BuildAndPushStep(
      target: .docker(repository: "r"), connector: nil, tags: [], environment: [NamedText("PLUGIN_NO_PUSH", "false")])
    func variable(_ name: String, _ value: Text) -> Variable { Variable(name: name, kind: .string, value: value) }
    let settings = DeclaredPluginSettings(
      step, stage: .init([variable("PLUGIN_NO_PUSH", "true"), variable("PLUGIN_FORCE", "1"), variable("OTHER", "1")]),
      pipeline: .init([variable("PLUGIN_FORCE", "0"), variable("PLUGIN_TAR_PATH", "x.tar")]))
    #expect(!settings.isOn("PLUGIN_NO_PUSH") && settings.isOn("PLUGIN_FORCE"))
    #expect(settings.all.map(\.name) == ["PLUGIN_FORCE", "PLUGIN_NO_PUSH", "PLUGIN_TAR_PATH"])
    #expect(settings.all.map(\.level) == [.stage, .step, .pipeline])
    #expect(settings.mode(.kaniko, .docker(repository: "r")) == .buildAndPush(archive: "x.tar"))
  }
}
