import Model
import Testing

@testable import Scanning

struct MatcherTests {
  /// A pack of the ecosystem's records, and of the severities, "CVE-2020-1 CVSS:3.1/…".
  static func pack(_ ecosystem: String, _ records: [String], severities: [String] = []) throws -> AdvisoryPack {
    var writer = AdvisoryPackWriter()
    try writer.add(
      AdvisorySource(ecosystem: ecosystem, publisher: "us", licence: "CC0-1.0", asOf: "2024-01"),
      records: records.map { Array($0.utf8) })
    try writer.add(
      AdvisorySource(ecosystem: "CVE", publisher: "us", licence: "CC0-1.0", asOf: "2024-01"),
      severityLines: severities.map { line in
        let parts = line.split(separator: " ")
        return Array("\(parts[0])\tcvss\t\(parts[1])".utf8)
      })
    return try AdvisoryPack(bytes: writer.bytes())
  }

  static func record(
    _ id: String, _ ecosystem: String, _ package: String, events: [(String, String)] = [("introduced", "0")],
    aliases: [String] = [], upstream: [String] = [], severity: String? = nil, word: String? = nil
  ) -> String {
    func list(_ texts: [String]) -> String { "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
    let events = events.map { "{\"\($0.0)\":\"\($0.1)\"}" }.joined(separator: ",")
    let severity = severity.map { ",\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"\($0)\"}]" } ?? ""
    let word = word.map { ",\"database_specific\":{\"severity\":\"\($0)\"}" } ?? ""
    return
      "{\"id\":\"\(id)\",\"aliases\":\(list(aliases)),\"upstream\":\(list(upstream))\(severity)\(word),\"affected\":"
      + "[{\"package\":{\"ecosystem\":\"\(ecosystem)\",\"name\":\"\(package)\"},\"ranges\":[{\"type\":\"ECOSYSTEM\","
      + "\"events\":[\(events)]}]}]}"
  }

  private static let debian11 = OperatingSystem(id: "debian", name: "Debian", version: "11")
  private static let alpine310 = OperatingSystem(id: "alpine", name: "Alpine", version: "3.10.2")

  private static func python(_ name: String, _ version: String) -> InstalledPackage {
    InstalledPackage(kind: .python, name: name, version: version)
  }

  private static func match(
    _ packages: [InstalledPackage], _ pack: AdvisoryPack, on system: OperatingSystem? = nil
  ) throws -> Matcher.Result {
    var matcher = Matcher(pack)
    return try matcher.match(packages, on: system)
  }

  @Test(
    arguments: [
      ("0.9", false, nil), ("1.0", true, "1.5"), ("1.4.9", true, "1.5"), ("1.5", false, nil), ("2.0", true, nil),
      ("2.1", true, nil), ("2.2", false, nil),
    ] as [(String, Bool, String?)])
  func `a version is vulnerable between the events of a range`(version: String, isVulnerable: Bool, fix: String?) throws
  {
    // The events are out of order on purpose.
    let events = [("fixed", "1.5"), ("introduced", "2.0"), ("introduced", "1.0"), ("last_affected", "2.1")]
    let pack = try Self.pack("PyPI", [Self.record("PYSEC-1", "PyPI", "a", events: events)])
    let findings = try Self.match([Self.python("A", version)], pack).findings
    #expect(findings.map(\.vulnerability) == (isVulnerable ? ["PYSEC-1"] : []))
    #expect(findings.first?.fixedVersion == fix)
  }

  @Test func `a limit ends what a range is about`() throws {
    let pack = try Self.pack("PyPI", [Self.record("P", "PyPI", "a", events: [("introduced", "0"), ("limit", "2.0")])])
    #expect(try Self.match([Self.python("a", "1.9")], pack).findings.count == 1)
    #expect(try Self.match([Self.python("a", "2.0")], pack).findings.isEmpty)
  }

  @Test func `fixed in version 0 means never vulnerable`() throws {
    let pack = try Self.pack(
      "Alpine", [Self.record("ALPINE-1", "Alpine:v3.10", "a", events: [("introduced", "0"), ("fixed", "0")])])
    let package = InstalledPackage(kind: .alpine, name: "a", version: "1.0-r0")
    #expect(try Self.match([package], pack, on: Self.alpine310).findings.isEmpty)
  }

  @Test func `advisories that share a name are one finding, under the CVE`() throws {
    let pack = try Self.pack(
      "PyPI",
      [
        Self.record("PYSEC-1", "PyPI", "a", events: [("introduced", "0"), ("fixed", "2.0")], aliases: ["GHSA-x"]),
        Self.record(
          "OTHER-1", "PyPI", "a", events: [("introduced", "0"), ("fixed", "3.0")], aliases: ["CVE-2020-9999"]),
        Self.record("GHSA-x", "PyPI", "a", aliases: ["CVE-2020-9999", "CVE-2020-10000"]),
        Self.record("PYSEC-2", "PyPI", "a"),
      ])
    let findings = try Self.match([Self.python("a", "1.0")], pack).findings
    #expect(findings.map(\.vulnerability) == ["CVE-2020-9999", "PYSEC-2"])
    #expect(findings[0].aliases == ["CVE-2020-10000", "GHSA-x", "OTHER-1", "PYSEC-1"])
    // Only then are all of them satisfied.
    #expect(findings[0].fixedVersion == "3.0")
  }

  @Test func `a notice about several vulnerabilities is a finding for each, with a severity of its own`() throws {
    let pack = try Self.pack(
      "Debian",
      [
        Self.record(
          "DSA-1-1", "Debian:11", "glibc", events: [("introduced", "0"), ("fixed", "2.31-13+deb11u3")],
          upstream: ["CVE-2021-1", "CVE-2021-2"]),
        Self.record(
          "DSA-2-1", "Debian:11", "glibc", events: [("introduced", "0"), ("fixed", "2.31-13+deb11u5")],
          upstream: ["CVE-2021-2"]),
        Self.record("DSA-3-1", "Debian:10", "glibc", upstream: ["CVE-2021-3"]),
      ], severities: ["CVE-2021-2 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"])
    let package = InstalledPackage(
      kind: .debian, name: "libc6", version: "2.31-13+b1", sourceName: "glibc", sourceVersion: "2.31-13")
    let findings = try Self.match([package], pack, on: Self.debian11).findings
    #expect(findings.map(\.vulnerability) == ["CVE-2021-2", "CVE-2021-1"])
    #expect(findings.map(\.severity) == [.critical, .unknown])
    #expect(findings.map(\.score) == [9.8, nil])
    #expect(findings.map(\.aliases) == [["DSA-1-1", "DSA-2-1"], ["DSA-1-1"]])
    #expect(findings.map(\.fixedVersion) == ["2.31-13+deb11u5", "2.31-13+deb11u3"])
    #expect(findings.allSatisfy { $0.source == "Debian" })
  }

  @Test func `the worst comes first`() throws {
    let pack = try Self.pack(
      "PyPI",
      [
        Self.record("A", "PyPI", "a", word: "Low"), Self.record("B", "PyPI", "a", word: "Important"),
        Self.record("C", "PyPI", "a"),
        Self.record("D", "PyPI", "a", severity: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
      ])
    let findings = try Self.match([Self.python("a", "1")], pack).findings
    #expect(findings.map(\.vulnerability) == ["D", "B", "A", "C"])
    #expect(findings.map(\.severity) == [.critical, .high, .low, .unknown])
  }

  @Test func `packages without advisories are named`() throws {
    let pack = try Self.pack("Debian", [Self.record("DSA-1-1", "Debian:11", "a")])
    let packages = [
      InstalledPackage(kind: .debian, name: "a", version: "1"),
      InstalledPackage(kind: .debian, name: "b", version: "1"),
      InstalledPackage(kind: .npm, name: "c", version: "1.0.0"),
    ]
    let on12 = try Self.match(packages, pack, on: OperatingSystem(id: "debian", name: "Debian", version: "12"))
    #expect(on12.findings.isEmpty)
    #expect(
      on12.remarks == [
        "no advisories for Debian 12: its 2 packages were catalogued but not matched",
        "no advisories for npm: its 1 package was catalogued but not matched",
      ])
    let onUbuntu = try Self.match(packages, pack, on: OperatingSystem(id: "ubuntu", name: "Ubuntu", version: "22.04"))
    #expect(onUbuntu.remarks.first == "no advisories for Ubuntu 22.04: its 2 packages were catalogued but not matched")
    let onNothing = try Self.match(packages, pack, on: nil)
    #expect(
      onNothing.remarks.first
        == "no advisories for an unnamed operating system: its 2 packages were catalogued but not matched")
    let on11 = try Self.match(packages, pack, on: Self.debian11)
    #expect(on11.findings.count == 1)
    #expect(on11.remarks.count == 1)
  }
}
