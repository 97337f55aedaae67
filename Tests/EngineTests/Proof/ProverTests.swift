import Engine
import Model
import TestSupport
import Testing

@Suite struct ProverTests {
  // MARK: Pipelines that build, scan and push

  private static func settings(_ entries: KeyValuePairs<String, String>) -> StepSpec {
    .buildAndPush(
      BuildAndPushStep(
        target: .ecr(account: "1", region: "r", imageName: "i"), connector: nil, tags: ["t"],
        environment: entries.map { NamedText($0.key, Text($0.value)) }))
  }

  private static let build = settings(["PLUGIN_NO_PUSH": "true", "PLUGIN_TAR_PATH": "image.tar"])
  private static let push = settings(["PLUGIN_PUSH_ONLY": "true", "PLUGIN_SOURCE_TAR_PATH": "/harness/./image.tar"])

  private static func scan(_ threshold: Text? = "high", _ path: Text = "/harness/image.tar") -> StepSpec {
    .scan(
      ScanStep(
        scanner: "AquaTrivy", mode: .orchestration, targetKind: .container, workspace: path,
        imageType: "local_archive", failOnSeverity: threshold))
  }

  private static func seed(
    scan: StepSpec = scan(), scanFails: [FailureStrategy] = [], pushWhen: When? = nil, between: ExecutionElement? = nil
  ) -> Pipeline {
    var steps: [ExecutionElement] = [
      .run("build", spec: build), .run("scan", onFailure: scanFails, spec: scan),
    ]
    if let between { steps.append(between) }
    steps.append(.run("push", when: pushWhen, spec: push))
    let stage = Stage(
      identifier: "s", name: "s", kind: .ci, infrastructure: .kubernetes, steps: steps, span: .nowhere,
      source: .emptyMapping)
    return .of(.stage(stage))
  }

  private func proof(
    _ pipeline: Pipeline, _ requirements: String..., limit: Int = 100_000, builtIn: [Property] = Property.builtIn
  ) throws -> Proof {
    let own = try requirements.map { Property.requirement(try Requirement($0)) }
    var prover = Prover(Plan(pipeline), properties: builtIn + own, limit: limit, world: .sample())
    return prover.prove()
  }

  /// `holds`, or the statuses of the counterexample.
  private func verdict(_ property: Property, _ proof: Proof) -> String {
    for entry in proof.verdicts where entry.property == property {
      switch entry.verdict {
      case .holds: return "holds"
      case .undecided: return "undecided"
      case .broken(let example):
        return example.history.nodes.filter { $0.kind == .step }
          .map { "\($0.path.name) \($0.status.rawValue)" }.joined(separator: ", ")
      }
    }
    return "not asked"
  }

