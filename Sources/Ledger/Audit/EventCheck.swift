import Glibc
import Model

/// Recomputes the chain from its first event to its last.
struct EventCheck: LedgerCheck {
  struct Result: Sendable {
    let count: Int
    let last: AuditHead?
    let findings: AuditFindings
  }

  /// So many events that are not what they should be are looked up in the whole chain; each costs a pass over it.
  private static let searches = 8

  private let connection: RawConnection
  private let kept: AuditHead?

  init(_ connection: RawConnection, against kept: AuditHead?) {
    self.connection = connection
    self.kept = kept
  }

  private static let columns = "seq, at, run, kind, subject, payload, prev_hash, hash"

  func run() throws -> Result {
    var findings = AuditFindings()
    var move = Move()
    var searches = Self.searches
    var count = 0
    var previous = (sequence: Int64(0), hash: Array(AuditHash.genesis.description.utf8))
    var lastTime: Int64 = 0
    var bytes = CanonicalBytes()
    let events = try connection.statement("SELECT \(Self.columns) FROM audit_event ORDER BY seq")
    while try events.step() {
      count += 1
      let sequence = events.integer(0)
      lastTime = events.integer(1)
      let storedPrevious = events.bytes(6)
      if sequence > previous.sequence + 1 {
        move.end(&findings)
        findings.report(.missing(previous.sequence + 1...sequence - 1))
      }
      if !Self.isEqual(storedPrevious, previous.hash) {
        move.end(&findings)
        findings.report(
          .unlinked(
            sequence: sequence, stored: events.text(6), expected: String(decoding: previous.hash, as: UTF8.self)))
      }
      AuditHash.begin(&bytes)
      // The columns' own bytes, in the order of the fields. Reading a String would stop at a NUL and hide what follows.
      for index in 0...6 { bytes.append(events, column: index) }
      let computed = HashValue(of: bytes.bytes)
      let stored = events.bytes(7)
      if !computed.isWritten(as: stored) {
        try explain(
          Event(sequence: sequence, stored: stored, computed: computed), events, &bytes, &move, &searches, &findings)
      } else {
        move.end(&findings)
      }
      if let kept, kept.sequence == sequence, !stored.elementsEqual(kept.hash.description.utf8) {
        findings.report(.rewritten(stored: events.text(7), kept: kept))
      }
      previous.sequence = sequence
      previous.hash.removeAll(keepingCapacity: true)
      previous.hash.append(contentsOf: events.bytes(7))
    }
    move.end(&findings)
    if let kept, kept.sequence > previous.sequence {
      findings.report(.truncated(last: previous.sequence, kept: kept))
    }
    // What was put in the place of a hash is reported above; a head that is none can't be handed out.
    let hash = previous.hash.withUnsafeBytes { HashValue(text: $0) }
    let last = hash.map {
      AuditHead(sequence: previous.sequence, hash: $0.digest, at: Timestamp(milliseconds: lastTime))
    }
    return Result(count: count, last: count == 0 ? nil : last, findings: findings)
  }

  private static func isEqual(_ stored: UnsafeRawBufferPointer, _ expected: [UInt8]) -> Bool {
    guard stored.count == expected.count else { return false }
    guard let bytes = stored.baseAddress else { return true }
    return memcmp(bytes, expected, expected.count) == 0
  }

  // MARK: Explaining what is wrong

  private struct Event {
    let sequence: Int64
    let stored: UnsafeRawBufferPointer
    let computed: HashValue
  }

  /// Events that were all moved by the same distance are one problem.
  private struct Move {
    private var range: ClosedRange<Int64>?
    private(set) var distance: Int64 = 0

    mutating func extend(to sequence: Int64, by distance: Int64, _ findings: inout AuditFindings) {
      if let range, range.upperBound + 1 == sequence, self.distance == distance {
        self.range = range.lowerBound...sequence
      } else {
        end(&findings)
        range = sequence...sequence
        self.distance = distance
      }
    }

    mutating func end(_ findings: inout AuditFindings) {
      if let range { findings.report(.moved(range, recordedAs: range.lowerBound + distance)) }
      range = nil
    }
  }

  /// The hash doesn't fit the event: says what is known of why.
  private func explain(
    _ event: Event, _ events: RawStatement, _ bytes: inout CanonicalBytes, _ move: inout Move, _ searches: inout Int,
    _ findings: inout AuditFindings
  ) throws {
    func wasRecorded(as sequence: Int64) -> Bool {
      AuditHash.begin(&bytes)
      bytes.append(sequence)
      for index in 1...6 { bytes.append(events, column: index) }
      return HashValue(of: bytes.bytes).isWritten(as: event.stored)
    }
    for distance in [move.distance, 1, -1] where distance != 0 && wasRecorded(as: event.sequence + distance) {
      move.extend(to: event.sequence, by: distance, &findings)
      return
    }
    if searches > 0 {
      searches -= 1
      if let before = try number(of: events.text(6), column: "hash"), wasRecorded(as: before + 1) {
        move.extend(to: event.sequence, by: before + 1 - event.sequence, &findings)
        return
      }
    }
    move.end(&findings)
    let stored = String(decoding: event.stored, as: UTF8.self)
    let isVouchedFor = try next(after: event.sequence) == event.computed.digest.description
    findings.report(
      isVouchedFor
        ? .rehashed(sequence: event.sequence, stored: stored, computed: event.computed.digest)
        : .changed(sequence: event.sequence, stored: stored, computed: event.computed.digest))
  }

  /// The number of the event that has this text in the column.
  private func number(of text: String, column: String) throws -> Int64? {
    let found = try connection.statement("SELECT seq FROM audit_event WHERE \(column) = ? LIMIT 1")
    try found.bind(text)
    defer { found.reset() }
    return try found.step() ? found.integer(0) : nil
  }

  /// What the event after this one names as the hash before it.
  private func next(after sequence: Int64) throws -> String? {
    let found = try connection.statement("SELECT prev_hash FROM audit_event WHERE seq > ? ORDER BY seq LIMIT 1")
    try found.bind(sequence)
    defer { found.reset() }
    return try found.step() ? found.text(0) : nil
  }
}
