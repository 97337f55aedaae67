import Engine
import Model
import OCI

/// Small records to store.
enum Sample {
  static let start = Timestamp(milliseconds: 1_772_357_400_250)
  static let step = path("stages.ship.steps.build")

  static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: start.milliseconds + seconds * 1000) }

  static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  static func identifier(_ text: String) -> Identifier {
    do { return try Identifier(text) } catch { preconditionFailure("a sample's identifier: \(error)") }
  }

  static func path(_ text: String) -> StepPath {
    do { return try StepPath(text) } catch { preconditionFailure("a sample's path: \(error)") }
  }

  static func reference(_ text: String) -> ImageReference {
    do { return try ImageReference(text) } catch { preconditionFailure("a sample's reference: \(error)") }
  }

  static func ulid() -> ULID {
    var random = SystemRandomNumberGenerator()
    return ULID(milliseconds: start.milliseconds, random: &random)
  }

  static func draft(
    _ pipeline: String = "seed", id: ULID? = nil, at seconds: Int64 = 0, replayOf: ULID? = nil
  ) -> RunDraft {
    RunDraft(
      id: id ?? ulid(), pipeline: identifier(pipeline), pipelineName: "Seed pipeline", startedAt: time(seconds),
      origin: RunOrigin(
        pipelineFile: "pipeline.yaml", pipelineDigest: digest("pipeline"), settingsDigest: digest("settings"),
        pipelineDirectory: "/src",
        codebase: CodebaseState(
          directory: "/src", commit: String(repeating: "c", count: 40), branch: "main",
          remote: "https://git.example/app", commitDate: 1_772_000_000, commitMessage: "Say “hi”\n\twith a tab",
          authorName: "Zoë", authorEmail: "zoe@example.com", changedFiles: ["a b", "ü"]),
        inputs: ["tag": "new-7", "empty": ""], templates: [".harness/templates/a b.yaml": digest("template")],
        trigger: #"{"branch":"main"}"#, replayOf: replayOf, actor: "zoe", version: "0.1.0"),
      payload: ["stages": ["ship"]])
  }

  static func node(_ status: Status, path: StepPath = step, message: String? = nil) -> RunNode {
    RunNode(
      path: path, kind: .step, name: "Build", type: "BuildAndPushDockerRegistry", status: status, startedAt: time(1),
      finishedAt: status.isFinal ? time(5) : nil, message: message)
  }

  static func attempt(_ status: Status, number: Int = 1, path: StepPath = step) -> Attempt {
    Attempt(
      path: path, number: number, status: status, startedAt: time(1), finishedAt: status.isFinal ? time(5) : nil,
      resolvedSpec: ["command": "echo **************", "retries": 2, "shell": .null, "ratio": .double(0.5)],
      exitCode: status.isFinal ? 1 : nil, failure: status == .failed ? .unknown : nil,
      message: status == .failed ? "exit code 1" : nil, outputs: ["TOKEN": "**************"],
      logFile: "runs/x/build.log", logDigest: status.isFinal ? digest("log") : nil,
      workspaceBefore: digest("before"), workspaceAfter: status.isFinal ? digest("after") : nil)
  }

  static func build(_ image: String = "image", layers: [String] = ["base", "app"]) -> BuildRecord {
    BuildRecord(
      step: step, manifestDigest: digest(image + " manifest"), configurationDigest: digest(image + " configuration"),
      layers: layers.map {
        BuildRecord.Layer(digest: digest($0 + " layer"), diffID: digest($0 + " diff"), size: 1000)
      },
      archive: BuildRecord.Archive(path: image + ".tar", digest: digest(image + " archive"), size: 4096),
      references: [reference("registry.example/team/\(image):1"), reference("registry.example/team/\(image):latest")],
      dockerfileDigest: digest("Dockerfile"),
      bases: [BuildRecord.Base(reference: reference("busybox:1.36"), digest: digest("busybox manifest"))])
  }

  static let openssl = InstalledPackage(
    kind: .debian, name: "openssl", version: "1.1.1n-0+deb11u4", sourceName: "openssl",
    sourceVersion: "1.1.1n-0+deb11u4", locations: ["/var/lib/dpkg/status"], layer: digest("base diff"))
  static let flask = InstalledPackage(kind: .python, name: "flask", version: "0.12", locations: ["/app/a", "/app/b"])

  static func scan(_ image: String = "image", archive: String? = nil, isPassed: Bool = true) -> ScanRecord {
    ScanRecord(
      step: path("stages.ship.steps.scan"),
      report: ScanReport(
        scanner: .init(name: "slipway", version: "0.1.0", data: ["Debian 2024-10", "PyPI 2024-10"]),
        archiveDigest: digest((archive ?? image) + " archive"), manifestDigest: digest(image + " manifest"),
        configurationDigest: digest(image + " configuration"), operatingSystem: "Debian 11",
        packages: [openssl, flask],
        findings: [
          Finding(
            vulnerability: "CVE-2023-0464", aliases: ["DSA-5417-1"], package: openssl, severity: .high, score: 7.5,
            fixedVersion: "1.1.1n-0+deb11u5", source: "Debian"),
          Finding(vulnerability: "PYSEC-2018-1", package: flask, severity: .unknown, source: "PyPI"),
        ],
        remarks: ["No advisories for npm."]),
      isPassed: isPassed)
  }

  static func push(
    _ image: String = "image", archive: String? = nil, readBack: String? = nil, tag: String = "1",
    at seconds: Int64 = 20
  ) -> PushRecord {
    PushRecord(
      step: path("stages.ship.steps.push"), reference: reference("registry.example/team/\(image):\(tag)"),
      manifestDigest: digest(image + " manifest"), readBackDigest: digest((readBack ?? image) + " manifest"),
      archiveDigest: digest((archive ?? image) + " archive"), destination: "the embedded registry", at: time(seconds))
  }

  static func entry(
    at seconds: Int64, _ kind: String, subject: String = "subject", payload: Value = .map([:]),
    facts: [LedgerEntry.Fact] = [], isDurable: Bool = false
  ) -> LedgerEntry {
    LedgerEntry(
      at: time(seconds), events: [LedgerEntry.Event(kind: kind, subject: subject, payload: payload)], facts: facts,
      isDurable: isDurable)
  }

  /// Stores a run that builds, scans and pushes an image, and ends well.
  @discardableResult
  static func ship(
    _ image: String = "image", into store: any RunStore, pipeline: String = "seed", id: ULID? = nil,
    at seconds: Int64 = 0
  ) async throws -> Run {
    let run = try await store.begin(draft(pipeline, id: id, at: seconds))
    let manifest = digest(image + " manifest").description
    let entries = [
      entry(
        at: seconds + 1, "step.started", subject: step.description,
        facts: [.node(node(.running)), .attempt(attempt(.running))]),
      entry(
        at: seconds + 5, "image.built", subject: manifest,
        facts: [.attempt(attempt(.succeeded)), .node(node(.succeeded)), .build(build(image))]),
      entry(
        at: seconds + 10, "image.scanned", subject: digest(image + " archive").description,
        payload: ["manifest": .string(manifest)], facts: [.scan(scan(image))]),
      entry(
        at: seconds + 20, "image.pushed", subject: manifest, facts: [.push(push(image, at: seconds + 20))],
        isDurable: true),
      entry(at: seconds + 30, "run.finished", facts: [.runFinished(.succeeded, message: nil)]),
    ]
    for entry in entries { try await store.append(entry, to: run.id) }
    return run
  }
}
