import GRDB
package import Model

/// Which events of the audit log.
package struct AuditFilter: Sendable {
  package var run: ULID?
  /// A kind, or a pattern with `*` and `?`: `image.*`.
  package var kind: String?
  /// A subject, or a pattern with `*` and `?`.
  package var subject: String?
  /// Both ends belong to the period.
  package var since: Timestamp?
  package var until: Timestamp?
  /// So many of the newest.
  package var limit: Int

  package init(
    run: ULID? = nil, kind: String? = nil, subject: String? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
    limit: Int = 100
  ) {
    self.run = run
    self.kind = kind
    self.subject = subject
    self.since = since
    self.until = until
    self.limit = limit
  }
}

extension SQLiteRunStore {
  /// The events that fit, the ledger's own among them, oldest first.
  package func auditLog(_ filter: AuditFilter = AuditFilter()) async throws(LedgerError) -> [AuditEvent] {
    try await database.read { database in
      var conditions = [String]()
      var arguments = StatementArguments()
      func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
        guard let value else { return }
        conditions.append(condition)
        arguments += StatementArguments([value])
      }
      require("run = ?", filter.run?.description)
      require("kind GLOB ?", filter.kind)
      require("subject GLOB ?", filter.subject)
      require("at >= ?", filter.since?.milliseconds)
      require("at <= ?", filter.until?.milliseconds)
      let filters = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
      let sql = "SELECT * FROM audit_event\(filters) ORDER BY seq DESC LIMIT ?"
      arguments += [max(0, filter.limit)]
      return try database.rows(of: "audit_event", sql, arguments, AuditEvent.init).reversed()
    }
  }
}
