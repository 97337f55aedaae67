/// A world of packages with advisories of its own, by its OSV name.
struct Ecosystem: Hashable, Sendable {
  /// "PyPI", "Debian": without the release.
  let name: String

  /// What its versions look like; nil where Slipway has no reader for such packages, so that none is ever compared.
  var versionScheme: VersionScheme? {
    switch name {
    case "PyPI": .python
    case "Debian": .debian
    case "Alpine": .alpine
    case "npm", "Go", "crates.io", "Bitnami": .semantic
    default: nil
    }
  }

  /// The package name under which advisories are kept: PEP 503 for Python, as it is for all others.
  func normalised(_ package: String) -> String {
    guard name == "PyPI" else { return package }
    return package.split(omittingEmptySubsequences: true) { $0 == "-" || $0 == "_" || $0 == "." }.joined(separator: "-")
      .lowercased()
  }

  /// Splits "Alpine:v3.10" into the ecosystem and the release.
  static func parse(_ text: String) -> (ecosystem: Ecosystem, release: String) {
    let parts = text.split(separator: ":", maxSplits: 1)
    let release = parts.count == 2 ? String(parts[1]) : ""
    return (Ecosystem(name: parts.first.map(String.init) ?? ""), release)
  }
}
