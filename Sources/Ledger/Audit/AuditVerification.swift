package import Model

/// What a verification of the ledger found.
package struct AuditVerification: Hashable, Sendable {
  /// So many problems are listed; ``problemCount`` counts all.
  package static let listed = 100

  /// How many events, and how many rows that they vouch for, were compared.
  package let eventCount: Int
  package let rowCount: Int
  /// The last event; nil when there is none.
  package let head: AuditHead?
  /// The first ones, in the order of the chain, then of the rows.
  package let problems: [AuditProblem]
  package let problemCount: Int

  package var isIntact: Bool { problemCount == 0 }

  package init(eventCount: Int, rowCount: Int, head: AuditHead?, problems: [AuditProblem], problemCount: Int) {
    self.eventCount = eventCount
    self.rowCount = rowCount
    self.head = head
    self.problems = problems
    self.problemCount = problemCount
  }
}

/// One thing in the ledger that is not as it was recorded.
///
/// Stored hashes are text here, since somebody may have put anything in their place.
package enum AuditProblem: Hashable, Sendable {
  /// The event's content doesn't have the hash that is stored with it: it was edited, or another took its number.
  case changed(sequence: Int64, stored: String, computed: Digest)
  /// The event doesn't follow the one before it: one was deleted, inserted or replaced there.
  case unlinked(sequence: Int64, stored: String, expected: String)
  /// No events with these numbers.
  case missing(ClosedRange<Int64>)
  /// The chain ends before the checkpoint.
  case truncated(last: Int64, kept: AuditHead)
  /// The event that the checkpoint names is there with another hash: the chain was made anew.
  case rewritten(stored: String, kept: AuditHead)
  /// A row doesn't have the digest that the event `recorded` vouches for.
  case rowChanged(table: String, run: String, key: String, recorded: Int64, stored: Digest, computed: Digest)
  /// A row that the event `recorded` vouches for is gone.
  case rowMissing(table: String, run: String, key: String, recorded: Int64)
  /// No event vouches for the row.
  case rowUnrecorded(table: String, run: String, key: String)
  /// Rows refer to others that are gone.
  case orphans(table: String, count: Int)
}

extension AuditProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .changed(let sequence, let stored, let computed):
      "event \(sequence) was changed: its hash is stored as \(stored), its content has \(computed)"
    case .unlinked(let sequence, let stored, let expected):
      "event \(sequence) does not follow the one before it: it names \(stored), that has \(expected)"
    case .missing(let range):
      range.count == 1
        ? "event \(range.lowerBound) is missing" : "events \(range.lowerBound) to \(range.upperBound) are missing"
    case .truncated(let last, let kept):
      "the chain ends with event \(last), but event \(kept.sequence) with \(kept.hash) is known to have been there"
    case .rewritten(let stored, let kept):
      "the history was rewritten: event \(kept.sequence) has \(stored), but \(kept.hash) is known to have been there"
    case .rowChanged(let table, let run, let key, let recorded, let stored, let computed):
      "\(table) \(key) of run \(run) was changed: event \(recorded) recorded it as \(stored), now it is \(computed)"
    case .rowMissing(let table, let run, let key, let recorded):
      "\(table) \(key) of run \(run) is missing: event \(recorded) recorded it"
    case .rowUnrecorded(let table, let run, let key):
      "\(table) \(key) of run \(run) was put there by somebody else: no event recorded it"
    case .orphans(let table, let count):
      "\(count == 1 ? "1 row" : "\(count) rows") of \(table) belong to something that is not there"
    }
  }
}
