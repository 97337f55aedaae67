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
    let event = AuditEvent(
      following: hash, sequence: sequence + 1, at: at, run: run, kind: kind.storable, subject: subject.storable,
      payload: payload)
    try database.insert(
      into: "audit_event",
      [
        "seq": event.sequence, "at": at.milliseconds, "run": run?.description, "kind": event.kind,
        "subject": event.subject, "payload": payload.canonicalJSON, "prev_hash": event.previousHash.description,
        "hash": event.hash.description,
      ])
    sequence = event.sequence
    hash = event.hash
  }
}
