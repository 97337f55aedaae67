import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite struct ScanExecutorTests {
  private static func step(
    mode: ScanStep.Mode = .orchestration, kind: ScanStep.TargetKind = .container,
    workspace: Text? = "/harness/image.tar",
    imageType: Text? = "local_archive", failOn: Text? = nil
  ) -> StepSpec {
    .scan(
      ScanStep(
        scanner: "AquaTrivy", mode: mode, targetKind: kind, workspace: workspace, imageType: imageType,
        failOnSeverity: failOn))
  }

  private static func execute(
    _ spec: StepSpec, _ bench: StepBench, _ scanner: FakeScanner = FakeScanner()
  ) async throws -> StepResult {
    let executor = ScanExecutor(scanner: scanner)
    #expect(executor.handles(spec))
    return try await executor.execute(bench.execution(spec))
  }

  private static func withArchive(_ work: (StepBench, ImageArchive.Receipt) async throws -> Void) async throws {
    try await StepBench.with { bench in
      let image = try FakeBuilder.image(in: bench.blobs, text: "scanned")
      let receipt = try ImageArchive.write(
        image, references: [], from: bench.blobs, to: bench.workspace.directory.appending("image.tar"))
      try await work(bench, receipt)
    }
  }

  @Test func `a scan records the digest of the very bytes it was given`() async throws {
    try await Self.withArchive { bench, receipt in
      for written: Text in ["/harness/image.tar", "image.tar", "./image.tar"] {
        let result = try await Self.execute(Self.step(workspace: written), bench)
        #expect(result.outcome == .succeeded)
        #expect(result.message == "no findings")
      }
      #expect(bench.events.map(\.kind) == ["image.scanned", "image.scanned", "image.scanned"])
      #expect(bench.events.first?.payload["archive"]?.string == receipt.digest.description)
      #expect(bench.events.first?.payload["scanner"] == "fake 1")
      #expect(bench.events.first?.payload["passed"] == true)
      guard case .scan(let scan)? = bench.facts.first else {
        Issue.record("no scan was recorded")
        return
      }
      #expect(scan.report.archiveDigest == receipt.digest)
      #expect(scan.isPassed)
      #expect(bench.lines.contains("Archive \(receipt.digest)"))
    }
  }

  @Test func `findings are counted, shown and given to later steps`() async throws {
    try await Self.withArchive { bench, _ in
      let findings =
        [
          FakeScanner.finding(.critical, "CVE-9", fixed: "2.0"), FakeScanner.finding(.high), FakeScanner.finding(.high),
          FakeScanner.finding(.unknown),
        ] + (0..<60).map { FakeScanner.finding(.low, "CVE-\($0)") }
      let result = try await Self.execute(
        Self.step(), bench, FakeScanner(findings: findings, remarks: ["No advisories for npm."]))
      #expect(
        result.outputs == [
          "CRITICAL": "1", "HIGH": "2", "MEDIUM": "0", "LOW": "60", "INFO": "0", "UNASSIGNED": "1", "IGNORED": "0",
          "TOTAL": "64",
        ])
      #expect(result.message == "1 critical, 2 high, 60 low, 1 unknown")
      #expect(bench.lines.contains("  CRITICAL CVE-9 openssl 1.1.1, fixed in 2.0"))
      #expect(bench.lines.contains("  … and 14 more"))
      #expect(bench.lines.contains("Note: No advisories for npm."))
      #expect(bench.events.first?.payload["counts"]?["TOTAL"] == 64)
    }
  }

  @Test(arguments: [
    ("critical", [Severity.high, .medium], true), ("critical", [.critical], false), ("high", [.critical], false),
    ("high", [.high], false), ("high", [.medium, .low, .info], true), ("medium", [.medium], false),
    ("low", [.low], false), ("low", [.info], true), ("info", [.info], false), ("HIGH", [.high], false),
    ("none", [.critical], true), ("", [.critical], true), ("low", [.unknown], true), ("info", [.unknown], true),
  ])
  func `a threshold trips on its own severity and on worse ones`(
    _ threshold: String, _ severities: [Severity], _ passes: Bool
  ) async throws {
    try await Self.withArchive { bench, _ in
      let scanner = FakeScanner(findings: severities.map { FakeScanner.finding($0) })
      let result = try await Self.execute(Self.step(failOn: Text(threshold)), bench, scanner)
      #expect(result.outcome == (passes ? .succeeded : .failed(.unknown)))
      #expect(result.exitCode == (passes ? nil : 1))
      #expect(bench.events.first?.payload["passed"] == .bool(passes))
      if !passes {
        let word = threshold.lowercased()
        #expect(result.message == "1 findings are \(word) or worse (fail_on_severity: \(word))")
        // The counts are there all the same.
        #expect(result.outputs["TOTAL"] == "1")
      }
      let isUnjudged = bench.lines.contains { $0.contains("fail_on_severity could not judge them") }
      #expect(isUnjudged == (severities == [.unknown]))
    }
  }

  @Test(arguments: [
    (step(mode: .ingestion), "mode ingestion needs Harness's servers: only orchestration runs here"),
    (step(mode: .extraction), "mode extraction needs Harness's servers: only orchestration runs here"),
    (step(kind: .repository), "a target of type repository is not scanned here: only container images are"),
    (
      step(imageType: "docker_v2"),
      "an image of type docker_v2 is not fetched for a scan here: build it into an archive with PLUGIN_TAR_PATH and scan that, with image.type local_archive"
    ),
    (step(workspace: nil), "target.workspace is missing: it names the archive, such as /harness/image.tar"),
    (
      step(workspace: "missing.tar"),
      "no image archive at missing.tar: an earlier step of this stage writes it with PLUGIN_TAR_PATH"
    ),
    (step(workspace: "/harness"), "/harness is a directory: target.workspace names the archive itself"),
    (
      step(workspace: "../image.tar"),
      "target.workspace: ‘../image.tar’ leads out of the workspace: paths are relative to /harness, or start with it"
    ),
    (
      step(workspace: "/image.tar"),
      "target.workspace: ‘/image.tar’ leads out of the workspace: paths are relative to /harness, or start with it"
    ),
    (
      step(failOn: "terrible"),
      "fail_on_severity must be critical, high, medium, low, info or none, and is 'terrible'"
    ),
    (
      step(failOn: "unknown"), "fail_on_severity must be critical, high, medium, low, info or none, and is 'unknown'"
    ),
  ])
  func `what cannot be scanned is said`(_ spec: StepSpec, _ message: String) async throws {
    try await Self.withArchive { bench, _ in
      let failure = await failure { try await Self.execute(spec, bench) }
      #expect(failure?.message == message)
      #expect(failure?.type == .configuration)
      #expect(bench.events.isEmpty)
    }
  }
}

@Suite struct WaitExecutorTests {
  @Test func `time passes before the step ends`() async throws {
    try await StepBench.with { bench in
      let executor = WaitExecutor(clock: bench.clock.engineClock)
      let execution = try bench.execution(.wait("<+pipeline.sequenceId>m"))
      try await withThrowingTaskGroup(of: StepResult.self) { group in
        group.addTask { try await executor.execute(execution) }
        await bench.clock.waitForSleepers(1)
        bench.clock.advance(by: .seconds(420))
        let result = try await group.next()
        #expect(result == StepResult(.succeeded))
      }
    }
  }

  @Test(arguments: ["", "soon"])
  func `a duration that is none is refused`(_ text: String) async throws {
    try await StepBench.with { bench in
      let executor = WaitExecutor(clock: bench.clock.engineClock)
      let failure = await failure { try await executor.execute(bench.execution(.wait(Text(text)))) }
      #expect(failure?.message.hasPrefix("duration ") == true)
    }
  }
}
