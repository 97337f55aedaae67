import GRDB
import Model

extension PushRecord {
  /// - Returns: the row's `id`.
  func insert(for run: ULID, into database: Database) throws -> Int64 {
    try database.insert(
      into: "push",
      [
        "run": run.description, "step": step.description, "pushed_at": at.milliseconds,
        "reference": reference.description, "manifest_digest": manifestDigest.description,
        "read_back_digest": readBackDigest.description, "archive_digest": archiveDigest?.description,
        "destination": destination,
      ])
    return database.lastInsertedRowID
  }

  init(_ row: StoredRow) throws {
    self.init(
      step: try row.path("step"), reference: try row.reference("reference"),
      manifestDigest: try row.digest("manifest_digest"), readBackDigest: try row.digest("read_back_digest"),
      archiveDigest: try row.optionalDigest("archive_digest"), destination: try row.text("destination"),
      at: try row.timestamp("pushed_at"))
  }

  static func fetchAll(of run: ULID, from database: Database) throws -> [PushRecord] {
    try database.rows(
      of: "push", "SELECT * FROM push WHERE run = ? ORDER BY id", [run.description], PushRecord.init)
  }
}
