import GRDB
import Model

extension ScanRecord {
  /// - Returns: the row's `id`.
  func insert(for run: ULID, at time: Timestamp, into database: Database) throws -> Int64 {
    let counts = report.counts
    try database.insert(
      into: "scan",
      [
        "run": run.description, "step": step.description, "recorded_at": time.milliseconds,
        "scanner": report.scanner.name, "scanner_version": report.scanner.version,
        "scanner_data": json(report.scanner.data), "archive_digest": report.archiveDigest.description,
        "manifest_digest": report.manifestDigest.description,
        "configuration_digest": report.configurationDigest.description,
        "operating_system": report.operatingSystem, "is_passed": isPassed, "critical": counts[.critical],
        "high": counts[.high], "medium": counts[.medium], "low": counts[.low], "info": counts[.info],
        "unknown": counts[.unknown], "remarks": json(report.remarks),
      ])
    let id = database.lastInsertedRowID
    for (position, package) in report.packages.enumerated() {
      try package.insert(position: position, of: id, into: database)
    }
    for (position, finding) in report.findings.enumerated() {
      try finding.insert(position: position, of: id, into: database)
    }
    return id
  }

  /// - Parameter row: of the table `scan`; its packages and findings are read along.
  init(_ row: StoredRow, from database: Database) throws {
    let id = try row.integer("id")
    let packages = try database.rows(
      of: "scan_package", "SELECT * FROM scan_package WHERE scan = ? ORDER BY position", [id], InstalledPackage.init)
    let findings = try database.rows(
      of: "finding", "SELECT * FROM finding WHERE scan = ? ORDER BY position", [id], Finding.init)
    let report = ScanReport(
      scanner: try ScanReport.ScannerIdentity(row), archiveDigest: try row.digest("archive_digest"),
      manifestDigest: try row.digest("manifest_digest"),
      configurationDigest: try row.digest("configuration_digest"),
      operatingSystem: try row.optionalText("operating_system"), packages: packages, findings: findings,
      remarks: try row.texts("remarks"))
    self.init(step: try row.path("step"), report: report, isPassed: try row.flag("is_passed"))
  }

  static func fetchAll(of run: ULID, from database: Database) throws -> [ScanRecord] {
    try database.rows(of: "scan", "SELECT * FROM scan WHERE run = ? ORDER BY id", [run.description]) {
      try ScanRecord($0, from: database)
    }
  }
}

extension ScanReport.ScannerIdentity {
  init(_ row: StoredRow) throws {
    self.init(
      name: try row.text("scanner"), version: try row.text("scanner_version"), data: try row.texts("scanner_data"))
  }
}

extension SeverityCounts {
  /// - Parameter row: of the table `scan`.
  init(_ row: StoredRow) throws {
    var counts = [Severity: Int]()
    for severity in Severity.allCases { counts[severity] = Int(try row.integer(severity.rawValue)) }
    self.init(counts)
  }
}

extension InstalledPackage {
  fileprivate func insert(position: Int, of scan: Int64, into database: Database) throws {
    try database.insert(
      into: "scan_package",
      [
        "scan": scan, "position": position, "kind": kind.rawValue, "name": name, "version": version,
        "source_name": sourceName, "source_version": sourceVersion, "locations": json(locations),
        "layer": layer?.description,
      ])
  }

  fileprivate init(_ row: StoredRow) throws {
    self.init(
      kind: try row.word("kind"), name: try row.text("name"), version: try row.text("version"),
      sourceName: try row.optionalText("source_name"), sourceVersion: try row.optionalText("source_version"),
      locations: try row.texts("locations"), layer: try row.optionalDigest("layer"))
  }
}

extension Finding {
  fileprivate func insert(position: Int, of scan: Int64, into database: Database) throws {
    try database.insert(
      into: "finding",
      [
        "scan": scan, "position": position, "vulnerability": vulnerability, "aliases": json(aliases),
        "severity": severity.rawValue, "score": score, "kind": package.kind.rawValue, "name": package.name,
        "version": package.version, "source_name": package.sourceName, "source_version": package.sourceVersion,
        "locations": json(package.locations), "layer": package.layer?.description, "fixed_version": fixedVersion,
        "source": source,
      ])
  }

  init(_ row: StoredRow) throws {
    self.init(
      vulnerability: try row.text("vulnerability"), aliases: try row.texts("aliases"),
      package: try InstalledPackage(row), severity: try row.word("severity"),
      score: try row.optionalNumber("score"), fixedVersion: try row.optionalText("fixed_version"),
      source: try row.text("source"))
  }
}

private func json(_ texts: [String]) -> String {
  Value.list(texts.map(Value.string)).canonicalJSON
}
