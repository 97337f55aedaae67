package import Model

/// One thing in the ledger that is not as it was recorded.
///
/// Stored hashes are text here, since somebody may have put anything in their place.
package enum AuditProblem: Hashable, Sendable {
  /// The event's time, run, kind, subject or payload is not what its hash was made from: it was edited, or another event
  /// took its place.
  case changed(sequence: Int64, stored: String, computed: Digest)
  /// The event's content is what the event after it vouches for, but another hash is stored with it.
  case rehashed(sequence: Int64, stored: String, computed: Digest)
  /// The events are whole, but had other numbers when they were recorded: the first of them this one.
  case moved(ClosedRange<Int64>, recordedAs: Int64)
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
    case .rehashed(let sequence, let stored, let computed):
      "the hash of event \(sequence) was changed: it is stored as \(stored), its content and the event after it"
        + " say \(computed)"
    case .moved(let range, let recorded): Self.move(range, recorded)
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

  private static func move(_ range: ClosedRange<Int64>, _ recorded: Int64) -> String {
    let last = recorded + range.upperBound - range.lowerBound
    guard range.count > 1 else {
      return "event \(range.lowerBound) was moved: it was recorded as event \(recorded)"
    }
    let distance = abs(recorded - range.lowerBound)
    let events = distance == 1 ? "1 event" : "\(distance) events"
    let cause = recorded > range.lowerBound ? "\(events) before them went" : "\(events) before them came in"
    return "events \(range.lowerBound) to \(range.upperBound) were moved: they were recorded as events \(recorded) to"
      + " \(last), so \(cause)"
  }
}
