import Model

/// Compares the rows of runs with what the events recorded of them. Several of these share the runs out among them.
struct RowCheck: LedgerCheck {
  struct Result: Sendable {
    var count = 0
    var findings = AuditFindings()
    /// How many rows of each table belong to a run.
    var owned: [String: Int] = [:]

    /// Together with what another one has found.
    mutating func add(_ other: Result) {
      count += other.count
      findings.add(other.findings)
      owned.merge(other.owned, uniquingKeysWith: +)
    }
  }

  private struct Key: Hashable {
    let table: RecordedTable
    let key: String
  }

  private typealias Recorded = [Key: (sequence: Int64, hash: HashValue)]

  private let connection: RawConnection
  private let part: Int
  private let parts: Int

  /// - Parameters:
  ///   - part: from 0; every `parts`-th run is looked at, beginning with this one.
  ///   - parts: how many share the work.
  init(_ connection: RawConnection, part: Int, of parts: Int) {
    self.connection = connection
    self.part = part
    self.parts = parts
  }

  /// Every run that there is a row or an event of. The index of the events is skipped through, not read.
  private static let runs = """
    WITH RECURSIVE recorded (run) AS (
      SELECT min(run) FROM audit_event
      UNION ALL
      SELECT (SELECT min(run) FROM audit_event WHERE run > recorded.run) FROM recorded WHERE recorded.run IS NOT NULL
    )
    SELECT id FROM run UNION SELECT run FROM recorded WHERE run IS NOT NULL ORDER BY 1
    """

  func run() throws -> Result {
    var findings = AuditFindings()
    var count = 0
    var number = 0
    let connection = connection
    var digester = RowDigester { try connection.statement($0) }
    // One run at a time, so that memory doesn't grow with the ledger.
    let runs = try connection.statement(Self.runs)
    while try runs.step() {
      defer { number += 1 }
      guard number % parts == part else { continue }
      let run = runs.text(0)
      var recorded = try recordedRows(of: run)
      for table in RecordedTable.allCases {
        try digester.compute(table, of: run) { row in
          count += 1
          guard let event = recorded.removeValue(forKey: Key(table: table, key: row.key)) else {
            findings.report(.rowUnrecorded(table: table.rawValue, run: run, key: row.key))
            return
          }
          if event.hash != row.hash {
            findings.report(
              .rowChanged(
                table: table.rawValue, run: run, key: row.key, recorded: event.sequence, stored: event.hash.digest,
                computed: row.hash.digest))
          }
        }
      }
      let missing = recorded.sorted { ($0.value.sequence, $0.key.key) < ($1.value.sequence, $1.key.key) }
      for (key, event) in missing {
        findings.report(.rowMissing(table: key.table.rawValue, run: run, key: key.key, recorded: event.sequence))
      }
    }
    return Result(count: count, findings: findings, owned: digester.counts)
  }

  /// Rows that belong to no run.
  static func orphans(in connection: RawConnection, owned: [String: Int]) throws -> AuditFindings {
    var findings = AuditFindings()
    for table in RecordedTable.allTables {
      let rows = try connection.statement("SELECT count(*) FROM \(table)")
      let all = try rows.step() ? Int(rows.integer(0)) : 0
      rows.reset()
      let orphans = all - owned[table, default: 0]
      if orphans > 0 { findings.report(.orphans(table: table, count: orphans)) }
    }
    return findings
  }

  private func recordedRows(of run: String) throws -> Recorded {
    var recorded = Recorded()
    // The sign keeps SQLite from going through all events of the kind.
    let events = try connection.statement(
      "SELECT seq, payload FROM audit_event WHERE run = ? AND +kind = ? ORDER BY seq")
    try events.bind(run, LedgerEvent.recorded)
    while try events.step() {
      let sequence = events.integer(0)
      RecordedRows.read(events.bytes(1)) { recorded[Key(table: $0.table, key: $0.key)] = (sequence, $0.hash) }
    }
    return recorded
  }
}
