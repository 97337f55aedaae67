import GRDB
import Model

extension RunNode {
  /// Stores the node, over what was stored for its path before.
  func store(for run: ULID, in database: Database) throws {
    try database.insert(
      into: "node", replacingOn: ["run", "path"],
      [
        "run": run.description, "path": path.description, "kind": kind.rawValue, "name": name, "type": type,
        "status": status.rawValue, "started_at": startedAt?.milliseconds, "finished_at": finishedAt?.milliseconds,
        "message": message, "taken_from": takenFrom?.description,
      ])
  }

  init(_ row: StoredRow) throws {
    self.init(
      path: try row.path("path"), kind: try row.word("kind"), name: try row.text("name"), type: try row.text("type"),
      status: try row.word("status"), startedAt: try row.optionalTimestamp("started_at"),
      finishedAt: try row.optionalTimestamp("finished_at"), message: try row.optionalText("message"),
      takenFrom: try row.optionalRun("taken_from"))
  }

  static func fetchAll(of run: ULID, from database: Database) throws -> [RunNode] {
    try database.rows(
      of: "node", "SELECT * FROM node WHERE run = ? ORDER BY id", [run.description], RunNode.init)
  }

  func seen(as status: Status) -> RunNode {
    RunNode(
      path: path, kind: kind, name: name, type: type, status: status, startedAt: startedAt, finishedAt: finishedAt,
      message: message, takenFrom: takenFrom)
  }
}
