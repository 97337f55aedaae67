package import Attestation
import Engine
package import Model

/// A scan with all that it found, for statements about it.
package struct RecordedScan: Sendable {
  package let run: Run
  package let at: Timestamp
  package let record: ScanRecord

  private var report: ScanReport { record.report }

  private var subjects: [Statement.Subject] {
    [
      Statement.Subject(name: "image", digest: report.manifestDigest),
      Statement.Subject(name: "archive", digest: report.archiveDigest),
    ]
  }

  /// What the scan found: https://in-toto.io/attestation/vulns.
  package var vulnerabilities: Statement {
    let results = report.findings.map { finding -> Value in
      var severities: [Value] = [["method": "slipway", "score": .string(finding.severity.rawValue)]]
      if let score = finding.score {
        severities.append(["method": "CVSS", "score": .string(Value.double(score).canonicalJSON)])
      }
      return [
        "id": .string(finding.vulnerability), "severity": .list(severities),
        "annotations": [
          [
            "aliases": .list(finding.aliases.map(Value.string)), "package": .string(finding.package.name),
            "version": .string(finding.package.version), "fixedVersion": Value(finding.fixedVersion),
            "source": .string(finding.source),
          ]
        ],
      ]
    }
    let scanner = report.scanner
    return Statement(
      subjects: subjects, predicateType: "https://in-toto.io/attestation/vulns/v0.2",
      predicate: [
        "scanner": [
          "uri": .string("urn:slipway:scanner:" + scanner.name), "version": .string(scanner.version),
          "db": ["version": .string(scanner.data.joined(separator: ", "))], "result": .list(results),
        ],
        // The ledger knows when a scan was recorded, and that is when it had finished.
        "metadata": ["scanFinishedOn": .string(at.description)],
        "passed": .bool(record.isPassed), "run": .string("urn:slipway:run:\(run.id)"),
        "remarks": .list(report.remarks.map(Value.string)),
      ])
  }

  /// The packages that the scan saw, as CycloneDX 1.5: https://cyclonedx.org/docs/1.5/json.
  package var softwareBillOfMaterials: Statement {
    let components = report.packages.enumerated().map { index, package -> Value in
      var component: [String: Value] = [
        "type": "library", "bom-ref": .string("package-\(index + 1)"), "name": .string(package.name),
        "version": .string(package.version),
        "evidence": ["occurrences": .list(package.locations.map { ["location": .string($0)] })],
      ]
      if let url = package.packageURL(on: report.operatingSystem) { component["purl"] = .string(url) }
      return .map(component)
    }
    return Statement(
      subjects: subjects, predicateType: "https://cyclonedx.org/bom",
      predicate: [
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": [
          "timestamp": .string(at.description),
          "tools": [
            "components": [
              ["type": "application", "name": .string(report.scanner.name), "version": .string(report.scanner.version)]
            ]
          ],
          "component": [
            "type": "container", "bom-ref": "image", "name": "image",
            "version": .string(report.manifestDigest.description),
          ],
        ],
        "components": .list(components),
      ])
  }
}

extension InstalledPackage {
  /// https://github.com/package-url/purl-spec. Nil for systems whose packages have no agreed namespace.
  fileprivate func packageURL(on system: String?) -> String? {
    let isUbuntu = system?.lowercased().hasPrefix("ubuntu") == true
    let parts: (type: String, name: String)? =
      switch kind {
      case .debian: (isUbuntu ? "deb/ubuntu" : "deb/debian", name)
      case .alpine: ("apk/alpine", name)
      case .python: ("pypi", name.lowercased().replacing("_", with: "-"))
      case .npm: ("npm", name)
      case .other: nil
      }
    return parts.map { "pkg:\($0.type)/\(Self.encoded($0.name))@\(Self.encoded(version))" }
  }

  /// Percent-encoded but for what the specification lets stand.
  private static func encoded(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~:/".utf8)
    return text.utf8.map { byte in
      plain.contains(byte)
        ? String(decoding: [byte], as: UTF8.self)
        : "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
    }.joined()
  }
}

extension SQLiteRunStore {
  /// Every scan of an image that a user means, with what it found, oldest first.
  /// - Throws: ``LedgerError``.
  package func scans(ofImages traces: [ImageTrace]) async throws -> [RecordedScan] {
    var scans = [RecordedScan]()
    for trace in traces {
      for scan in trace.scans {
        let history = try await history(of: scan.run.id)
        let records = history.scans.filter { $0.step == scan.step && $0.report.archiveDigest == scan.archiveDigest }
        if let record = records.first {
          scans.append(RecordedScan(run: scan.run, at: scan.at, record: record))
        }
      }
    }
    return scans
  }
}
