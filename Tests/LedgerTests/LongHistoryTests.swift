import Engine
import Ledger
import Model
import TestSupport
import Testing

/// A small one of the ledgers that the benchmark makes.
@Suite struct LongHistoryTests {
  @Test func `a generated history is intact and can be asked`() async throws {
    let directory = try TemporaryDirectory()
    let store = try SQLiteRunStore(at: directory.ledger)
    try await LedgerGenerator().fill(store, runs: 0..<20)
    let verification = try await store.audit.verify()
    #expect(verification.isIntact, "\(verification.problems)")
    #expect(verification.eventCount == 20 * LedgerGenerator.eventsPerRun)
    let trace = try #require(try await store.trace(LedgerGenerator.manifest(ofRun: 7).description).first)
    #expect(trace.events.map(\.kind) == ["image.built", "image.scanned", "image.pushing", "image.pushed"])
    #expect(trace.verdict.answer == .yes)
    #expect(try await store.runs(RunQuery(limit: 100)).count == 20)
  }
}
