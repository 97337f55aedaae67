import GRDB
import Model

extension AuditEvent {
  init(_ row: StoredRow) throws {
    self.init(
      sequence: try row.integer("seq"), at: try row.timestamp("at"), run: try row.optionalRun("run"),
      kind: try row.text("kind"), subject: try row.text("subject"), payload: try row.json("payload"),
      previousHash: try row.digest("prev_hash"), hash: try row.digest("hash"))
  }
}

/// Appends to the chain. Lives within one transaction, which holds the write lock: so no two events follow the same one.
struct AuditAppender {
  private let database: Database
  private let run: ULID?
  private let at: Timestamp
  private var sequence: Int64
  private var hash: Digest

  init(to database: Database, run: ULID?, at: Timestamp) throws {
    self.database = database
    self.run = run
    self.at = at
    let last = try database.rows(
      of: "audit_event", "SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1"
    ) { (sequence: try $0.integer("seq"), hash: try $0.digest("hash")) }.first
    sequence = last?.sequence ?? 0
    hash = last?.hash ?? AuditHash.genesis
  }

  mutating func append(kind: String, subject: String, payload: Value) throws {
    let payload = payload.canonicalJSON
    let (kind, subject) = (kind.storable, subject.storable)
    let next = AuditHash.hash(
      sequence: sequence + 1, at: at, run: run, kind: kind, subject: subject, payload: payload, previous: hash)
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO audit_event (seq, at, run, kind, subject, payload, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      sequence + 1, at.milliseconds, run?.description, kind, subject, payload, hash.description, next.description,
    ])
    sequence += 1
    hash = next
  }

  mutating func append(recorded rows: [RowDigest], of run: ULID) throws {
    guard !rows.isEmpty else { return }
    try append(kind: LedgerEvent.recorded, subject: run.description, payload: ["rows": .list(rows.map(\.value))])
  }
}
