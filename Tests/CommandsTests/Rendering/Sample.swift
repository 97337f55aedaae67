import Engine
import Model
import TestSupport

/// Records of a small pipeline, for the tests of what is shown of them.
enum Sample {
  static func time(_ seconds: Double) -> Timestamp {
    // 2026-03-01T09:30:00Z
    Timestamp(milliseconds: 1_772_357_400_000 + Int64(seconds * 1000))
  }

  /// Samples are written down right, or no test means anything.
  private static func valid<T>(_ make: () throws -> T) -> T {
    do { return try make() } catch { preconditionFailure("a sample is malformed: \(error)") }
  }

  private static func identifier(_ text: String) -> Identifier { valid { try Identifier(text) } }

  static let id = valid { try ULID("01KJMB4ZV0TESTTESTTESTTEST") }
  static let earlier = valid { try ULID("01KJMB4ZV0EARAERARERARERAR") }

  static func digest(_ digit: Character) -> Digest {
    valid { try Digest(hex: String(repeating: digit, count: 64)) }
  }

  static func path(_ components: String...) -> StepPath {
    StepPath(components: components.map { Self.identifier($0) })
  }

  static func run(
    _ status: Status = .succeeded, seconds: Double? = 12, message: String? = nil, replayOf: ULID? = nil,
    changedFiles: [String] = []
  ) -> Run {
    Run(
      id: id, pipeline: Self.identifier("app"), pipelineName: "App", sequenceID: 3, status: status, startedAt: time(0),
      finishedAt: seconds.map(time),
      origin: RunOrigin(
        pipelineFile: "pipeline.yaml", pipelineDigest: digest("1"), pipelineDirectory: "/src",
        codebase: CodebaseState(
          directory: "/src", commit: "0123456789abcdef0123456789abcdef01234567", branch: "main",
          changedFiles: changedFiles), inputs: ["version": "1.2"], replayOf: replayOf, actor: "erika",
        version: "0.1.0"), message: message)
  }

  static func step(_ identifier: String) -> Step {
    Step(
      identifier: Self.identifier(identifier), name: identifier, type: "Run", spec: .run(RunStep(command: "true")),
      span: span)
  }

  static let span = SourceSpan(file: "pipeline.yaml", line: 1)
  static let source = Node.scalar(Node.Scalar(text: "", style: .plain, span: span))

  /// build: Compile, then Test and Lint together; ship: Push.
  static var plan: Plan { plan(stages: ["build": ["Compile", "Test", "Lint"], "ship": ["Push"]]) }

  static func plan(stages: KeyValuePairs<String, [String]>) -> Plan {
    Plan(
      Pipeline(
        identifier: Self.identifier("app"), name: "App",
        stages: stages.map { stage, steps in
          .stage(
            Stage(
              identifier: Self.identifier(stage), name: stage, kind: .ci,
              steps: steps.map { .step(step($0)) }, span: span, source: source))
        }, source: source))
  }

  static let reference: ImageReference = "registry.example/team/app:1.2"

  static var build: BuildRecord {
    BuildRecord(
      step: path("build", "Image"), manifestDigest: digest("a"), configurationDigest: digest("c"),
      layers: [BuildRecord.Layer(digest: digest("d"), diffID: digest("e"), size: 12_345_678)],
      archive: BuildRecord.Archive(path: "image.tar", digest: digest("b"), size: 12_400_000),
      references: [reference], dockerfileDigest: digest("f"))
  }

  static let scanner = ScanReport.ScannerIdentity(name: "slipway", version: "0.1.0", data: ["PyPI 2024-10"])

  static func scan(isPassed: Bool = true) -> ScanRecord {
    let package = InstalledPackage(
      kind: .python, name: "jinja2", version: "2.4.1", locations: ["usr/lib/a/METADATA", "usr/lib/b/METADATA"])
    return ScanRecord(
      step: path("build", "Scan"),
      report: ScanReport(
        scanner: scanner, archiveDigest: digest("b"), manifestDigest: digest("a"), configurationDigest: digest("c"),
        operatingSystem: "Debian 12", packages: [package],
        findings: [
          Finding(
            vulnerability: "CVE-2019-10906", aliases: ["GHSA-462w-v97r-4m45"], package: package, severity: .critical,
            score: 9.1, fixedVersion: "2.10.1", source: "PyPI"),
          Finding(vulnerability: "PYSEC-1", package: package, severity: .unknown, source: "PyPI, \"two\""),
        ], remarks: ["no advisories for npm"]), isPassed: isPassed)
  }

  static var push: PushRecord {
    PushRecord(
      step: path("ship", "Push"), reference: reference, manifestDigest: digest("a"), readBackDigest: digest("a"),
      archiveDigest: digest("b"), destination: "the embedded registry", at: time(11))
  }

  static func node(
    _ path: StepPath, _ status: Status, from start: Double? = nil, to end: Double? = nil, message: String? = nil,
    takenFrom: ULID? = nil
  ) -> RunNode {
    let kind: RunNode.Kind = path.isStage ? .stage : .step
    return RunNode(
      path: path, kind: kind, name: path.last?.description ?? "", type: kind == .step ? "Run" : "", status: status,
      startedAt: start.map(time), finishedAt: end.map(time), message: message, takenFrom: takenFrom)
  }

  static func attempt(
    _ path: StepPath, _ number: Int, _ status: Status, from start: Double, to end: Double?, exitCode: Int? = nil,
    message: String? = nil
  ) -> Attempt {
    Attempt(
      path: path, number: number, status: status, startedAt: time(start), finishedAt: end.map(time),
      resolvedSpec: ["command": "make"], exitCode: exitCode, message: message, logFile: "runs/x/logs/y-\(number).log")
  }

  static var succeeded: RunHistory {
    RunHistory(
      run: run(changedFiles: ["a", "b"]),
      nodes: [
        node(path("build"), .succeeded, from: 0, to: 10), node(path("build", "Image"), .succeeded, from: 0, to: 8.2),
        node(path("build", "Scan"), .succeeded, from: 8.2, to: 10), node(path("ship"), .succeeded, from: 10, to: 12),
        node(path("ship", "Push"), .succeeded, from: 10, to: 11.5),
        node(path("ship", "Notify"), .skipped, message: "when: false"),
      ],
      attempts: [
        attempt(path("build", "Image"), 1, .failed, from: 0, to: 0.4, exitCode: 2, message: "exit code 2"),
        attempt(path("build", "Image"), 2, .succeeded, from: 1, to: 8.2, exitCode: 0),
        attempt(path("build", "Scan"), 1, .succeeded, from: 8.2, to: 10),
      ], builds: [build], scans: [scan()], pushes: [push])
  }

  static var failed: RunHistory {
    RunHistory(
      run: run(.failed, seconds: 65, message: "Test: exit code 1", replayOf: earlier),
      nodes: [
        node(path("build"), .failed, from: 0, to: 65),
        node(path("build", "Compile"), .succeeded, from: 0, to: 0, takenFrom: earlier),
        node(path("build", "Test"), .failed, from: 1, to: 64, message: "exit code 1\nof 2"),
        node(path("ship"), .notStarted),
      ],
      attempts: [attempt(path("build", "Test"), 1, .failed, from: 1, to: 64, exitCode: 1, message: "exit code 1")],
      builds: [], scans: [], pushes: [])
  }
}
