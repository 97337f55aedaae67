package import Engine
import GRDB
package import Model
package import SystemPackage

/// The ledger in an SQLite file: the run store that outlives the process.
package struct SQLiteRunStore: RunStore {
  let database: LedgerDatabase
  private let locks: RunLocks?

  /// Opens the ledger, and makes it and the directories above it if they are missing.
  /// - Parameters:
  ///   - path: the database file.
  ///   - locks: tells which unfinished runs are alive; the others are shown as interrupted. Nil shows all as they are stored.
  /// - Throws: ``LedgerError``.
  package init(at path: FilePath, locks: RunLocks? = nil) throws(LedgerError) {
    database = try LedgerDatabase(at: path)
    self.locks = locks
  }

  /// Opens the ledger for looking at it: no file and no directory is made, and nothing can be written.
  /// - Throws: ``LedgerError``; `noLedger` when there is none.
  package init(readingFrom path: FilePath, locks: RunLocks? = nil) throws(LedgerError) {
    database = try LedgerDatabase(readingFrom: path)
    self.locks = locks
  }

  /// Closes the ledger. The last one to do so leaves a single file, which can be copied; a process that ends without this
  /// loses nothing, but leaves the newest entries in the `-wal` file beside it.
  /// - Throws: ``LedgerError``.
  package func close() throws(LedgerError) {
    try database.close()
  }

  package var audit: AuditChain { AuditChain(database: database) }

  // MARK: Writing

  package func begin(_ draft: RunDraft) async throws -> Run {
    try await database.write { database in
      let last = try Int.fetchOne(
        database.cachedStatement(sql: "SELECT max(sequence_id) FROM run WHERE pipeline = ?"),
        arguments: [draft.pipeline.description])
      let run = Run(
        id: draft.id, pipeline: draft.pipeline, pipelineName: draft.pipelineName, sequenceID: (last ?? 0) + 1,
        status: .running, startedAt: draft.startedAt, origin: draft.origin)
      if try Run.fetch(run.id, from: database) != nil {
        throw LedgerError(.refused, "there is a run \(run.id) already")
      }
      try run.insert(into: database)
      var chain = try AuditAppender(to: database, run: run.id, at: draft.startedAt)
      try chain.append(kind: LedgerEvent.runStarted, subject: run.pipeline.description, payload: draft.payload)
      try chain.append(recorded: database.digests(of: [(.run, run.id.description)], in: run.id), of: run.id)
      return run
    }
  }

  package func append(_ entry: LedgerEntry, to run: ULID) async throws {
    try await database.write(isDurable: entry.isDurable) { database in
      guard try Run.exists(run, in: database) else { throw LedgerError.noSuchRun(run) }
      var chain = try AuditAppender(to: database, run: run, at: entry.at)
      for event in entry.events {
        try chain.append(kind: event.kind, subject: event.subject, payload: event.payload)
      }
      // The end of the run comes last, whatever its place in the entry: after it nothing can be stored.
      let facts = entry.facts.filter { !$0.endsRun } + entry.facts.filter(\.endsRun)
      var keys = [(table: RecordedTable, key: String)]()
      for fact in facts {
        let key = try fact.store(for: run, at: entry.at, in: database)
        if !keys.contains(where: { $0 == key }) { keys.append(key) }
      }
      try chain.append(recorded: database.digests(of: keys, in: run), of: run)
    }
  }

  // MARK: Reading

  package func run(_ id: ULID) async throws -> Run? {
    try await database.read { try Run.fetch(id, from: $0).map(seen) }
  }

  package func runs(_ query: RunQuery) async throws -> [Run] {
    try await database.read { database in
      let (sql, arguments) = query.statement
      let cursor = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
      var runs = [Run]()
      while runs.count < query.limit, let row = try cursor.next() {
        let run = seen(try Run(StoredRow(row: row, table: "run")))
        // Asked again, since a run that is stored as running may turn out to be interrupted.
        if query.status == nil || query.status == run.status { runs.append(run) }
      }
      return runs
    }
  }

  package func history(of run: ULID) async throws -> RunHistory {
    try await database.read { database in
      guard let stored = try Run.fetch(run, from: database) else { throw LedgerError.noSuchRun(run) }
      let shown = seen(stored)
      var nodes = try RunNode.fetchAll(of: run, from: database)
      var attempts = try Attempt.fetchAll(of: run, from: database)
      if shown.status == .interrupted {
        nodes = nodes.map { $0.status == .running ? $0.seen(as: .interrupted) : $0 }
        attempts = attempts.map { $0.status == .running ? $0.seen(as: .interrupted) : $0 }
      }
      return RunHistory(
        run: shown, nodes: nodes, attempts: attempts, builds: try BuildRecord.fetchAll(of: run, from: database),
        scans: try ScanRecord.fetchAll(of: run, from: database),
        pushes: try PushRecord.fetchAll(of: run, from: database))
    }
  }

  /// Those that were appended; the ledger's own, which vouch for rows, are in ``auditLog(_:)``.
  package func events(of run: ULID) async throws -> [AuditEvent] {
    try await database.read { database in
      try database.rows(
        of: "audit_event", "SELECT * FROM audit_event WHERE run = ? AND kind <> ? ORDER BY seq",
        [run.description, LedgerEvent.recorded], AuditEvent.init)
    }
  }

  /// The run as it is now: one that nobody runs any more was interrupted.
  func seen(_ run: Run) -> Run {
    guard run.status == .running, let locks, !locks.isAlive(run.id) else { return run }
    return run.seen(as: .interrupted)
  }
}

extension LedgerError {
  static func noSuchRun(_ run: ULID) -> LedgerError {
    LedgerError(.noSuchRun, "there is no run \(run) in this ledger")
  }
}

extension Database {
  /// What the chain records of rows that have just been stored.
  fileprivate func digests(of rows: [(table: RecordedTable, key: String)], in run: ULID) throws -> [RowDigest] {
    var digester = RowDigester { RawStatement(try self.cachedStatement(sql: $0)) }
    var digests = [RowDigest]()
    for row in rows { try digester.compute(row.table, of: run.description, key: row.key) { digests.append($0) } }
    return digests
  }
}
