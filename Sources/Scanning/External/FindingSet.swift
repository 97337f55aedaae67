import Model

/// Findings of an external scanner, of which those of the same vulnerability in the same version of a package are one.
struct FindingSet {
  private struct Key: Hashable {
    let vulnerability: String
    let name: String
    let version: String
  }

  private var findings: [Key: Finding] = [:]

  mutating func insert(_ finding: Finding) {
    let key = Key(
      vulnerability: finding.vulnerability, name: finding.package.name, version: finding.package.version)
    guard let known = findings[key] else {
      findings[key] = finding
      return
    }
    let locations = Set(known.package.locations).union(finding.package.locations)
    let package = InstalledPackage(
      kind: known.package.kind, name: known.package.name, version: known.package.version,
      sourceName: known.package.sourceName, sourceVersion: known.package.sourceVersion, locations: locations.sorted(),
      layer: known.package.layer ?? finding.package.layer)
    let worse = Finding.isWorse(finding, known) ? finding : known
    findings[key] = Finding(
      vulnerability: known.vulnerability, aliases: Set(known.aliases).union(finding.aliases).sorted(), package: package,
      severity: worse.severity, score: worse.score, fixedVersion: known.fixedVersion ?? finding.fixedVersion,
      source: known.source)
  }

  /// Worst first.
  var sorted: [Finding] { findings.values.sorted(by: Finding.isWorse) }
}
