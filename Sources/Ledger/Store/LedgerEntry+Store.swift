import Engine
import GRDB
import Model

extension LedgerEntry.Fact {
  var endsRun: Bool {
    if case .runFinished = self { true } else { false }
  }

  /// - Returns: where the row is that now holds this.
  func store(
    for run: ULID, at time: Timestamp, in database: Database
  ) throws -> (table: RecordedTable, key: String) {
    switch self {
    case .node(let node):
      try node.store(for: run, in: database)
      return (.node, node.path.description)
    case .attempt(let attempt):
      try attempt.store(for: run, in: database)
      return (.attempt, "\(attempt.path)#\(attempt.number)")
    case .build(let build): return (.build, String(try build.insert(for: run, at: time, into: database)))
    case .scan(let scan): return (.scan, String(try scan.insert(for: run, at: time, into: database)))
    case .push(let push): return (.push, String(try push.insert(for: run, into: database)))
    case .runFinished(let status, let message):
      try database.cachedStatement(sql: "UPDATE run SET status = ?, message = ?, finished_at = ? WHERE id = ?")
        .execute(arguments: [status.rawValue, message?.storable, time.milliseconds, run.description])
      return (.run, run.description)
    }
  }
}

extension RunQuery {
  /// Runs that may fit, newest first. A run that is stored as running fits interrupted too.
  var statement: (sql: String, arguments: StatementArguments) {
    var conditions = [String]()
    var arguments = StatementArguments()
    if let pipeline {
      conditions.append("pipeline = ?")
      arguments += [pipeline.description]
    }
    if let sequenceID {
      conditions.append("sequence_id = ?")
      arguments += [sequenceID]
    }
    if let idPrefix {
      // A range, so that the index can be used: no character of an identifier sorts after “a”.
      conditions.append("id >= ? AND id < ?")
      arguments += [idPrefix.uppercased(), idPrefix.uppercased() + "a"]
    }
    if let status {
      conditions.append("status IN (?, ?)")
      arguments += [status.rawValue, status == .interrupted ? Status.running.rawValue : status.rawValue]
    }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    return ("SELECT * FROM run\(filter) ORDER BY started_at DESC, id DESC", arguments)
  }
}
