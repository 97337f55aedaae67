import Model
import SystemPackage
import TestSupport
import Testing

@testable import Scanning

@Suite(.enabled(if: SharedData.isPresent, "the reports are in ../shared/reports"))
struct ExternalReportTests {
  private func bytes(_ path: String) throws -> [UInt8] {
    let directory = try #require(SharedData.directory)
    let descriptor = try FileDescriptor.open(directory.appending("reports").appending(path), .readOnly)
    defer {
      // It was only read.
      try? descriptor.close()
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  @Test(
    arguments: [
      ("alpine-310", [Severity.medium: 4], "Alpine v3.10"), ("debian-buster", [.critical: 1, .low: 1], "Debian 10"),
      ("none-legacy", [:], nil), ("none", [:], "Alpine v3.14"), ("npm", [.medium: 1], nil),
      ("pip", [.high: 1, .medium: 1], nil),
      ("many", [.critical: 1, .high: 1, .medium: 3], "Alpine v3.9"),
      ("distroless-python27", [.medium: 2, .low: 2], "Debian 9"),
      ("cvss-v4", [.low: 2, .medium: 1], nil), ("all-statuses", [.low: 8], "Debian 10"),
    ] as [(String, [Severity: Int], String?)])
  func `Trivy's reports are understood`(name: String, counts: [Severity: Int], system: String?) throws {
    let report = try TrivyReport(json: bytes("trivy/\(name).json"))
    #expect(SeverityCounts(report.findings.map(\.severity)) == SeverityCounts(counts))
    #expect(report.system?.description == system)
  }

  @Test func `a vulnerability in Trivy's report has all that it needs`() throws {
    let report = try TrivyReport(json: bytes("trivy/alpine-310.json"))
    let finding = try #require(
      report.findings.first { $0.vulnerability == "CVE-2019-1549" && $0.package.name == "libcrypto1.1" })
    #expect(finding.package.kind == .alpine)
    #expect(finding.package.version == "1.1.1c-r0")
    #expect(finding.fixedVersion == "1.1.1d-r0")
    #expect(finding.severity == .medium)
    #expect(finding.score == 5.3)
    #expect(finding.source == "Alpine Secdb")
    #expect(finding.package.layer?.hex == "03901b4a2ea88eeaad62dbe59b072b28b6efa00491962b8741081c5df50c65e0")
    #expect(report.metadata?.OS?.EOSL == true)
    let newest = try TrivyReport(json: bytes("trivy/cvss-v4.json")).findings
    #expect(newest.first { $0.vulnerability == "CVE-2025-66614" }?.score == 6.3)
    #expect(try TrivyReport(json: bytes("trivy/npm.json")).packages.allSatisfy { $0.kind == .npm })
  }

  @Test func `Trivy's first schema was a bare list`() throws {
    let json = """
      [{"Target":"a","Type":"debian","Vulnerabilities":[
        {"VulnerabilityID":"CVE-1","PkgName":"p","InstalledVersion":"1","Severity":"UNKNOWN"},
        {"VulnerabilityID":"CVE-1","PkgName":"p","InstalledVersion":"1","Severity":"HIGH","PkgPath":"x"}]},
       {"Target":"b","Vulnerabilities":null}]
      """
    let findings = try TrivyReport(json: Array(json.utf8)).findings
    // Twice the same is one issue, as bad as the worse of the two.
    #expect(findings.map(\.severity) == [.high])
    #expect(findings.first?.package.locations == ["/x", "a"])
  }

  @Test(arguments: ["{}", #"{"SchemaVersion":3}"#, "", "[1]", #"{"SchemaVersion":2,"Results":{}}"#])
  func `what is no report of Trivy's is refused`(json: String) {
    #expect(throws: (any Error).self) { try TrivyReport(json: Array(json.utf8)) }
  }

  @Test func `Grype's reports are understood`() throws {
    let fields = try GrypeReport(json: bytes("grype/all-fields.json"))
    #expect(fields.system?.description == "Debian 10")
    #expect(fields.descriptor?.version == "0.28.0")
    let finding = try #require(fields.findings.first { $0.vulnerability == "CVE-2004-0971" })
    #expect(finding.severity == .info)
    #expect(finding.package.name == "libgssapi-krb5-2")
    #expect(finding.package.kind == .debian)
    #expect(finding.package.locations.contains("/var/lib/dpkg/status"))
    #expect(try GrypeReport(json: bytes("grype/none.json")).findings.isEmpty)
    #expect(try GrypeReport(json: bytes("grype/many.json")).findings.allSatisfy { $0.vulnerability.hasPrefix("CVE-") })
    #expect(try GrypeReport(json: bytes("grype/fix-not-available.json")).findings.count == 1)
  }
}
