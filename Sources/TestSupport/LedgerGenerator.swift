package import Engine
package import Model
import OCI

/// Fills a run store with runs as real ones leave them, through the role's own way of writing.
package struct LedgerGenerator: Sendable {
  /// How many events one run leaves in an SQLite ledger, the ledger's own among them.
  package static let eventsPerRun = 100
  private static let stepCount = 22

  private let pipelines: [Identifier]
  private let stage: Identifier
  private let names: [Identifier]

  package init() throws {
    pipelines = try ["web", "worker", "tools", "docs"].map { try Identifier($0) }
    stage = Identifier("build_scan_push")
    names = try (1...Self.stepCount).map { try Identifier("step_\($0)") }
  }

  /// The manifest of the image that the run of this number builds, scans and pushes.
  package static func manifest(ofRun number: Int) -> Digest { digest("manifest", number) }

  private static func digest(_ what: String, _ number: Int) -> Digest { Digest(of: Array("\(what) \(number)".utf8)) }

  /// Writes the runs with these numbers, a minute apart.
  package func fill(_ store: any RunStore, runs: Range<Int>) async throws {
    for number in runs { try await write(number, to: store) }
  }

  private func write(_ number: Int, to store: any RunStore) async throws {
    let start = Timestamp(milliseconds: 1_772_357_400_000 + Int64(number) * 60_000)
    var random = SeededGenerator(seed: UInt64(number))
    let id = ULID(milliseconds: start.milliseconds, random: &random)
    let run = try await store.begin(
      RunDraft(
        id: id, pipeline: pipelines[number % pipelines.count], pipelineName: "Build, scan and push", startedAt: start,
        origin: RunOrigin(
          pipelineFile: "pipeline.yaml", pipelineDigest: Self.digest("pipeline", number / 100),
          pipelineDirectory: "/src/app",
          codebase: CodebaseState(
            directory: "/src/app", commit: String(Self.digest("commit", number / 5).hex.prefix(40)), branch: "main",
            remote: "https://git.example/team/app.git"),
          inputs: ["tag": "new-\(number)"], actor: "zoe", version: "0.1.0"),
        payload: ["stages": [.string(stage.description)]]))
    var entries = [
      LedgerEntry(at: start, events: [LedgerEntry.Event(kind: "stage.prepared", subject: "stages.\(stage)")])
    ]
    for (index, name) in names.enumerated() {
      entries += step(StepPath(stage: stage).appending(name), index, at: start, of: number, run: run.id)
    }
    entries += image(number, at: start)
    entries.append(
      LedgerEntry(
        at: Timestamp(milliseconds: start.milliseconds + 50_000),
        events: [
          LedgerEntry.Event(kind: "run.finished", subject: run.id.description, payload: ["status": "SUCCEEDED"])
        ],
        facts: [.runFinished(.succeeded, message: nil)]))
    for entry in entries { try await store.append(entry, to: run.id) }
  }

  private func step(_ path: StepPath, _ index: Int, at start: Timestamp, of number: Int, run: ULID) -> [LedgerEntry] {
    let began = Timestamp(milliseconds: start.milliseconds + Int64(index) * 1000)
    let ended = Timestamp(milliseconds: began.milliseconds + 900)
    func node(_ status: Status) -> RunNode {
      RunNode(
        path: path, kind: .step, name: "Step \(index)", type: "Run", status: status, startedAt: began,
        finishedAt: status.isFinal ? ended : nil)
    }
    func attempt(_ status: Status) -> Attempt {
      Attempt(
        path: path, number: 1, status: status, startedAt: began, finishedAt: status.isFinal ? ended : nil,
        resolvedSpec: ["shell": "Sh", "command": .string("make target-\(index) TAG=new-\(number)")],
        exitCode: status.isFinal ? 0 : nil, outputs: ["RESULT": "ok"], logFile: "runs/\(run)/logs/step-\(index)-1.log",
        logDigest: status.isFinal ? Self.digest("log \(index)", number) : nil,
        workspaceBefore: Self.digest("before \(index)", number),
        workspaceAfter: status.isFinal ? Self.digest("before \(index + 1)", number) : nil)
    }
    return [
      LedgerEntry(
        at: began,
        events: [LedgerEntry.Event(kind: "step.started", subject: path.description, payload: ["attempt": 1])],
        facts: [.node(node(.running)), .attempt(attempt(.running))]),
      LedgerEntry(
        at: ended,
        events: [
          LedgerEntry.Event(
            kind: "step.finished", subject: path.description,
            payload: ["attempt": 1, "outcome": "succeeded", "exitCode": 0, "outputs": ["RESULT": "ok"]])
        ], facts: [.attempt(attempt(.succeeded)), .node(node(.succeeded))]),
    ]
  }

  private func image(_ number: Int, at start: Timestamp) -> [LedgerEntry] {
    let manifest = Self.manifest(ofRun: number)
    let (configuration, archive) = (Self.digest("configuration", number), Self.digest("archive", number))
    let path = StepPath(stage: stage).appending(names[0])
    func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: start.milliseconds + seconds * 1000) }
    func event(_ kind: String, _ payload: [String: Value]) -> LedgerEntry.Event {
      LedgerEntry.Event(
        kind: kind, subject: manifest.description,
        payload: .map(
          payload.merging(["step": .string(path.description), "archive": .string(archive.description)]) { $1 }))
    }
    let package = InstalledPackage(kind: .python, name: "urllib3", version: "1.26.\(number % 20)", locations: ["/app"])
    guard let reference = try? ImageReference("registry.example/team/app:new-\(number)") else {
      preconditionFailure("the generator's references are well-formed")
    }
    return [
      LedgerEntry(
        at: at(30), events: [event("image.built", ["configuration": .string(configuration.description)])],
        facts: [
          .build(
            BuildRecord(
              step: path, manifestDigest: manifest, configurationDigest: configuration,
              layers: (0..<3).map {
                BuildRecord.Layer(
                  digest: Self.digest("layer \($0)", number), diffID: Self.digest("diff \($0)", number), size: 1_000_000
                )
              },
              archive: BuildRecord.Archive(path: "image.tar", digest: archive, size: 3_000_000),
              references: [reference],
              dockerfileDigest: Self.digest("Dockerfile", number / 100)))
        ]),
      LedgerEntry(
        at: at(35), events: [event("image.scanned", ["passed": true])],
        facts: [
          .scan(
            ScanRecord(
              step: path,
              report: ScanReport(
                scanner: .init(name: "slipway", version: "0.1.0", data: ["PyPI 2024-10"]), archiveDigest: archive,
                manifestDigest: manifest, configurationDigest: configuration, operatingSystem: nil, packages: [package],
                findings: [
                  Finding(
                    vulnerability: "CVE-2023-\(43_800 + number % 50)", package: package, severity: .high, score: 7.5,
                    fixedVersion: "1.26.21", source: "PyPI")
                ]),
              isPassed: true))
        ]),
      LedgerEntry(at: at(40), events: [event("image.pushing", ["reference": .string(reference.description)])]),
      LedgerEntry(
        at: at(42), events: [event("image.pushed", ["reference": .string(reference.description)])],
        facts: [
          .push(
            PushRecord(
              step: path, reference: reference, manifestDigest: manifest, readBackDigest: manifest,
              archiveDigest: archive, destination: "the embedded registry", at: at(42)))
        ]),
    ]
  }
}
