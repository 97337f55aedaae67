import GRDB
import Model

/// Finds the manifest digests of the images that a digest or a name belongs to.
enum ImageLookup {
  /// Every digest that belongs to an image: what it is, and of which manifest.
  private static let digests = """
    SELECT manifest_digest AS digest, 'manifest' AS what, manifest_digest AS manifest FROM build
    UNION SELECT configuration_digest, 'configuration', manifest_digest FROM build
    UNION SELECT archive_digest, 'archive', manifest_digest FROM build WHERE archive_digest IS NOT NULL
    UNION SELECT build_layer.digest, 'layer', build.manifest_digest
          FROM build_layer JOIN build ON build.id = build_layer.build
    UNION SELECT build_layer.diff_id, 'layer', build.manifest_digest
          FROM build_layer JOIN build ON build.id = build_layer.build
    UNION SELECT build_base.digest, 'base', build.manifest_digest
          FROM build_base JOIN build ON build.id = build_base.build
    UNION SELECT manifest_digest, 'manifest', manifest_digest FROM scan
    UNION SELECT configuration_digest, 'configuration', manifest_digest FROM scan
    UNION SELECT archive_digest, 'archive', manifest_digest FROM scan
    UNION SELECT manifest_digest, 'manifest', manifest_digest FROM push
    UNION SELECT read_back_digest, 'manifest', manifest_digest FROM push
    UNION SELECT archive_digest, 'archive', manifest_digest FROM push WHERE archive_digest IS NOT NULL
    """

  static func manifests(digestPrefix prefix: String, in database: Database) throws -> [Digest] {
    // A range, so that the indices can be used: no hexadecimal digit sorts after "g".
    let found = try database.rows(
      of: "build", "SELECT DISTINCT digest, what, manifest FROM (\(digests)) WHERE digest >= ? AND digest < ?",
      ["sha256:" + prefix, "sha256:" + prefix + "g"]
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
      ("reference IN (?, ?)", [name, complete]),
      ("reference GLOB '*/' || ?", [name]),
      ("reference GLOB ?1 || ':*' OR reference GLOB '*/' || ?1 || ':*'", [name]),
    ]
  }

  static func manifests(named name: String, in database: Database) throws -> [Digest] {
    let names = """
      SELECT reference, build.manifest_digest AS manifest
      FROM build_reference JOIN build ON build.id = build_reference.build
      UNION SELECT reference, manifest_digest FROM push
      """
    for way in ways(named: name) {
      let found = try database.rows(
        of: "push", "SELECT DISTINCT manifest FROM (\(names)) WHERE \(way.condition)", way.arguments
      ) { try $0.digest("manifest") }
      if !found.isEmpty { return found.sorted() }
    }
    return []
  }
}
