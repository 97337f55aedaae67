import Engine
import Glibc
import Ledger
import Model
import SystemPackage
import TestSupport

/// What a ledger with a long history costs, at ten thousand events, a hundred thousand and a million:
///
///     .build/release/Benchmarks ledger [DIRECTORY]
enum LedgerBenchmark {
  static func run(in directory: String) async throws {
    let path = FilePath(directory).appending("slipway.sqlite")
    let generator = try LedgerGenerator()
    print(
      "  events     runs  bytes/event  fill ev/s  verify ev/s     runs     show    trace  log --digest  durable ev/s")
    var filled = 0
    for runs in [100, 1000, 10_000] {
      let store = try SQLiteRunStore(at: path)
      let (from, added) = (filled, runs - filled)
      let filling = try await seconds { try await generator.fill(store, runs: from..<runs) }
      filled = runs
      try store.close()
      let reader = try SQLiteRunStore(readingFrom: path)
      let events = runs * LedgerGenerator.eventsPerRun
      let verifying = try await median(3) {
        let verification = try await reader.audit.verify()
        guard verification.isIntact, verification.eventCount >= events else {
          throw BenchmarkError("the ledger is not intact: \(verification.problems)")
        }
      }
      let manifest = LedgerGenerator.manifest(ofRun: runs / 2)
      let listing = try await median(7) { _ = try await reader.runs(RunQuery(limit: 20)) }
      let showing = try await median(7) { _ = try await reader.history(of: try await reader.resolve("last").id) }
      let tracing = try await median(7) {
        guard try await reader.trace(manifest.description).first?.events.count == 4 else {
          throw BenchmarkError("the trace is not complete")
        }
      }
      let logging = try await median(7) { _ = try await reader.auditLog(AuditFilter(digest: manifest)) }
      var status = stat()
      stat(path.string, &status)
      try reader.close()
      let durable = try await appendDurably(at: path)
      print(
        right(String(events), 8), right(String(runs), 8), right(String(Int(status.st_size) / events), 12),
        right(rate(added * LedgerGenerator.eventsPerRun, filling), 10), right(rate(events, verifying), 12),
        right(milliseconds(listing), 8), right(milliseconds(showing), 8), right(milliseconds(tracing), 8),
        right(milliseconds(logging), 13), right(durable, 13))
    }
    print("bars: verify 300000 events/s; runs, show and trace 50 ms; 5000 durable events/s in batches of 100")
  }

  /// Events a second, in synced transactions of a hundred, into a copy that is thrown away with the directory.
  private static func appendDurably(at path: FilePath) async throws -> String {
    let store = try SQLiteRunStore(at: path)
    let last = try await store.resolve("last")
    var random = SystemRandomNumberGenerator()
    let run = try await store.begin(
      RunDraft(
        id: ULID(milliseconds: last.startedAt.milliseconds, random: &random), pipeline: last.pipeline,
        pipelineName: last.pipelineName, startedAt: last.startedAt, origin: last.origin))
    let events = (0..<100).map {
      LedgerEntry.Event(
        kind: "note", subject: "stages.build.steps.step", payload: ["number": .integer($0), "text": "line"])
    }
    let elapsed = try await seconds {
      for _ in 0..<50 {
        try await store.append(LedgerEntry(at: last.startedAt, events: events, isDurable: true), to: run.id)
      }
    }
    try store.close()
    return rate(5000, elapsed)
  }

  private static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await work()
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
  }

  private static func median(_ count: Int, _ work: () async throws -> Void) async rethrows -> Double {
    var times = [Double]()
    for _ in 0..<count { times.append(try await seconds(work)) }
    return times.sorted()[count / 2]
  }

  private static func rate(_ count: Int, _ seconds: Double) -> String { String(Int(Double(count) / seconds)) }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
