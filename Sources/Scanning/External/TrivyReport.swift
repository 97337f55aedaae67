import FoundationEssentials
import Model

/// What Trivy writes with `--format json`: version 2 of its schema, and what there was before, a bare list of results
/// or `null`.
struct TrivyReport: Decodable {
  struct Metadata: Decodable {
    struct System: Decodable {
      let Family: String?
      let Name: String?
      /// Whether its distributor has stopped supporting it.
      let EOSL: Bool?
    }

    let OS: System?
    let ImageID: String?
  }

  struct Layer: Decodable {
    let DiffID: String?
  }

  struct Package: Decodable {
    let Name: String?
    let Version: String?
    let Release: String?
    let Epoch: Int?
    let SrcName: String?
    let SrcVersion: String?
    let SrcRelease: String?
    let SrcEpoch: Int?
    let FilePath: String?
    let Layer: TrivyReport.Layer?
  }

  struct Score: Decodable {
    let V2Score: Double?
    let V3Score: Double?
    let V40Score: Double?

    /// Of the newest version of CVSS that there is one of.
    var newest: (version: Int, score: Double)? {
      if let V40Score { return (4, V40Score) }
      if let V3Score { return (3, V3Score) }
      return V2Score.map { (2, $0) }
    }
  }

  struct Source: Decodable {
    let Name: String?
  }

  struct Vulnerability: Decodable {
    let VulnerabilityID: String
    let VendorIDs: [String]?
    let PkgName: String
    let PkgPath: String?
    let InstalledVersion: String
    let FixedVersion: String?
    let Layer: TrivyReport.Layer?
    let SeveritySource: String?
    let Severity: String?
    let CVSS: [String: Score]?
    let DataSource: Source?

    /// The score of the source that the severity is from, else the newest and highest of all.
    var score: Double? {
      if let own = SeveritySource.flatMap({ CVSS?[$0]?.newest }) { return own.score }
      return CVSS?.values.compactMap(\.newest).max { $0 < $1 }?.score
    }
  }

  struct Result: Decodable {
    let Target: String
    let `Class`: String?
    let `Type`: String?
    let Packages: [Package]?
    let Vulnerabilities: [Vulnerability]?
  }

  let metadata: Metadata?
  let results: [Result]

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "SchemaVersion"
    case metadata = "Metadata"
    case results = "Results"
  }

  init(from decoder: any Decoder) throws {
    // Before version 2 there was no object around the results, and none at all when nothing was found.
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      metadata = nil
      results = []
      return
    }
    // Whatever is no list has to be an object; if it isn't, that is the error.
    let isList = (try? decoder.unkeyedContainer()) != nil
    if isList {
      metadata = nil
      results = try single.decode([Result].self)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let version = try container.decode(Int.self, forKey: .schemaVersion)
    guard version == 2 else {
      throw DecodingError.dataCorruptedError(
        forKey: .schemaVersion, in: container, debugDescription: "schema version \(version) is not known")
    }
    metadata = try container.decodeIfPresent(Metadata.self, forKey: .metadata)
    results = try container.decodeIfPresent([Result].self, forKey: .results) ?? []
  }

  /// - Throws: `DecodingError` when it is no report.
  init(json: [UInt8]) throws {
    self = try JSONDecoder().decode(TrivyReport.self, from: Data(json))
  }
}

// MARK: In Slipway's words

extension TrivyReport {
  var system: OperatingSystem? {
    guard let system = metadata?.OS, let family = system.Family else { return nil }
    let name = family.prefix(1).uppercased() + family.dropFirst()
    return OperatingSystem(id: family, name: name, version: system.Name ?? "")
  }

  var packages: [InstalledPackage] {
    var packages: Set<InstalledPackage> = []
    for result in results {
      for package in result.Packages ?? [] {
        guard let name = package.Name, !name.isEmpty else { continue }
        packages.insert(
          InstalledPackage(
            kind: Self.kind(of: result), name: name,
            version: Self.version(package.Epoch, package.Version ?? "", package.Release), sourceName: package.SrcName,
            sourceVersion: package.SrcVersion.map { Self.version(package.SrcEpoch, $0, package.SrcRelease) },
            locations: [Self.location(package.FilePath, in: result)], layer: Self.layer(package.Layer)))
      }
    }
    return packages.sorted { ($0.kind.rawValue, $0.name, $0.version) < ($1.kind.rawValue, $1.name, $1.version) }
  }

  /// Worst first; of each issue one, whatever the number of places it was found at.
  var findings: [Finding] {
    var findings = FindingSet()
    for result in results {
      for vulnerability in result.Vulnerabilities ?? [] {
        let score = vulnerability.score
        // The word goes first: it may be the distributor's, who knows better than a base score what it means there.
        let word = SeverityRating.severity(word: vulnerability.Severity ?? "")
        let fixed = vulnerability.FixedVersion ?? ""
        findings.insert(
          Finding(
            vulnerability: vulnerability.VulnerabilityID, aliases: (vulnerability.VendorIDs ?? []).sorted(),
            package: InstalledPackage(
              kind: Self.kind(of: result), name: vulnerability.PkgName, version: vulnerability.InstalledVersion,
              locations: [Self.location(vulnerability.PkgPath, in: result)], layer: Self.layer(vulnerability.Layer)),
            severity: word == .unknown ? score.map(Severity.init(score:)) ?? .unknown : word, score: score,
            fixedVersion: fixed.isEmpty ? nil : fixed,
            source: vulnerability.DataSource?.Name ?? vulnerability.SeveritySource ?? "trivy"))
      }
    }
    return findings.sorted
  }

  private static func kind(of result: Result) -> InstalledPackage.Kind {
    switch result.Type {
    case "debian", "ubuntu": .debian
    case "alpine", "wolfi", "chainguard": .alpine
    case "python-pkg", "conda-pkg", "pip", "pipenv", "poetry", "uv": .python
    case "node-pkg", "npm", "yarn", "pnpm", "bun": .npm
    default: .other
    }
  }

  private static func version(_ epoch: Int?, _ version: String, _ release: String?) -> String {
    let prefix = epoch.flatMap { $0 == 0 ? nil : "\($0):" } ?? ""
    let suffix = release.flatMap { $0.isEmpty ? nil : "-" + $0 } ?? ""
    return prefix + version + suffix
  }

  private static func location(_ path: String?, in result: Result) -> String {
    guard let path, !path.isEmpty else { return result.Target }
    return path.hasPrefix("/") ? path : "/" + path
  }

  private static func layer(_ layer: Layer?) -> Digest? {
    // Trivy leaves it out where it doesn't know; a digest of another kind is as good as none.
    layer?.DiffID.flatMap { try? Digest($0) }
  }
}