  @Test func `with a threshold and the default conditions nothing unscanned is pushed`() throws {
    let proof = try proof(Self.seed())
    #expect(!proof.isBroken)
    #expect(proof.isComplete)
    for property in Property.builtIn { #expect(verdict(property, proof) == "holds") }
  }

  @Test func `a push that always runs is found out, by the shortest run`() throws {
    let proof = try proof(Self.seed(pushWhen: .always))
    // The build fails: then there is nothing to be scanned and nothing to be pushed.
    #expect(verdict(.writtenBeforeRead, proof) == "build FAILED, scan SKIPPED, push RUNNING")
    #expect(verdict(.scannedBeforePush, proof) == "build SUCCEEDED, scan FAILED, push SUCCEEDED")
    #expect(verdict(.failuresFail, proof) == "holds")
  }

  @Test func `an ignored scan, a scan without a threshold and one of something else are found out`() throws {
    let rows: [(Pipeline, String)] = [
      (Self.seed(scanFails: [.on(do: .ignore)]), "build SUCCEEDED, scan IGNORE_FAILED, push SUCCEEDED"),
      (Self.seed(scan: Self.scan(nil)), "build SUCCEEDED, scan SUCCEEDED, push SUCCEEDED"),
      (Self.seed(scan: Self.scan("none")), "build SUCCEEDED, scan SUCCEEDED, push SUCCEEDED"),
    ]
    for (pipeline, expected) in rows { #expect(verdict(.scannedBeforePush, try proof(pipeline)) == expected) }
    let other = try proof(Self.seed(scan: Self.scan("high", "/harness/other.tar")))
    #expect(verdict(.writtenBeforeRead, other) == "build SUCCEEDED, scan RUNNING")
  }

  @Test func `a build after the scan, or a script that writes the archive, makes the scan worth nothing`() throws {
    let again = try proof(Self.seed(between: .run("again", spec: Self.build)))
    #expect(verdict(.scannedBeforePush, again).hasSuffix("again SUCCEEDED, push SUCCEEDED"))
    for (command, isFound) in [
      ("dd of=image.tar conv=notrunc", true), ("echo x > image.tar", true), ("mv other.tar image.tar", true),
      ("sha256sum image.tar", false), ("ls", false),
    ] {
      let script = try proof(
        Self.seed(between: .run("script", source: .mapping(["command": command]))))
      #expect((verdict(.scannedBeforePush, script) != "holds") == isFound, "\(command)")
    }
  }

  @Test func `a step that builds and pushes at once pushes what nothing has scanned`() throws {
    let proof = try proof(.of(.stage("s", .run("all", spec: Self.settings([:])))))
    #expect(verdict(.scannedBeforePush, proof) == "all SUCCEEDED")
  }

  @Test func `an archive of another stage is not there`() throws {
    func stage(_ name: Identifier, _ step: ExecutionElement) -> StageElement {
      .stage(
        Stage(
          identifier: name, name: "", kind: .ci, infrastructure: .kubernetes, steps: [step], span: .nowhere,
          source: .emptyMapping))
    }
    let proof = try proof(.of(stage("a", .run("build", spec: Self.build)), stage("b", .run("scan", spec: Self.scan()))))
    #expect(verdict(.writtenBeforeRead, proof) == "build SUCCEEDED, scan RUNNING")
  }

  @Test func `a failure that a strategy swallows is found out, one that is retried is not`() throws {
    for action: FailureStrategy.Action in [.ignore, .markAsSuccess, .retry(count: 1, intervals: [], then: .ignore)] {
      let proof = try proof(.of(.stage("s", .run("a", onFailure: [.on(.timeout, do: action)]), .run("b"))))
      #expect(verdict(.failuresFail, proof) != "holds", "\(action)")
    }
    let retried = try proof(
      .of(
        .stage("s", .run("a", onFailure: [.on(do: .retry(count: 3, intervals: [Seconds(10)], then: .markAsFailure))]))))
    #expect(verdict(.failuresFail, retried) == "holds")
  }

  @Test func `what no setting names may come from a script, and that is said`() throws {
    func pipeline(_ first: ExecutionElement) -> Pipeline {
      .of(.stage("s", first, .run("scan", spec: Self.scan()), .run("push", spec: Self.push)))
    }
    let scripted = try proof(pipeline(.run("make", source: .mapping(["command": "make image"]))))
    #expect(!scripted.isBroken)
    #expect(scripted.assumptions.contains { $0.contains("taken to be written by a script") })
    let nobody = try proof(pipeline(.run("wait", spec: .wait("10s"))))
    #expect(verdict(.writtenBeforeRead, nobody) == "wait SUCCEEDED, scan RUNNING")
  }

  // MARK: Requirements

  @Test(arguments: [
    ("b.ran implies a.succeeded", true), ("a.failed implies b.skipped", true), ("c.ran", true),
    ("a.failed implies run.failed", true), ("run.succeeded implies (a.succeeded and b.succeeded)", true),
    ("not (a.failed and b.ran)", true), ("b.ran", false), ("a.succeeded or b.ran", false),
  ])
  func `requirements are judged at the end of every run`(_ text: String, _ holds: Bool) throws {
    let proof = try proof(.of(.stage("s", .run("a"), .run("b"), .run("c", when: .always))), text, builtIn: [])
    #expect(proof.isBroken != holds, "\(text)")
    #expect(proof.isComplete)
  }

  @Test(arguments: ["", "a", "a.ran and", "(a.ran", "a.ran b.ran", "a.dances", "and a.ran", "a.ran)", ".ran"])
  func `what is no requirement is refused`(_ text: String) {
    #expect(throws: Requirement.ParseError.self) { try Requirement(text) }
  }

  @Test func `conditions that nobody can know beforehand are explored both ways`() throws {
    let pipeline = Pipeline.of(
      .stage("s", .run("a"), .run("b", when: .condition("<+steps.a.output.outputVariables.X> == \"1\""))))
    #expect(try proof(pipeline, "a.succeeded implies b.ran", builtIn: []).isBroken)
    #expect(try proof(pipeline, "a.succeeded implies b.skipped", builtIn: []).isBroken)
    let known = Pipeline.of(
      .stage("s", .run("a"), .run("b", when: .condition("<+steps.a.status> == \"FAILED\"", .all))))
    #expect(try !proof(known, "b.ran implies a.failed", "a.failed implies b.ran", builtIn: []).isBroken)
  }

  // MARK: Size

  @Test func `steps side by side that are all alike cost no power of their number`() throws {
    let many = try proof(
      .of(.stage("s", .run("a", strategy: .matrix(["x": (0..<12).map(String.init)])), .run("b"))),
      "b.ran implies a.succeeded")
    #expect(many.isComplete)
    #expect(many.stateCount < 1_000)
    let alike = try proof(
      .of(.stage("s", .run("a", strategy: .count(40), source: .emptyMapping), .run("b"))), builtIn: [.failuresFail])
    #expect(alike.isComplete)
    #expect(alike.stateCount < 300)
  }

  @Test func `a hundred steps in sequence are soon done, though each may be ignored`() throws {
    let steps = (0..<100).map {
      ExecutionElement.run(
        Identifier(stringLiteral: "s\($0)"), onFailure: [.on(do: .retry(count: 2, intervals: [], then: .markAsFailure))]
      )
    }
    let stage = Stage(identifier: "s", name: "", kind: .ci, steps: steps, span: .nowhere, source: .emptyMapping)
    let proof = try proof(.of(.stage(stage)))
    #expect(!proof.isBroken)
    #expect(proof.isComplete)
    #expect(proof.stateCount < 2_000)
  }

  @Test func `it says when it gives up`() throws {
    let steps = (0..<14).map { ExecutionElement.run(Identifier(stringLiteral: "s\($0)")) }
    let proof = try proof(.of(.stage("s", .parallel(steps))), limit: 100)
    #expect(!proof.isComplete)
    #expect(verdict(.failuresFail, proof) == "undecided")
  }
}
