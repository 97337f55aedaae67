import GRDB
import Model

/// Finds the manifest digests of the images that a digest or a name belongs to.
enum ImageLookup {
  /// Where digests stand that belong to an image: the column, what it is the digest of, of which manifest, and in which rows.
  private static let digests: [(column: String, what: String, manifest: String, rows: String)] = [
    ("manifest_digest", "manifest", "manifest_digest", "build"),
    ("configuration_digest", "configuration", "manifest_digest", "build"),
    ("archive_digest", "archive", "manifest_digest", "build"),
    ("layer.digest", "layer", "build.manifest_digest", "build_layer AS layer JOIN build ON build.id = layer.build"),
    ("layer.diff_id", "layer", "build.manifest_digest", "build_layer AS layer JOIN build ON build.id = layer.build"),
    ("base.digest", "base", "build.manifest_digest", "build_base AS base JOIN build ON build.id = base.build"),
    ("manifest_digest", "manifest", "manifest_digest", "scan"),
    ("configuration_digest", "configuration", "manifest_digest", "scan"),
    ("archive_digest", "archive", "manifest_digest", "scan"),
    ("manifest_digest", "manifest", "manifest_digest", "push"),
    ("read_back_digest", "manifest", "manifest_digest", "push"),
    ("archive_digest", "archive", "manifest_digest", "push"),
  ]

  /// The condition stands in every part, since SQLite goes through all rows for one that stands around them.
  private static let search = digests.map { place in
    """
    SELECT \(place.column) AS digest, '\(place.what)' AS what, \(place.manifest) AS manifest FROM \(place.rows) \
    WHERE \(place.column) >= ?1 AND \(place.column) < ?2
    """
  }.joined(separator: " UNION ")

  static func manifests(digestPrefix prefix: String, in database: Database) throws -> [Digest] {
    // A range, so that the indices can be used: no hexadecimal digit sorts after "g".
    let found = try database.rows(
      of: "build", search, ["sha256:" + prefix, "sha256:" + prefix + "g"]
    ) { (digest: try $0.digest("digest"), what: try $0.text("what"), manifest: try $0.digest("manifest")) }
    let candidates = Set(found.map(\.digest)).sorted()
    guard candidates.count <= 1 else {
      let listed = candidates.prefix(10).map { digest in
        "\n  \(digest)  \(found.first { $0.digest == digest }?.what ?? "")"
      }
      let rest = candidates.count > 10 ? "\n  …" : ""
      throw LedgerError(.ambiguous, "“\(prefix)” fits several digests:\(listed.joined())\(rest)")
    }
    return Set(found.map(\.manifest)).sorted()
  }

  /// How a name may be meant, the surest way first: a complete name; where nobody knows that, the end of names: `app:1` is
  /// `registry.example/team/app:1`; and at last any tag: `app` is `registry.example/team/app:1` too.
  static func ways(named name: String) -> [(condition: String, arguments: StatementArguments)] {
    // What can be no reference can still be the end of one.
    let complete = (try? ImageReference(name))?.description ?? name
    return [
      ("reference IN (?1, ?2)", [name, complete]),
      ("reference GLOB '*/' || ?1", [name]),
      ("reference GLOB ?1 || ':*' OR reference GLOB '*/' || ?1 || ':*'", [name]),
    ]
  }

  static func manifests(named name: String, in database: Database) throws -> [Digest] {
    for way in ways(named: name) {
      let found = try database.rows(
        of: "push",
        """
        SELECT build.manifest_digest AS manifest FROM build_reference JOIN build ON build.id = build_reference.build
        WHERE \(way.condition) UNION SELECT manifest_digest FROM push WHERE \(way.condition)
        """, way.arguments
      ) { try $0.digest("manifest") }
      if !found.isEmpty { return found.sorted() }
    }
    return []
  }
}
