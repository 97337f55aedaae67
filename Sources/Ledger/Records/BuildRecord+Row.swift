import GRDB
import Model

extension BuildRecord {
  /// - Returns: the row's `id`.
  func insert(for run: ULID, at time: Timestamp, into database: Database) throws -> Int64 {
    try database.insert(
      into: "build",
      [
        "run": run.description, "step": step.description, "recorded_at": time.milliseconds,
        "manifest_digest": manifestDigest.description, "configuration_digest": configurationDigest.description,
        "archive_path": archive?.path, "archive_digest": archive?.digest.description, "archive_size": archive?.size,
        "dockerfile_digest": dockerfileDigest?.description,
      ])
    let id = database.lastInsertedRowID
    for (position, layer) in layers.enumerated() {
      try database.insert(
        into: "build_layer",
        [
          "build": id, "position": position, "digest": layer.digest.description,
          "diff_id": layer.diffID.description, "size": layer.size,
        ])
    }
    for (position, reference) in references.enumerated() {
      try database.insert(
        into: "build_reference", ["build": id, "position": position, "reference": reference.description])
    }
    for (position, base) in bases.enumerated() {
      try database.insert(
        into: "build_base",
        [
          "build": id, "position": position, "reference": base.reference.description,
          "digest": base.digest.description,
        ])
    }
    return id
  }

  /// - Parameter row: of the table `build`; its layers, references and bases are read along.
  init(_ row: StoredRow, from database: Database) throws {
    let id = try row.integer("id")
    let archive = try row.optionalText("archive_path").map { path in
      Archive(path: path, digest: try row.digest("archive_digest"), size: try row.integer("archive_size"))
    }
    let layers = try database.rows(
      of: "build_layer", "SELECT * FROM build_layer WHERE build = ? ORDER BY position", [id]
    ) {
      Layer(digest: try $0.digest("digest"), diffID: try $0.digest("diff_id"), size: try $0.integer("size"))
    }
    let references = try database.rows(
      of: "build_reference", "SELECT reference FROM build_reference WHERE build = ? ORDER BY position", [id]
    ) { try $0.reference("reference") }
    let bases = try database.rows(
      of: "build_base", "SELECT reference, digest FROM build_base WHERE build = ? ORDER BY position", [id]
    ) { Base(reference: try $0.reference("reference"), digest: try $0.digest("digest")) }
    self.init(
      step: try row.path("step"), manifestDigest: try row.digest("manifest_digest"),
      configurationDigest: try row.digest("configuration_digest"), layers: layers, archive: archive,
      references: references, dockerfileDigest: try row.optionalDigest("dockerfile_digest"), bases: bases)
  }

  static func fetchAll(of run: ULID, from database: Database) throws -> [BuildRecord] {
    try database.rows(of: "build", "SELECT * FROM build WHERE run = ? ORDER BY id", [run.description]) {
      try BuildRecord($0, from: database)
    }
  }
}
