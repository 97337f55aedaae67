import Engine
import Model
import TestSupport

/// A run store that refuses or holds up certain entries.
actor GatedStore: RunStore {
  struct Failure: Error {}

  nonisolated let inner = InMemoryRunStore()
  /// Entries with an event of this kind are refused.
  private let refused: String?
  /// Entries with an event of this kind wait for `gate`, and open `reached` first.
  private let held: String?
  nonisolated let reached = Latch()
  nonisolated let gate = Latch()

  init(refusing refused: String? = nil, holding held: String? = nil) {
    self.refused = refused
    self.held = held
  }

  func begin(_ draft: RunDraft) async throws -> Run { try await inner.begin(draft) }

  func append(_ entry: LedgerEntry, to run: ULID) async throws {
    if entry.events.contains(where: { $0.kind == refused }) { throw Failure() }
    if entry.events.contains(where: { $0.kind == held }) {
      reached.open()
      await gate.wait()
    }
    try await inner.append(entry, to: run)
  }

  func run(_ id: ULID) async throws -> Run? { await inner.run(id) }
  func runs(_ query: RunQuery) async throws -> [Run] { await inner.runs(query) }
  func history(of run: ULID) async throws -> RunHistory { try await inner.history(of: run) }
  func events(of run: ULID) async throws -> [AuditEvent] { await inner.events(of: run) }
}
