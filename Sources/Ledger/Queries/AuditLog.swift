import GRDB
package import Model

/// Which events of the audit log.
package struct AuditFilter: Sendable {
  package var run: ULID?
  package var pipeline: Identifier?
  /// A step's identifier or its path: events about it, and those whose payload names it.
  package var step: String?
  /// A kind, or a pattern with `*` and `?`: `image.*`.
  package var kind: String?
  /// A subject, or a pattern with `*` and `?`.
  package var subject: String?
  /// Who started the run.
  package var actor: String?
  /// Events that name the digest.
  package var digest: Digest?
  /// Both ends belong to the period.
  package var since: Timestamp?
  package var until: Timestamp?
  /// So many of the newest.
  package var limit: Int

  package init(
    run: ULID? = nil, pipeline: Identifier? = nil, step: String? = nil, kind: String? = nil, subject: String? = nil,
    actor: String? = nil, digest: Digest? = nil, since: Timestamp? = nil, until: Timestamp? = nil, limit: Int = 100
  ) {
    self.run = run
    self.pipeline = pipeline
    self.step = step
    self.kind = kind
    self.subject = subject
    self.actor = actor
    self.digest = digest
    self.since = since
    self.until = until
    self.limit = limit
  }

  /// The newest first.
  var statement: (sql: String, arguments: StatementArguments) {
    var conditions = [String]()
    var arguments = StatementArguments()
    func require(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
      guard let first = values.first, first != nil else { return }
      conditions.append(condition)
      arguments += StatementArguments(values)
    }
    require("seq IN (SELECT seq FROM audit_mention WHERE digest = ?)", digest?.description)
    require("run = ?", run?.description)
    // The sign keeps SQLite from going through all events of a kind when few of a run are wanted.
    require(run == nil ? "kind GLOB ?" : "+kind GLOB ?", kind)
    require(run == nil ? "subject GLOB ?" : "+subject GLOB ?", subject)
    require("run IN (SELECT id FROM run WHERE pipeline = ?)", pipeline?.description)
    require("run IN (SELECT id FROM run WHERE actor = ?)", actor)
    if let step {
      let path = step.contains(".") ? step : "*.steps." + step
      require("(+subject GLOB ? OR coalesce(payload ->> 'step', '') GLOB ?)", path, path)
    }
    require("at >= ?", since?.milliseconds)
    require("at <= ?", until?.milliseconds)
    let filters = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    arguments += [max(0, limit)]
    return ("SELECT * FROM audit_event\(filters) ORDER BY seq DESC LIMIT ?", arguments)
  }
}

extension SQLiteRunStore {
  /// The events that fit, the ledger's own among them, oldest first.
  package func auditLog(_ filter: AuditFilter = AuditFilter()) async throws(LedgerError) -> [AuditEvent] {
    try await database.read { database in
      let (sql, arguments) = filter.statement
      return try database.rows(of: "audit_event", sql, arguments, AuditEvent.init).reversed()
    }
  }

  /// Hands out every event, oldest first, some at a time: the chain may be longer than memory.
  package func exportEvents(_ body: ([AuditEvent]) throws -> Void) async throws {
    let portion = 1000
    var last: Int64 = 0
    while true {
      let next = last
      let events = try await database.read { database in
        try database.rows(
          of: "audit_event", "SELECT * FROM audit_event WHERE seq > ? ORDER BY seq LIMIT ?", [next, portion],
          AuditEvent.init)
      }
      if !events.isEmpty { try body(events) }
      guard events.count == portion, let end = events.last else { return }
      last = end.sequence
    }
  }
}
