import Engine
import Ledger
import Model
import Testing

@Suite struct TraceTests {
  private let directory: TemporaryDirectory
  private let store: SQLiteRunStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SQLiteRunStore(at: directory.ledger)
  }

  private func error(_ selector: String) async -> LedgerError? {
    do {
      _ = try await store.trace(selector)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    Sample.digest("image manifest").description, Sample.digest("image configuration").description,
    Sample.digest("image archive").description, Sample.digest("app layer").description,
    Sample.digest("app diff").description, Sample.digest("image manifest").short,
    "sha256:" + Sample.digest("image archive").short, Sample.digest("image manifest").hex.uppercased(),
    "registry.example/team/image:1", "registry.example/team/image:latest", "registry.example/team/image",
    "team/image:1",
    "image:1", "image", "registry.example/x@\(Sample.digest("image manifest"))",
  ])
  func `an image is found by any digest or name of it`(_ selector: String) async throws {
    let run = try await Sample.ship(into: store)
    let other = BuildRecord(
      step: Sample.step, manifestDigest: Sample.digest("m"), configurationDigest: Sample.digest("c"), layers: [],
      archive: nil, references: [])
    let second = try await store.begin(Sample.draft())
    try await store.append(Sample.entry(at: 60, "image.built", facts: [.build(other)]), to: second.id)

    let traces = try await store.trace(selector)
    let trace = try #require(traces.first)
    #expect(traces.count == 1)
    #expect(trace.manifestDigest == Sample.digest("image manifest"))
    #expect(trace.builds.map(\.record) == [Sample.build()])
    #expect(trace.builds.map(\.run.id) == [run.id])
    #expect(trace.scans.map(\.scanner.name) == ["slipway"])
    #expect(trace.scans.first?.counts[.high] == 1)
    #expect(trace.scans.first?.at == Sample.time(10))
    #expect(trace.pushes.map(\.record) == [Sample.push()])
    #expect(trace.events.map(\.kind) == ["image.built", "image.scanned", "image.pushed"])
    #expect(trace.verdict.answer == .yes)
    #expect(
      trace.verdict.reasons == [
        .scannedBefore(
          push: Sample.push().reference, pushedAt: Sample.time(20), scannedAt: Sample.time(10), isPassed: true)
      ])
  }

  @Test func `a layer that images share leads to all of them, the latest first`() async throws {
    try await Sample.ship("one", into: store)
    try await Sample.ship("two", into: store, at: 100)
    let traces = try await store.trace(Sample.digest("base layer").description)
    #expect(traces.map(\.manifestDigest) == [Sample.digest("two manifest"), Sample.digest("one manifest")])
  }

  @Test func `a prefix of several digests lists them`() async throws {
    let digests = try ["00", "11"].map { try Digest(hex: String(repeating: "ab", count: 31) + $0) }
    let run = try await store.begin(Sample.draft())
    for digest in digests {
      let build = BuildRecord(
        step: Sample.step, manifestDigest: digest, configurationDigest: Sample.digest("c"), layers: [], archive: nil,
        references: [])
      try await store.append(Sample.entry(at: 1, "image.built", facts: [.build(build)]), to: run.id)
    }
    let error = try #require(await error("abababab"))
    #expect(error.code == .ambiguous)
    for digest in digests { #expect(error.message.contains("\(digest)  manifest")) }
    #expect(try await store.trace(digests[0].hex).count == 1)
  }

  @Test func `an image that nobody knows is an error`() async {
    #expect(await error("ffffffff")?.code == .noSuchImage)
    #expect(await error("nobody/knows:1")?.code == .noSuchImage)
  }

  @Test(arguments: ["", "sha256:abc", "sha256:zzzzzzzzzz"])
  func `what can name no image is refused`(_ selector: String) async {
    #expect(await error(selector)?.code == .malformedSelector)
  }

  @Test func `replays of the runs are named`() async throws {
    let run = try await Sample.ship(into: store)
    let replay = try await store.begin(Sample.draft(at: 100, replayOf: run.id))
    let trace = try #require(try await store.trace("image").first)
    #expect(trace.replays.map(\.id) == [replay.id])
  }

  // MARK: Custody

  private func verdict(_ facts: [(at: Int64, fact: LedgerEntry.Fact)]) async throws -> CustodyVerdict {
    let run = try await store.begin(Sample.draft())
    for (at, fact) in [(1, .build(Sample.build()))] + facts {
      try await store.append(Sample.entry(at: at, "fact", facts: [fact]), to: run.id)
    }
    return try #require(try await store.trace(Sample.digest("image manifest").hex).first).verdict
  }

  @Test func `an image that was not pushed has nothing to answer for`() async throws {
    let verdict = try await verdict([(2, .scan(Sample.scan()))])
    #expect(verdict.answer == .neverPushed)
    #expect(verdict.reasons.isEmpty)
  }

  @Test func `a push without any scan`() async throws {
    let verdict = try await verdict([(2, .push(Sample.push(at: 2)))])
    #expect(verdict.answer == .neverScanned)
    #expect(
      verdict.reasons == [
        .notScanned(
          push: Sample.push().reference, pushedAt: Sample.time(2), manifest: Sample.digest("image manifest"))
      ])
  }

  @Test func `a scan after the push doesn't count`() async throws {
    let verdict = try await verdict([(2, .push(Sample.push(at: 2))), (3, .scan(Sample.scan()))])
    #expect(verdict.answer == .no)
    #expect(
      verdict.reasons == [
        .scannedLater(push: Sample.push().reference, pushedAt: Sample.time(2), scannedAt: Sample.time(3))
      ])
  }

  @Test func `a scan of another archive of the image doesn't count`() async throws {
    let verdict = try await verdict([
      (2, .scan(Sample.scan(archive: "swapped"))), (3, .push(Sample.push(at: 3))),
    ])
    #expect(verdict.answer == .no)
    #expect(
      verdict.reasons == [
        .otherArchive(
          push: Sample.push().reference, pushedAt: Sample.time(3), pushed: Sample.digest("image archive"),
          scanned: Sample.digest("swapped archive"))
      ])
  }

  @Test func `a registry that serves something else is a no`() async throws {
    let verdict = try await verdict([
      (2, .scan(Sample.scan())), (3, .push(Sample.push(readBack: "other", at: 3))),
    ])
    #expect(verdict.answer == .no)
    #expect(
      verdict.reasons.first
        == .readBackDiffers(
          push: Sample.push().reference, pushedAt: Sample.time(3), pushed: Sample.digest("image manifest"),
          served: Sample.digest("other manifest")))
  }

  @Test func `a scan that did not pass is still the scan of what was pushed`() async throws {
    let verdict = try await verdict([
      (2, .scan(Sample.scan(isPassed: false))), (3, .push(Sample.push(at: 3))),
    ])
    #expect(verdict.answer == .yes)
    #expect(
      verdict.reasons == [
        .scannedBefore(
          push: Sample.push().reference, pushedAt: Sample.time(3), scannedAt: Sample.time(2), isPassed: false)
      ])
  }

  @Test func `one push of several that was not scanned before is a no`() async throws {
    let verdict = try await verdict([
      (2, .push(Sample.push(tag: "1", at: 2))), (3, .scan(Sample.scan())), (4, .push(Sample.push(tag: "2", at: 4))),
    ])
    #expect(verdict.answer == .no)
    #expect(verdict.reasons.count == 2)
  }
}
