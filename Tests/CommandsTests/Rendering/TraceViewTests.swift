import Engine
import Model
import Testing

@testable import Commands
@testable import Ledger

struct TraceViewTests {
  private func trace(pushes: [PushRecord], scanAt: Double?, isPassed: Bool = true) -> ImageTrace {
    let scans = scanAt.map { at in
      [
        ImageTrace.Scan(
          run: Sample.run(), at: Sample.time(at), step: Sample.path("build", "Scan"), scanner: Sample.scanner,
          archiveDigest: Sample.digest("b"), manifestDigest: Sample.digest("a"),
          counts: SeverityCounts([.critical: 1, .low: 2]), isPassed: isPassed)
      ]
    }
    return ImageTrace(
      manifestDigest: Sample.digest("a"),
      builds: [
        ImageTrace.Build(run: Sample.run(changedFiles: ["x"]), at: Sample.time(5), record: Sample.build)
      ], scans: scans ?? [], pushes: pushes.map { ImageTrace.Push(run: Sample.run(), record: $0) },
      replays: [Sample.run(.failed)],
      events: [
        AuditEvent(
          sequence: 7, at: Sample.time(5), run: Sample.id, kind: "image.built", subject: "", payload: .null,
          previousHash: Sample.digest("1"), hash: Sample.digest("2"))
      ], verdict: CustodyVerdict(pushes: pushes, scans: scans ?? []))
  }

  private func shown(_ traces: [ImageTrace], isJSON: Bool = false) -> String {
    let recording = RecordingTerminal()
    TraceView(traces).show(on: recording.terminal, isJSON: isJSON)
    #expect(recording.talk == "")
    return recording.data
  }

  private func firstLine(_ trace: ImageTrace) -> String { String(shown([trace]).prefix { $0 != "\n" }) }

  @Test func `the answer comes first, then the story`() {
    func digest(_ digit: Character) -> String { Sample.digest(digit).description }
    #expect(
      shown([trace(pushes: [Sample.push], scanAt: 9)]) == """
        ✓ yes, the pushed image is the scanned one: registry.example/team/app:1.2, pushed at 2026-03-01 09:30:11, was scanned at 2026-03-01 09:30:09 and passed
        image \(digest("a"))
          built    by app#3 build/Image, 2026-03-01 09:30:05
                   commit 0123456789abcdef0123456789abcdef01234567 with 1 uncommitted change
                   by erika, from pipeline.yaml \(digest("1"))
                   archive \(digest("b")) (image.tar)
                   configuration \(digest("c"))
                   Dockerfile \(digest("f"))
          scanned  by app#3 build/Scan, 2026-03-01 09:30:09
                   1 critical, 2 low, passed
                   by slipway 0.1.0 with PyPI 2024-10
                   archive \(digest("b"))
          pushed   as registry.example/team/app:1.2 to the embedded registry
                   by app#3 ship/Push, 2026-03-01 09:30:11
                   manifest \(digest("a"))
                   archive \(digest("b"))
          replayed by app#3 (failed), 2026-03-01 09:30:00
          event    7 2026-03-01 09:30:05 image.built

        """)
  }

  @Test func `every other answer is told as what it is`() {
    let push = Sample.push
    let altered = PushRecord(
      step: push.step, reference: push.reference, manifestDigest: push.manifestDigest,
      readBackDigest: Sample.digest("9"), archiveDigest: Sample.digest("8"), destination: push.destination, at: push.at)
    #expect(firstLine(trace(pushes: [], scanAt: 1)) == "– the image was never pushed")
    #expect(
      firstLine(trace(pushes: [push], scanAt: nil))
        == "✗ no, the image was pushed and never scanned: registry.example/team/app:1.2, pushed at 2026-03-01 09:30:11,"
        + " is \(Sample.digest("a")), which no scan has read")
    #expect(
      firstLine(trace(pushes: [push], scanAt: 20))
        == "✗ no, the pushed image is not the scanned one: registry.example/team/app:1.2, pushed at 2026-03-01 09:30:11,"
        + " was only scanned at 2026-03-01 09:30:20")
    #expect(firstLine(trace(pushes: [push], scanAt: 1, isPassed: false)).hasSuffix(" and was refused"))
    let several = shown([trace(pushes: [push, altered], scanAt: 1)]).split(separator: "\n")
    #expect(several[0] == "✗ no, the pushed image is not the scanned one")
    #expect(several[1].hasPrefix("  ✓ registry.example/team/app:1.2, pushed at"))
    #expect(several[2].hasSuffix("as \(Sample.digest("a")), is served as \(Sample.digest("9"))"))
    #expect(several[3].hasSuffix("came from the archive \(Sample.digest("8")); scanned was \(Sample.digest("b"))"))
  }

  @Test func `the JSON form carries the verdict and its reasons`() {
    let text = shown([trace(pushes: [Sample.push], scanAt: 9)], isJSON: true)
    #expect(
      text.contains(
        "\"verdict\":{\"answer\":\"yes\",\"reasons\":[{\"isPassed\":true,\"kind\":\"scannedBefore\","
          + "\"pushedAt\":\"2026-03-01T09:30:11.000Z\",\"reference\":\"registry.example/team/app:1.2\","
          + "\"scannedAt\":\"2026-03-01T09:30:09.000Z\"}]}"))
    #expect(text.hasPrefix("{\"images\":[{\"builds\":[{\"at\":"))
  }
}

struct VerificationViewTests {
  private func shown(_ verification: AuditVerification, isJSON: Bool = false) -> String {
    let recording = RecordingTerminal()
    VerificationView(verification).show(on: recording.terminal, isJSON: isJSON)
    return recording.data
  }

  private let head = AuditHead(sequence: 42, hash: Sample.digest("a"))

  @Test func `a ledger that is intact says so with its head`() {
    let verification = AuditVerification(eventCount: 42, rowCount: 1, head: head, problems: [], problemCount: 0)
    #expect(
      shown(verification) == """
        ✓ the ledger is as it was recorded: 42 events and 1 row compared
          head       42:\(Sample.digest("a"))

        """)
    #expect(
      shown(verification, isJSON: true) == """
        {"eventCount":42,"head":"42:\(Sample.digest("a"))","isIntact":true,"problemCount":0,"problems":[],"rowCount":1}

        """)
  }

  @Test func `problems are listed, with how many are not`() {
    let verification = AuditVerification(
      eventCount: 2, rowCount: 0, head: nil, problems: [.missing(3...3)], problemCount: 101)
    #expect(
      shown(verification) == """
        ✗ the ledger was altered: 101 problems, 2 events and 0 rows compared
          event 3 is missing
          … and 100 more

        """)
  }
}
