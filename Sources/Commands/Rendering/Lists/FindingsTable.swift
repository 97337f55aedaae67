import Model

/// The vulnerabilities that scans found.
struct FindingsTable: ListDisplayable {
  static let noun = "findings"
  static let fields = [
    "severity", "score", "vulnerability", "aliases", "package", "packageKind", "version", "fixedVersion", "source",
    "locations", "step", "manifestDigest", "archiveDigest",
  ]

  private let scans: [ScanRecord]

  init(_ scans: [ScanRecord]) {
    self.scans = scans
  }

  var records: [[Value]] {
    scans.flatMap { scan in
      scan.report.findings.map { finding in
        [
          .string(finding.severity.rawValue), finding.score.map(Value.double) ?? .null,
          .string(finding.vulnerability), .list(finding.aliases.map(Value.string)), .string(finding.package.name),
          .string(finding.package.kind.rawValue), .string(finding.package.version), Value(finding.fixedVersion),
          .string(finding.source), .list(finding.package.locations.map(Value.string)),
          scan.step == .pipeline ? .null : .string(scan.step.description),
          .string(scan.report.manifestDigest.description), .string(scan.report.archiveDigest.description),
        ]
      }
    }
  }

  /// Several scans are told apart by their steps.
  private var showsSteps: Bool { scans.count > 1 }

  var header: [String] {
    ["SEVERITY", "VULNERABILITY", "PACKAGE", "VERSION", "FIXED IN", "SOURCE"] + (showsSteps ? ["STEP"] : [])
  }

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    scans.flatMap { scan in
      scan.report.findings.map { finding in
        let row = [
          TextTable.Cell(finding.severity.rawValue, finding.severity.style), TextTable.Cell(finding.vulnerability),
          TextTable.Cell(finding.package.name), TextTable.Cell(finding.package.version),
          TextTable.Cell(finding.fixedVersion ?? "", .green), TextTable.Cell(finding.source, .dim),
        ]
        return showsSteps ? row + [TextTable.Cell(StepChoice.short(scan.step))] : row
      }
    }
  }

  var remarks: [String] {
    if scans.isEmpty { return ["nothing was scanned"] }
    return scans.flatMap { scan in
      let report = scan.report
      let subject = report.operatingSystem.map { ", \($0)" } ?? ""
      return [
        "\(report.manifestDigest)\(subject): \(counted(report.packages.count, "package")), \(report.counts.sentence);"
          + " scanned by \(report.scanner.label)"
      ] + report.remarks.map { "note: " + $0 }
    }
  }
}

extension Severity {
  var style: TextStyle {
    switch self {
    case .critical: .boldRed
    case .high: .red
    case .medium: .yellow
    case .low: .cyan
    case .info: .dim
    case .unknown: .magenta
    }
  }
}

extension SeverityCounts {
  /// "2 critical, 1 low", or "no findings".
  var sentence: String {
    let parts = Severity.allCases.compactMap { self[$0] == 0 ? nil : "\(self[$0]) \($0.rawValue)" }
    return parts.isEmpty ? "no findings" : parts.joined(separator: ", ")
  }
}

extension ScanReport.ScannerIdentity {
  /// "slipway 0.1.0 with PyPI 2024-10".
  var label: String {
    "\(name) \(version)" + (data.isEmpty ? "" : " with " + data.joined(separator: ", "))
  }
}
