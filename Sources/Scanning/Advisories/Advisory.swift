/// What one advisory says about one package: the facts of an OSV record that matching needs.
struct Advisory: Hashable, Sendable {
  /// The versions between two events, after the OSV schema's `ranges[].events`.
  struct Event: Hashable, Sendable {
    enum Kind: UInt8, Hashable, Sendable {
      /// The version brought the vulnerability in. "0" comes before every version.
      case introduced
      /// The version doesn't have it any more.
      case fixed
      /// The version is the last one that has it.
      case lastAffected
      /// No version from this one on is meant.
      case limit
    }

    let kind: Kind
    let version: String
  }

  /// "PYSEC-2019-217", "DSA-4632-1".
  let id: String
  /// Other names of the same vulnerability.
  let aliases: [String]
  /// The vulnerabilities, by name, that a distribution's notice is about.
  let upstream: [String]
  /// CVSS vectors.
  let severities: [String]
  /// How bad the source calls it, "Important"; empty where it doesn't say.
  let word: String
  /// The distribution's releases, "11" or "v3.10", that this is about; empty where the ecosystem has none.
  let releases: [String]
  /// Any of them makes a version vulnerable.
  let ranges: [[Event]]
  /// Versions that are vulnerable whatever the ranges say.
  let versions: [String]
}
