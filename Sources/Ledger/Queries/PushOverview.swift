import GRDB
package import Model

/// One push, with who made it.
package struct PushOverview: Hashable, Sendable {
  package let run: Run
  package let record: PushRecord
  /// Nobody has pushed anything else under the name since.
  package let isNewest: Bool
}

extension SQLiteRunStore {
  /// The pushes of what a user means, newest first.
  /// - Parameter selector: a reference, complete or its last parts, or a manifest's or archive's digest.
  /// - Throws: ``LedgerError`` with `malformedSelector` or `noSuchImage`.
  package func pushes(of selector: String) async throws(LedgerError) -> [PushOverview] {
    let parsed = try ImageSelector(selector)
    return try await database.read { database in
      let ways: [(condition: String, arguments: StatementArguments)]
      switch parsed {
      case .reference(let name): ways = ImageLookup.ways(named: name)
      case .digest(let prefix):
        let manifests = try ImageLookup.manifests(digestPrefix: prefix, in: database).map(\.description)
        let places = manifests.map { _ in "?" }.joined(separator: ", ")
        ways = [("manifest_digest IN (\(places))", StatementArguments(manifests))]
      }
      for way in ways {
        let found = try database.rows(
          of: "push",
          """
          SELECT *, NOT EXISTS (SELECT 1 FROM push AS later WHERE later.reference = push.reference
                                AND later.id > push.id AND later.manifest_digest <> push.manifest_digest) AS is_newest
          FROM push WHERE \(way.condition) ORDER BY id DESC
          """, way.arguments
        ) { row in
          let id = try row.run("run")
          guard let run = try Run.fetch(id, from: database) else { throw LedgerError.noSuchRun(id) }
          return PushOverview(run: seen(run), record: try PushRecord(row), isNewest: try row.flag("is_newest"))
        }
        if !found.isEmpty { return found }
      }
      throw LedgerError(.noSuchImage, "nothing was pushed as “\(selector)”")
    }
  }
}
