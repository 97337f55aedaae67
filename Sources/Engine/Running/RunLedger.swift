package import Model

/// Writes a run's events and facts, also while the run is being cancelled.
package struct RunLedger: Sendable {
  private let store: any RunStore
  private let run: ULID
  private let clock: EngineClock

  package init(store: any RunStore, run: ULID, clock: EngineClock) {
    self.store = store
    self.run = run
    self.clock = clock
  }

  package func append(
    _ events: [LedgerEntry.Event], facts: [LedgerEntry.Fact] = [], at: Timestamp? = nil, isDurable: Bool = false
  ) async throws {
    let entry = LedgerEntry(at: at ?? clock.now(), events: events, facts: facts, isDurable: isDurable)
    // A task of its own, awaited right here and cancelled by nobody: what has happened is recorded even when the step
    // that it happened in is being stopped.
    try await Task { try await store.append(entry, to: run) }.value
  }
}
