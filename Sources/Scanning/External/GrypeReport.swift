import FoundationEssentials
import Model

/// What Grype writes with `-o json`.
struct GrypeReport: Decodable {
  struct Metrics: Decodable {
    let baseScore: Double?
  }

  struct Score: Decodable {
    let version: String?
    let metrics: Metrics?
  }

  struct Fix: Decodable {
    let versions: [String]?
  }

  struct Vulnerability: Decodable {
    let id: String
    let severity: String?
    let namespace: String?
    let cvss: [Score]?
    let fix: Fix?

    /// Of the newest version of CVSS the highest.
    var score: Double? {
      let scores = (cvss ?? []).compactMap { entry in entry.metrics?.baseScore.map { (entry.version ?? "", $0) } }
      return scores.max { $0 < $1 }?.1
    }
  }

  struct Location: Decodable {
    let path: String?
    let layerID: String?
  }

  struct Upstream: Decodable {
    let name: String?
    let version: String?
  }

  struct Artifact: Decodable {
    let name: String
    let version: String?
    let type: String?
    let locations: [Location]?
    let upstreams: [Upstream]?
  }

  struct Match: Decodable {
    let vulnerability: Vulnerability
    let relatedVulnerabilities: [Vulnerability]?
    let artifact: Artifact
  }

  struct System: Decodable {
    let name: String?
    let version: String?
  }

  struct Descriptor: Decodable {
    struct Database: Decodable {
      struct Status: Decodable {
        let built: String?
      }

      let built: String?
      let status: Status?
    }

    let version: String?
    let db: Database?
  }

  struct Source: Decodable {
    struct Target: Decodable {
      let imageID: String?
    }

    let target: Target?

    private enum CodingKeys: String, CodingKey { case target }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      // For a directory it is the bare path.
      target = try? container.decode(Target.self, forKey: .target)
    }
  }

  let matches: [Match]
  let source: Source?
  let distro: System?
  let descriptor: Descriptor?

  /// - Throws: `DecodingError` when it is no report.
  init(json: [UInt8]) throws {
    self = try JSONDecoder().decode(GrypeReport.self, from: Data(json))
  }
}

// MARK: In Slipway's words

extension GrypeReport {
  var system: OperatingSystem? {
    guard let name = distro?.name, !name.isEmpty else { return nil }
    let title = name.prefix(1).uppercased() + name.dropFirst()
    return OperatingSystem(id: name, name: title, version: distro?.version ?? "")
  }

  /// When its database was built, where it says so.
  var databaseDate: String? { descriptor?.db?.status?.built ?? descriptor?.db?.built }

  /// Worst first.
  var findings: [Finding] {
    var findings = FindingSet()
    for match in matches {
      let all = [match.vulnerability] + (match.relatedVulnerabilities ?? [])
      let names = Set(all.map(\.id))
      // GitHub's advisories name the CVE as a related vulnerability.
      let name = all.map(\.id).first { $0.hasPrefix("CVE-") } ?? match.vulnerability.id
      let word = SeverityRating.severity(word: match.vulnerability.severity ?? "")
      let score = match.vulnerability.score
      findings.insert(
        Finding(
          vulnerability: name, aliases: names.subtracting([name]).sorted(), package: package(match.artifact),
          severity: word == .unknown ? score.map(Severity.init(score:)) ?? .unknown : word, score: score,
          fixedVersion: match.vulnerability.fix?.versions?.first, source: match.vulnerability.namespace ?? "grype"))
    }
    return findings.sorted
  }

  private func package(_ artifact: Artifact) -> InstalledPackage {
    let kind: InstalledPackage.Kind =
      switch artifact.type {
      case "deb": .debian
      case "apk": .alpine
      case "python": .python
      case "npm": .npm
      default: .other
      }
    let locations = artifact.locations ?? []
    return InstalledPackage(
      kind: kind, name: artifact.name, version: artifact.version ?? "", sourceName: artifact.upstreams?.first?.name,
      sourceVersion: artifact.upstreams?.first?.version, locations: Set(locations.compactMap(\.path)).sorted(),
      // A directory's files are in no layer.
      layer: locations.first?.layerID.flatMap { try? Digest($0) })
  }
}
