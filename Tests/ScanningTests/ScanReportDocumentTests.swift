import FoundationEssentials
import Model
import Testing

struct ScanReportDocumentTests {
  private static func digest(_ digit: Character) throws -> Digest {
    try Digest(hex: String(repeating: digit, count: 64))
  }

  private static func report() throws -> ScanReport {
    let package = InstalledPackage(
      kind: .debian, name: "libc6", version: "2.31-13", sourceName: "glibc", sourceVersion: "2.31-13",
      locations: ["/var/lib/dpkg/status"], layer: try digest("4"))
    let other = InstalledPackage(kind: .npm, name: "é \"x\"", version: "1.0.0")
    return ScanReport(
      scanner: .init(name: "slipway", version: "1.0", data: ["Debian 2023-04", "PyPI 2024-10"]),
      archiveDigest: try digest("1"), manifestDigest: try digest("2"), configurationDigest: try digest("3"),
      operatingSystem: "Debian 11", packages: [package, other],
      findings: [
        Finding(
          vulnerability: "CVE-1", aliases: ["DSA-1"], package: package, severity: .high, score: 7, fixedVersion: "2.32",
          source: "Debian"),
        Finding(vulnerability: "X-1", package: other, severity: .unknown, source: "npm"),
      ], remarks: ["something"])
  }

  @Test func `a report comes back from its document, by way of JSON`() throws {
    let report = try Self.report()
    #expect(try ScanReport(document: report.document) == report)
    let json = try JSONDecoder().decode(JSON.self, from: Data(report.document.canonicalJSON.utf8)).value
    #expect(try ScanReport(document: json) == report)
  }

  @Test func `the document counts the findings`() throws {
    let document = try Self.report().document
    #expect(document["schema"] == "slipway.scan/1")
    #expect(
      document["counts"] == ["critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0, "unknown": 1, "total": 2])
  }

  @Test(arguments: ["schema", "scanner", "archive", "manifest", "configuration", "packages", "findings", "remarks"])
  func `a document without what it needs is refused`(key: String) throws {
    var entries = try #require(try Self.report().document.map)
    entries[key] = nil
    #expect(throws: ScanReport.DocumentError.self) { try ScanReport(document: .map(entries)) }
    entries[key] = 7
    #expect(throws: ScanReport.DocumentError.self) { try ScanReport(document: .map(entries)) }
  }
}

/// Any JSON, as a value.
private struct JSON: Decodable {
  let value: Value

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      value = .null
    } else if let flag = try? container.decode(Bool.self) {
      value = .bool(flag)
    } else if let number = try? container.decode(Int.self) {
      value = .integer(number)
    } else if let number = try? container.decode(Double.self) {
      value = .double(number)
    } else if let text = try? container.decode(String.self) {
      value = .string(text)
    } else if let list = try? container.decode([JSON].self) {
      value = .list(list.map(\.value))
    } else {
      value = .map(try container.decode([String: JSON].self).mapValues(\.value))
    }
  }
}
