/// What a scanner says about one image archive.
package struct ScanReport: Hashable, Sendable {
  /// Who scanned, and with what knowledge.
  package struct ScannerIdentity: Hashable, Sendable {
    /// "slipway", "trivy".
    package let name: String
    package let version: String
    /// What each body of advisories is dated, sorted by source: "PyPI 2024-10". For an external scanner, what it says of its database.
    package let data: [String]

    package init(name: String, version: String, data: [String]) {
      self.name = name
      self.version = version
      self.data = data
    }
  }

  package let scanner: ScannerIdentity
  /// SHA-256 of the very bytes that were read.
  package let archiveDigest: Digest
  /// The image's manifest and configuration, as the archive holds them.
  package let manifestDigest: Digest
  package let configurationDigest: Digest
  /// "Debian 11", "Alpine v3.10"; nil when the image has no os-release or the scanner didn't say.
  package let operatingSystem: String?
  package let packages: [InstalledPackage]
  /// Sorted: worst first, then by package and vulnerability.
  package let findings: [Finding]
  /// What the scanner could not look at or has no advisories for, a sentence each.
  package let remarks: [String]

  package init(
    scanner: ScannerIdentity, archiveDigest: Digest, manifestDigest: Digest, configurationDigest: Digest,
    operatingSystem: String?, packages: [InstalledPackage], findings: [Finding], remarks: [String] = []
  ) {
    self.scanner = scanner
    self.archiveDigest = archiveDigest
    self.manifestDigest = manifestDigest
    self.configurationDigest = configurationDigest
    self.operatingSystem = operatingSystem
    self.packages = packages
    self.findings = findings
    self.remarks = remarks
  }

  package var counts: SeverityCounts { SeverityCounts(findings.lazy.map(\.severity)) }
}

/// How many findings there are of each severity.
package struct SeverityCounts: Hashable, Sendable {
  private let counts: [Severity: Int]

  package init(_ severities: some Sequence<Severity>) {
    counts = severities.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  package init(_ counts: [Severity: Int]) {
    self.counts = counts.filter { $0.value != 0 }
  }

  package subscript(severity: Severity) -> Int { counts[severity] ?? 0 }

  package var total: Int { counts.values.reduce(0, +) }
}
