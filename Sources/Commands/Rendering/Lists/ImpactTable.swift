import Ledger
import Model

/// The images that a vulnerability was found in.
struct ImpactTable: ListDisplayable {
  static let noun = "findings"
  static let fields = [
    "vulnerability", "severity", "package", "version", "fixedVersion", "manifestDigest", "run", "runId", "step",
    "scannedAt", "pushedAs", "stillNewestAs",
  ]

  private let impacts: [VulnerabilityImpact]

  init(_ impacts: [VulnerabilityImpact]) {
    self.impacts = impacts
  }

  var records: [[Value]] {
    impacts.map { impact in
      [
        .string(impact.finding.vulnerability), .string(impact.finding.severity.rawValue),
        .string(impact.finding.package.name), .string(impact.finding.package.version),
        Value(impact.finding.fixedVersion), .string(impact.manifestDigest.description), .string(impact.run.label),
        .string(impact.run.id.description), .string(impact.step.description), .string(impact.scannedAt.description),
        .list(impact.pushedAs.map(Value.string)), .list(impact.stillNewestAs.map(Value.string)),
      ]
    }
  }

  let header = ["SEVERITY", "PACKAGE", "VERSION", "FIXED IN", "IMAGE", "RUN", "SCANNED", "STILL SERVED AS"]

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    impacts.map { impact in
      let served: TextTable.Cell =
        if impact.pushedAs.isEmpty { TextTable.Cell("never pushed", .dim) } else if impact.stillNewestAs.isEmpty {
          TextTable.Cell("replaced since", .green)
        } else { TextTable.Cell(impact.stillNewestAs.joined(separator: " "), .red) }
      return [
        TextTable.Cell(impact.finding.severity.rawValue, impact.finding.severity.style),
        TextTable.Cell(impact.finding.package.name), TextTable.Cell(impact.finding.package.version),
        TextTable.Cell(impact.finding.fixedVersion ?? "", .green),
        TextTable.Cell(impact.manifestDigest.abbreviated), TextTable.Cell(impact.run.label),
        TextTable.Cell(terminal.localTime(impact.scannedAt)), served,
      ]
    }
  }
}
