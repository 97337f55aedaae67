/// Where a body of advisories comes from; shown to whoever reads a scan.
package struct AdvisorySource: Hashable, Sendable {
  /// The OSV name of the ecosystem, "PyPI"; "CVE" for the table of severities by CVE.
  package let ecosystem: String
  package let publisher: String
  package let licence: String
  /// The month of the newest record, "2024-10".
  package let asOf: String

  package init(ecosystem: String, publisher: String, licence: String, asOf: String) {
    self.ecosystem = ecosystem
    self.publisher = publisher
    self.licence = licence
    self.asOf = asOf
  }

  /// The ecosystem under which severities by CVE are kept.
  package static let severitiesByCVE = "CVE"

  /// What is shipped inside the program.
  package static let embedded = [
    AdvisorySource(
      ecosystem: "Alpine", publisher: "alpinelinux/alpine-secdb, secfixes of v3.3 to v3.11, converted",
      licence: "facts; no licence file", asOf: "2020-06"),
    AdvisorySource(ecosystem: "AlmaLinux", publisher: "AlmaLinux/osv-database", licence: "MIT", asOf: "2026-08"),
    AdvisorySource(ecosystem: "Bitnami", publisher: "bitnami/vulndb", licence: "Apache-2.0", asOf: "2026-08"),
    AdvisorySource(
      ecosystem: "CVE", publisher: "cisagov/vulnrichment", licence: "CC0-1.0", asOf: "2024-10"),
    AdvisorySource(
      ecosystem: "Debian", publisher: "Debian security tracker, DSA and DLA lists of Debian 8 to 11, converted",
      licence: "facts; no licence file", asOf: "2023-04"),
    AdvisorySource(ecosystem: "Go", publisher: "golang/vulndb", licence: "CC-BY-4.0", asOf: "2026-08"),
    AdvisorySource(ecosystem: "PyPI", publisher: "pypa/advisory-database", licence: "CC-BY-4.0", asOf: "2024-10"),
    AdvisorySource(
      ecosystem: "crates.io", publisher: "rustsec/advisory-db", licence: "CC0-1.0, some CC-BY-4.0", asOf: "2026-08"),
  ]
}
