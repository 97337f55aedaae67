import GRDB
import Model

extension SQLiteRunStore {
  /// The images that a user means, the one last built, scanned or pushed first. There are several when the digest is a
  /// layer's that images share, or when different images went by the name.
  /// - Parameter selector: a digest of a manifest, configuration, archive or layer, a unique prefix of one (at least 8
  ///   digits), or a reference.
  /// - Throws: ``LedgerError`` with `malformedSelector`, `noSuchImage` or `ambiguous`; the last lists the candidates.
  package func trace(_ selector: String) async throws(LedgerError) -> [ImageTrace] {
    let parsed = try ImageSelector(selector)
    return try await database.read { database in
      let manifests: [Digest]
      switch parsed {
      case .digest(let prefix): manifests = try ImageLookup.manifests(digestPrefix: prefix, in: database)
      case .reference(let name): manifests = try ImageLookup.manifests(named: name, in: database)
      }
      guard !manifests.isEmpty else {
        throw LedgerError(.noSuchImage, "the ledger knows no image “\(selector)”")
      }
      var traces = [ImageTrace]()
      for manifest in manifests { traces.append(try trace(manifest, in: database)) }
      return traces.sorted { $0.lastTouched > $1.lastTouched }
    }
  }

  private func trace(_ manifest: Digest, in database: Database) throws -> ImageTrace {
    func run(_ row: StoredRow) throws -> Run {
      let id = try row.run("run")
      guard let run = try Run.fetch(id, from: database) else { throw LedgerError.noSuchRun(id) }
      return seen(run)
    }
    let digest = manifest.description
    let builds = try database.rows(
      of: "build", "SELECT * FROM build WHERE manifest_digest = ? ORDER BY id", [digest]
    ) { row in
      ImageTrace.Build(
        run: try run(row), at: try row.timestamp("recorded_at"), record: try BuildRecord(row, from: database))
    }
    let scans = try database.rows(
      of: "scan",
      """
      SELECT * FROM scan WHERE manifest_digest = ?1 OR archive_digest IN
        (SELECT archive_digest FROM build WHERE manifest_digest = ?1 AND archive_digest IS NOT NULL)
      ORDER BY id
      """, [digest]
    ) { row in
      ImageTrace.Scan(
        run: try run(row), at: try row.timestamp("recorded_at"), step: try row.path("step"),
        scanner: try ScanReport.ScannerIdentity(row), archiveDigest: try row.digest("archive_digest"),
        manifestDigest: try row.digest("manifest_digest"), counts: try SeverityCounts(row),
        isPassed: try row.flag("is_passed"))
    }
    let pushes = try database.rows(
      of: "push",
      """
      SELECT * FROM push WHERE manifest_digest = ?1 OR read_back_digest = ?1 OR archive_digest IN
        (SELECT archive_digest FROM build WHERE manifest_digest = ?1 AND archive_digest IS NOT NULL)
      ORDER BY id
      """, [digest]
    ) { row in ImageTrace.Push(run: try run(row), record: try PushRecord(row)) }

    let runs = builds.map(\.run.id) + scans.map(\.run.id) + pushes.map(\.run.id)
    let archives = builds.compactMap { $0.record.archive?.digest } + scans.map(\.archiveDigest)
    return ImageTrace(
      manifestDigest: manifest, builds: builds, scans: scans, pushes: pushes,
      replays: try replays(of: Set(runs), in: database),
      events: try events(naming: Set([manifest] + archives), in: database),
      verdict: CustodyVerdict(pushes: pushes.map(\.record), scans: scans))
  }

  private func replays(of runs: Set<ULID>, in database: Database) throws -> [Run] {
    var replays = Set<Run>()
    for run in runs {
      let found = try database.rows(
        of: "run",
        """
        SELECT * FROM run WHERE replay_of = ?1 OR id IN (SELECT run FROM node WHERE taken_from = ?1)
        """, [run.description], Run.init)
      replays.formUnion(found.map(seen))
    }
    return replays.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
  }

  private func events(naming digests: Set<Digest>, in database: Database) throws -> [AuditEvent] {
    let texts = digests.map(\.description)
    let places = texts.map { _ in "?" }.joined(separator: ", ")
    return try database.rows(
      of: "audit_event",
      """
      SELECT * FROM audit_event WHERE seq IN (SELECT seq FROM audit_mention WHERE digest IN (\(places))) ORDER BY seq
      """, StatementArguments(texts), AuditEvent.init)
  }
}

extension ImageTrace {
  fileprivate var lastTouched: Timestamp {
    let times = builds.map(\.at) + scans.map(\.at) + pushes.map(\.record.at)
    return times.max() ?? Timestamp(milliseconds: 0)
  }
}
