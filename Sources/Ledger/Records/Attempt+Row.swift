import GRDB
import Model

extension Attempt {
  /// Stores the attempt, over what was stored when it began. A finished one is refused by the schema.
  func store(for run: ULID, in database: Database) throws {
    try database.insert(
      into: "attempt", replacingOn: ["run", "path", "number"],
      [
        "run": run.description, "path": path.description, "number": number, "status": status.rawValue,
        "started_at": startedAt.milliseconds, "finished_at": finishedAt?.milliseconds,
        "resolved_spec": resolvedSpec.canonicalJSON, "exit_code": exitCode, "failure": failure?.rawValue,
        "message": message, "outputs": Value.map(outputs.mapValues(Value.string)).canonicalJSON,
        "log_file": logFile, "log_digest": logDigest?.description,
        "workspace_before": workspaceBefore?.description, "workspace_after": workspaceAfter?.description,
      ])
  }

  init(_ row: StoredRow) throws {
    self.init(
      path: try row.path("path"), number: Int(try row.integer("number")), status: try row.word("status"),
      startedAt: try row.timestamp("started_at"), finishedAt: try row.optionalTimestamp("finished_at"),
      resolvedSpec: try row.json("resolved_spec"), exitCode: try row.optionalInteger("exit_code").map { Int($0) },
      failure: try row.optionalWord("failure"), message: try row.optionalText("message"),
      outputs: try row.textsByName("outputs"), logFile: try row.text("log_file"),
      logDigest: try row.optionalDigest("log_digest"),
      workspaceBefore: try row.optionalDigest("workspace_before"),
      workspaceAfter: try row.optionalDigest("workspace_after"))
  }

  static func fetchAll(of run: ULID, from database: Database) throws -> [Attempt] {
    try database.rows(
      of: "attempt", "SELECT * FROM attempt WHERE run = ? ORDER BY id", [run.description], Attempt.init)
  }

  func seen(as status: Status) -> Attempt {
    Attempt(
      path: path, number: number, status: status, startedAt: startedAt, finishedAt: finishedAt,
      resolvedSpec: resolvedSpec, exitCode: exitCode, failure: failure, message: message, outputs: outputs,
      logFile: logFile, logDigest: logDigest, workspaceBefore: workspaceBefore, workspaceAfter: workspaceAfter)
  }
}
