import Model

/// Finds the advisories that are about an image's packages.
struct Matcher {
  private let pack: AdvisoryPack
  private var reader: AdvisoryReader

  init(_ pack: AdvisoryPack) {
    self.pack = pack
    reader = AdvisoryReader(pack)
  }

  struct Result {
    /// Sorted: worst first, then by package and vulnerability.
    var findings: [Finding] = []
    /// What could not be matched, a sentence each.
    var remarks: [String] = []
  }

  mutating func match(
    _ packages: [InstalledPackage], on system: OperatingSystem?
  ) throws(AdvisoryPackError) -> Result {
    var result = Result()
    for kind in InstalledPackage.Kind.allMatched {
      let ofKind = packages.filter { $0.kind == kind }
      guard !ofKind.isEmpty else { continue }
      switch knowledge(of: kind, on: system) {
      case .none(let subject):
        let count = ofKind.count == 1 ? "its 1 package was" : "its \(ofKind.count) packages were"
        result.remarks.append("no advisories for \(subject): \(count) catalogued but not matched")
      case .some(let ecosystem, let release):
        try match(ofKind, in: ecosystem, release, into: &result)
      }
    }
    result.findings.sort(by: Finding.isWorse)
    return result
  }

  private enum Knowledge {
    case none(subject: String)
    case some(Ecosystem, release: String?)
  }

  private func knowledge(of kind: InstalledPackage.Kind, on system: OperatingSystem?) -> Knowledge {
    switch kind {
    case .python, .npm, .other:
      let ecosystem = Ecosystem(name: kind == .python ? "PyPI" : "npm")
      return pack.section(ecosystem.name) == nil ? .none(subject: ecosystem.name) : .some(ecosystem, release: nil)
    case .debian, .alpine:
      let ecosystem = Ecosystem(name: kind == .debian ? "Debian" : "Alpine")
      guard let system else { return .none(subject: "an unnamed operating system") }
      guard system.ecosystem == ecosystem, let release = system.release,
        pack.section(ecosystem.name)?.releases.contains(release) == true
      else { return .none(subject: system.description) }
      return .some(ecosystem, release: release)
    }
  }

  private mutating func match(
    _ packages: [InstalledPackage], in ecosystem: Ecosystem, _ release: String?, into result: inout Result
  ) throws(AdvisoryPackError) {
    guard let scheme = ecosystem.versionScheme else { return }
    for package in packages {
      let name = ecosystem.normalised(package.sourceName ?? package.name)
      let version = package.sourceVersion ?? package.version
      var members: [VulnerabilityGroup.Member] = []
      var isIncomparable = false
      for advisory in try reader.advisories(of: name, in: ecosystem.name) {
        if let release, !advisory.releases.contains(release) { continue }
        switch advisory.verdict(on: version, scheme) {
        case .affected(let fixedVersion): members.append(.init(advisory: advisory, fixedVersion: fixedVersion))
        case .incomparable: isIncomparable = true
        case .notAffected: break
        }
      }
      if isIncomparable {
        result.remarks.append(
          "the version \(version) of \(package.name) is none of \(ecosystem.name): some advisories were not matched")
      }
      for group in VulnerabilityGroup.groups(of: members) {
        result.findings.append(try finding(group, in: package, ecosystem, scheme))
      }
    }
  }

  private mutating func finding(
    _ group: VulnerabilityGroup, in package: InstalledPackage, _ ecosystem: Ecosystem, _ scheme: VersionScheme
  ) throws(AdvisoryPackError) -> Finding {
    // A notice about several vulnerabilities is rated as a whole, which says nothing of each.
    let own = group.members.map(\.advisory).filter { $0.upstream.count < 2 }
    var vectors = own.flatMap(\.severities)
    for cve in group.names.sorted() where cve.hasPrefix("CVE-") {
      vectors += try reader.severities(of: cve)
    }
    let rating = SeverityRating(vectors: vectors, words: group.members.map(\.advisory.word))
    // All advisories have to be satisfied, so that the latest of their fixes counts.
    let fixedVersion = group.members.compactMap(\.fixedVersion).reduce(nil as String?) { latest, version in
      latest.map { scheme.order($0, version) == .before ? version : $0 } ?? version
    }
    return Finding(
      vulnerability: group.name, aliases: group.aliases, package: package, severity: rating.severity,
      score: rating.score, fixedVersion: fixedVersion, source: ecosystem.name)
  }
}

extension InstalledPackage.Kind {
  /// The kinds that advisories are looked up for.
  fileprivate static let allMatched: [InstalledPackage.Kind] = [.debian, .alpine, .python, .npm]
}

extension Finding {
  /// The order in which findings are shown: worst first, then by package and vulnerability.
  static func isWorse(_ left: Finding, _ right: Finding) -> Bool {
    if left.severity != right.severity { return left.severity.rank < right.severity.rank }
    if left.score != right.score { return (left.score ?? 0) > (right.score ?? 0) }
    if left.package.name != right.package.name { return left.package.name < right.package.name }
    if left.package.version != right.package.version { return left.package.version < right.package.version }
    return left.vulnerability < right.vulnerability
  }
}

extension Severity {
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}
