import FoundationEssentials
import GRDB
import Model
import OCI

/// The chain of events over the whole ledger.
package struct AuditChain: Sendable {
  let database: LedgerDatabase

  /// The last event; nil while there is none.
  package func head() async throws(LedgerError) -> AuditHead? {
    try await database.read { try Self.head(of: $0) }
  }

  private static func head(of database: Database) throws -> AuditHead? {
    try database.rows(of: "audit_event", "SELECT seq, at, hash FROM audit_event ORDER BY seq DESC LIMIT 1") {
      AuditHead(sequence: try $0.integer("seq"), hash: try $0.digest("hash"), at: try $0.timestamp("at"))
    }.first
  }

  /// Checks every event, and every row that the events vouch for, on one state of the ledger.
  ///
  /// Finds what was edited, deleted, inserted or put in another order. Events cut off at the end, and a chain that was made
  /// anew as a whole, can only be found against a checkpoint.
  /// - Parameter kept: a checkpoint from before.
  package func verify(against kept: AuditHead? = nil) async throws(LedgerError) -> AuditVerification {
    try await database.read { database in
      var findings = Findings()
      let (count, last) = try Self.checkEvents(of: database, against: kept, &findings)
      let rows = try Self.checkRows(of: database, &findings)
      return AuditVerification(
        eventCount: count, rowCount: rows, head: last, problems: findings.listed, problemCount: findings.count)
    }
  }

  private struct Findings {
    var listed: [AuditProblem] = []
    var count = 0

    mutating func report(_ problem: AuditProblem) {
      count += 1
      if listed.count < AuditVerification.listed { listed.append(problem) }
    }
  }

  // MARK: Events

  private static func checkEvents(
    of database: Database, against kept: AuditHead?, _ findings: inout Findings
  ) throws -> (count: Int, last: AuditHead?) {
    var count = 0
    var previous = (sequence: Int64(0), hash: AuditHash.genesis.description)
    var lastTime: Int64 = 0
    var bytes = CanonicalBytes()
    let cursor = try Row.fetchCursor(
      database, sql: "SELECT seq, at, run, kind, subject, payload, prev_hash, hash FROM audit_event ORDER BY seq")
    while let row = try cursor.next() {
      count += 1
      let sequence = try row.decode(Int64.self, atIndex: 0)
      lastTime = try row.decode(Int64.self, atIndex: 1)
      let stored = try row.decode(String.self, atIndex: 7)
      let storedPrevious = try row.decode(String.self, atIndex: 6)

      if sequence > previous.sequence + 1 { findings.report(.missing(previous.sequence + 1...sequence - 1)) }
      if storedPrevious != previous.hash {
        findings.report(.unlinked(sequence: sequence, stored: storedPrevious, expected: previous.hash))
      }
      AuditHash.begin(&bytes)
      // The columns' own bytes, in the order of the fields. Reading a String would stop at a NUL and hide what follows.
      for index in 0...6 {
        try row.withUnsafeData(atIndex: index) { data in (data ?? Data()).withUnsafeBytes { bytes.append($0) } }
      }
      let computed = Digest(of: bytes.bytes)
      if computed.description != stored {
        findings.report(.changed(sequence: sequence, stored: stored, computed: computed))
      }
      if let kept, kept.sequence == sequence, kept.hash.description != stored {
        findings.report(.rewritten(stored: stored, kept: kept))
      }
      previous = (sequence, stored)
    }
    if let kept, kept.sequence > previous.sequence {
      findings.report(.truncated(last: previous.sequence, kept: kept))
    }
    // What was put in the place of a hash is reported above; a head that is none can't be handed out.
    let hash = try? Digest(previous.hash)
    let last = hash.map {
      AuditHead(sequence: previous.sequence, hash: $0, at: Timestamp(milliseconds: lastTime))
    }
    return (count, count == 0 ? nil : last)
  }

  // MARK: Rows

  private static func checkRows(of database: Database, _ findings: inout Findings) throws -> Int {
    var count = 0
    // One run at a time, so that memory doesn't grow with the ledger.
    let runs = try String.fetchAll(
      database, sql: "SELECT id FROM run UNION SELECT run FROM audit_event WHERE run IS NOT NULL ORDER BY 1")
    for text in runs {
      guard let run = try? ULID(text) else {
        // No run of Slipway's has such an identifier, so this row is somebody else's.
        findings.report(.rowUnrecorded(table: "run", run: text, key: text))
        continue
      }
      count += try checkRows(of: run, in: database, &findings)
    }
    let orphans = try Row.fetchAll(
      database, sql: "SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1")
    for row in orphans {
      findings.report(
        .orphans(table: try row.decode(String.self, atIndex: 0), count: try row.decode(Int.self, atIndex: 1)))
    }
    return count
  }

  private struct Key: Hashable {
    let table: RecordedTable
    let key: String
  }

  private static func checkRows(of run: ULID, in database: Database, _ findings: inout Findings) throws -> Int {
    var recorded = try recordedRows(of: run, in: database)
    var count = 0
    for table in RecordedTable.allCases {
      for row in try RowDigest.compute(table, of: run, in: database) {
        count += 1
        guard let event = recorded.removeValue(forKey: Key(table: table, key: row.key)) else {
          findings.report(.rowUnrecorded(table: table.rawValue, run: run.description, key: row.key))
          continue
        }
        if event.digest != row.digest {
          findings.report(
            .rowChanged(
              table: table.rawValue, run: run.description, key: row.key, recorded: event.sequence,
              stored: event.digest, computed: row.digest))
        }
      }
    }
    let missing = recorded.sorted { ($0.value.sequence, $0.key.key) < ($1.value.sequence, $1.key.key) }
    for (key, event) in missing {
      findings.report(
        .rowMissing(table: key.table.rawValue, run: run.description, key: key.key, recorded: event.sequence))
    }
    return count
  }

  private static func recordedRows(
    of run: ULID, in database: Database
  ) throws -> [Key: (sequence: Int64, digest: Digest)] {
    var recorded = [Key: (sequence: Int64, digest: Digest)]()
    let cursor = try Row.fetchCursor(
      database.cachedStatement(sql: "SELECT seq, payload FROM audit_event WHERE run = ? AND kind = ? ORDER BY seq"),
      arguments: [run.description, LedgerEvent.recorded])
    while let row = try cursor.next() {
      let sequence = try row.decode(Int64.self, atIndex: 0)
      // A payload that can't be read is none that Slipway wrote: the event's hash tells, and its rows count as unrecorded.
      let payload = try? Value(json: row.decode(String.self, atIndex: 1))
      for row in (payload?["rows"]?.list ?? []).compactMap(RowDigest.init) {
        recorded[Key(table: row.table, key: row.key)] = (sequence, row.digest)
      }
    }
    return recorded
  }
}

/// Kinds of the events that the ledger itself records.
enum LedgerEvent {
  /// Digests of the rows that the entry stored: see ``RowDigest``.
  static let recorded = "ledger.recorded"
  static let runStarted = "run.started"
}
