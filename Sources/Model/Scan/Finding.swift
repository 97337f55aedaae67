/// One vulnerability in one version of one package of one image.
///
/// Findings are issues, not occurrences: the same vulnerability in the same package at three paths is one finding with
/// three locations.
package struct Finding: Hashable, Sendable {
  /// The name to show: the CVE where there is one, else the advisory's own.
  package let vulnerability: String
  /// Every other name of the same vulnerability, sorted.
  package let aliases: [String]
  package let package: InstalledPackage
  package let severity: Severity
  /// CVSS base score, 0 to 10, where there is one.
  package let score: Double?
  /// The first version without the vulnerability; nil when none is known.
  package let fixedVersion: String?
  /// Who published the advisory: "PyPI", "Debian", or the external scanner's data source.
  package let source: String

  package init(
    vulnerability: String, aliases: [String] = [], package: InstalledPackage, severity: Severity, score: Double? = nil,
    fixedVersion: String? = nil, source: String
  ) {
    self.vulnerability = vulnerability
    self.aliases = aliases
    self.package = package
    self.severity = severity
    self.score = score
    self.fixedVersion = fixedVersion
    self.source = source
  }
}
