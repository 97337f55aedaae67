import FoundationEssentials

/// One vulnerability in the OSV format, schema 1.7; what matching doesn't need is not read.
struct OSVRecord: Decodable {
  struct Severity: Decodable {
    let type: String
    let score: String
  }

  struct SourceFacts: Decodable {
    let severity: String?
  }

  struct Affected: Decodable {
    struct Package: Decodable {
      let ecosystem: String
      let name: String
    }

    struct Range: Decodable {
      let type: String
      let events: [[String: String]]
    }

    let package: Package?
    let severity: [Severity]?
    let ranges: [Range]?
    let versions: [String]?
  }

  let id: String
  let withdrawn: String?
  let aliases: [String]?
  let upstream: [String]?
  let severity: [Severity]?
  let affected: [Affected]?
  let databaseSpecific: SourceFacts?

  private enum CodingKeys: String, CodingKey {
    case id, withdrawn, aliases, upstream, severity, affected
    case databaseSpecific = "database_specific"
  }

  init(json: some Sequence<UInt8>) throws {
    self = try JSONDecoder().decode(OSVRecord.self, from: Data(json))
  }

  /// What the record says of each package, by normalised name; nothing when it was withdrawn.
  ///
  /// Releases for which it says the same are put together. Ranges over git commits are left out, and so are listed
  /// versions that the ranges cover anyway.
  func advisories(of ecosystem: Ecosystem) -> [(package: String, advisory: Advisory)] {
    guard withdrawn == nil else { return [] }
    var order: [String] = []
    var facts: [String: [(key: Facts, releases: Set<String>)]] = [:]
    for affected in affected ?? [] {
      guard let package = affected.package else { continue }
      let (itsEcosystem, release) = Ecosystem.parse(package.ecosystem)
      guard itsEcosystem == ecosystem else { continue }
      let name = ecosystem.normalised(package.name)
      let key = Facts(affected, severity ?? [], ecosystem)
      guard key.canMatch else { continue }
      if facts[name] == nil { order.append(name) }
      if let index = facts[name, default: []].firstIndex(where: { $0.key == key }) {
        facts[name, default: []][index].releases.insert(release)
      } else {
        facts[name, default: []].append((key, [release]))
      }
    }
    return order.flatMap { name in
      facts[name, default: []].map { entry in
        let advisory = Advisory(
          id: id, aliases: aliases ?? [], upstream: upstream ?? [], severities: entry.key.severities,
          word: databaseSpecific?.severity ?? "", releases: entry.releases.filter { !$0.isEmpty }.sorted(),
          ranges: entry.key.ranges, versions: entry.key.versions)
        return (name, advisory)
      }
    }
  }

  private struct Facts: Hashable {
    let severities: [String]
    let ranges: [[Advisory.Event]]
    let versions: [String]

    /// The schema: an entry with neither ranges nor versions is about no version.
    var canMatch: Bool { !ranges.isEmpty || !versions.isEmpty }

    init(_ affected: Affected, _ severity: [Severity], _ ecosystem: Ecosystem) {
      severities = (severity + (affected.severity ?? [])).filter { $0.type.hasPrefix("CVSS_") }.map(\.score)
      let ranges = (affected.ranges ?? []).filter { $0.type != "GIT" }.map { range in
        range.events.flatMap { $0.sorted { $0.key < $1.key }.compactMap(Advisory.Event.init(osv:)) }
      }
      self.ranges = ranges
      guard let scheme = ecosystem.versionScheme else {
        versions = affected.versions ?? []
        return
      }
      let readable = ranges.compactMap { AffectedRange($0, scheme) }
      versions = (affected.versions ?? []).filter { version in
        guard let version = PackageVersion(version, scheme) else { return true }
        return !readable.contains { $0.contains(version) }
      }
    }
  }
}

extension Advisory.Event {
  /// Nil for a kind of event that the schema doesn't know.
  fileprivate init?(osv entry: (key: String, value: String)) {
    switch entry.key {
    case "introduced": self.init(kind: .introduced, version: entry.value)
    case "fixed": self.init(kind: .fixed, version: entry.value)
    case "last_affected": self.init(kind: .lastAffected, version: entry.value)
    case "limit": self.init(kind: .limit, version: entry.value)
    default: return nil
    }
  }
}
