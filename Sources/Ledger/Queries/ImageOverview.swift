import GRDB
package import Model

/// One image of all that were built or pushed.
package struct ImageOverview: Hashable, Sendable {
  package let manifestDigest: Digest
  /// The names that it was built for or pushed under.
  package let names: [String]
  package let builtAt: Timestamp?
  /// `PIPELINE#NUMBER` of the run that built it last.
  package let builtBy: String?
  package let pushedAt: Timestamp?
  package let pushCount: Int
  package let scannedAt: Timestamp?
  /// What came of the last scan; nil when there was none.
  package let isPassed: Bool?
  /// At least one push was of bytes that no scan had read before.
  package let isPushedUnscanned: Bool
}

extension SQLiteRunStore {
  private static let images = """
    WITH image (manifest) AS (SELECT manifest_digest FROM build UNION SELECT manifest_digest FROM push),
    overview AS (
      SELECT manifest,
             (SELECT group_concat(reference, ' ') FROM
               (SELECT build_reference.reference FROM build_reference JOIN build ON build.id = build_reference.build
                WHERE build.manifest_digest = manifest
                UNION SELECT reference FROM push WHERE manifest_digest = manifest)) AS names,
             (SELECT max(recorded_at) FROM build WHERE manifest_digest = manifest) AS built_at,
             (SELECT run.pipeline || '#' || run.sequence_id FROM build JOIN run ON run.id = build.run
              WHERE build.manifest_digest = manifest ORDER BY build.id DESC LIMIT 1) AS built_by,
             (SELECT max(pushed_at) FROM push WHERE manifest_digest = manifest) AS pushed_at,
             (SELECT count(*) FROM push WHERE manifest_digest = manifest) AS push_count,
             (SELECT max(recorded_at) FROM scan WHERE manifest_digest = manifest) AS scanned_at,
             (SELECT is_passed FROM scan WHERE manifest_digest = manifest ORDER BY id DESC LIMIT 1) AS is_passed,
             EXISTS (SELECT 1 FROM push WHERE manifest_digest = manifest AND NOT EXISTS (
               SELECT 1 FROM scan WHERE scan.manifest_digest = push.manifest_digest
                 AND (push.archive_digest IS NULL OR scan.archive_digest = push.archive_digest)
                 AND scan.recorded_at <= push.pushed_at)) AS is_pushed_unscanned
      FROM image)
    SELECT * FROM overview
    """

  /// The images that were built or pushed, the one last touched first.
  /// - Parameters:
  ///   - unscanned: only those that no scan has read, or that were pushed before one had.
  ///   - pushed: only those that were pushed.
  package func images(
    unscanned: Bool = false, pushed: Bool = false, limit: Int = 100
  ) async throws(LedgerError) -> [ImageOverview] {
    let conditions: [String] =
      (unscanned ? ["(scanned_at IS NULL OR is_pushed_unscanned)"] : []) + (pushed ? ["push_count > 0"] : [])
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    let order = " ORDER BY max(coalesce(built_at, 0), coalesce(pushed_at, 0)) DESC, manifest LIMIT ?"
    return try await database.read { database in
      try database.rows(of: "build", Self.images + filter + order, [max(0, limit)]) { row in
        ImageOverview(
          manifestDigest: try row.digest("manifest"),
          names: try row.optionalText("names")?.split(separator: " ").map(String.init) ?? [],
          builtAt: try row.optionalTimestamp("built_at"), builtBy: try row.optionalText("built_by"),
          pushedAt: try row.optionalTimestamp("pushed_at"), pushCount: Int(try row.integer("push_count")),
          scannedAt: try row.optionalTimestamp("scanned_at"),
          isPassed: try row.optionalInteger("is_passed").map { $0 != 0 },
          isPushedUnscanned: try row.flag("is_pushed_unscanned"))
      }
    }
  }
}
