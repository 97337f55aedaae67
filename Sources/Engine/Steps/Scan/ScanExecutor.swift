package import Model
import OCI
import SystemPackage

/// A security step: hands the stage's image archive to the scanner and judges what it finds.
package struct ScanExecutor: StepExecutor {
  private let scanner: any Scanner

  package init(scanner: any Scanner) {
    self.scanner = scanner
  }

  package func handles(_ spec: StepSpec) -> Bool {
    if case .scan = spec { true } else { false }
  }

  package func execute(_ execution: StepExecution) async throws -> StepResult {
    guard case .scan(let step) = execution.step.spec else {
      preconditionFailure("a step that is no scan came to its executor")
    }
    let threshold = try threshold(of: step, execution)
    let archive = try archive(of: step, execution)
    let report = try await scanner.scan(archive: archive, output: execution.output)
    let tripping = threshold.map { threshold in report.findings.filter { $0.severity.reaches(threshold) } } ?? []
    try await record(report, isPassed: tripping.isEmpty, execution)
    for line in Self.summary(report) { try await execution.output.line(line) }
    let outputs = Self.outputs(report.counts)
    guard let threshold, !tripping.isEmpty else {
      let unknown = report.counts[.unknown]
      if threshold != nil, unknown > 0 {
        try await execution.output.line(
          "\(unknown) findings have no severity: fail_on_severity could not judge them")
      }
      return StepResult(.succeeded, message: Self.headline(report.counts), outputs: outputs)
    }
    return StepResult(
      .failed(.unknown), exitCode: 1,
      message:
        "\(tripping.count) findings are \(threshold.rawValue) or worse (fail_on_severity: \(threshold.rawValue))",
      outputs: outputs)
  }

  private func threshold(of step: ScanStep, _ execution: StepExecution) throws -> Severity? {
    guard let text = step.failOnSeverity else { return nil }
    let word = try execution.evaluator.render(text).lowercased()
    guard !word.isEmpty, word != "none" else { return nil }
    guard let severity = Severity(rawValue: word), severity != .unknown else {
      throw StepFailure(
        .configuration,
        "\(text.span.map { "\($0): " } ?? "")fail_on_severity must be critical, high, medium, low, info or none, and is '\(word)'"
      )
    }
    return severity
  }

  private func archive(of step: ScanStep, _ execution: StepExecution) throws -> FilePath {
    guard step.mode == .orchestration else {
      throw StepFailure(
        .configuration, "mode \(step.mode.rawValue) needs Harness's servers: only orchestration runs here")
    }
    guard step.targetKind == .container else {
      throw StepFailure(
        .configuration, "a target of type \(step.targetKind.rawValue) is not scanned here: only container images are")
    }
    let imageType = try step.imageType.map(execution.evaluator.render) ?? "local_archive"
    guard imageType == "local_archive" else {
      throw StepFailure(
        .configuration,
        "an image of type \(imageType) is not fetched for a scan here: build it into an archive with PLUGIN_TAR_PATH"
          + " and scan that, with image.type local_archive")
    }
    guard let text = step.workspace else {
      throw StepFailure(
        .configuration, "target.workspace is missing: it names the archive, such as /harness/image.tar")
    }
    let written = try execution.evaluator.render(text)
    let path = try execution.resolve(written, setting: "target.workspace")
    guard let status = try? FileStatus(of: path, followingLinks: true) else {
      throw StepFailure(
        .configuration, "no image archive at \(written): an earlier step of this stage writes it with PLUGIN_TAR_PATH")
    }
    guard status.kind == .file else {
      throw StepFailure(.configuration, "\(written) is a directory: target.workspace names the archive itself")
    }
    return path
  }

  private func record(_ report: ScanReport, isPassed: Bool, _ execution: StepExecution) async throws {
    let record = ScanRecord(step: execution.path, report: report, isPassed: isPassed)
    let event = LedgerEntry.Event(
      kind: "image.scanned", subject: report.manifestDigest.description,
      payload: [
        "step": .string(execution.path.description),
        "archive": .string(report.archiveDigest.description),
        "configuration": .string(report.configurationDigest.description),
        "scanner": .string(report.scanner.name + " " + report.scanner.version),
        "data": .list(report.scanner.data.map(Value.string)),
        "counts": .map(Self.outputs(report.counts).mapValues { Int($0).map(Value.integer) ?? .null }),
        "passed": .bool(isPassed),
      ])
    try await execution.recorder.record(event, facts: [.scan(record)])
  }

  /// Strings, as Harness's security steps give them.
  private static func outputs(_ counts: SeverityCounts) -> [String: String] {
    [
      "CRITICAL": String(counts[.critical]), "HIGH": String(counts[.high]), "MEDIUM": String(counts[.medium]),
      "LOW": String(counts[.low]), "INFO": String(counts[.info]), "UNASSIGNED": String(counts[.unknown]),
      "IGNORED": "0", "TOTAL": String(counts.total),
    ]
  }

  private static func headline(_ counts: SeverityCounts) -> String {
    let parts = Severity.allCases.compactMap { counts[$0] == 0 ? nil : "\(counts[$0]) \($0.rawValue)" }
    return parts.isEmpty ? "no findings" : parts.joined(separator: ", ")
  }

  private static func summary(_ report: ScanReport) -> [String] {
    var lines = [
      "Scanned by \(report.scanner.name) \(report.scanner.version); advisories: \(report.scanner.data.joined(separator: ", "))",
      "Archive \(report.archiveDigest)",
      "\(report.packages.count) packages\(report.operatingSystem.map { " on \($0)" } ?? ""): \(headline(report.counts))",
    ]
    for finding in report.findings.prefix(50) {
      let fix = finding.fixedVersion.map { ", fixed in \($0)" } ?? ""
      lines.append(
        "  \(finding.severity.rawValue.uppercased()) \(finding.vulnerability) \(finding.package.name) \(finding.package.version)\(fix)"
      )
    }
    if report.findings.count > 50 { lines.append("  … and \(report.findings.count - 50) more") }
    return lines + report.remarks.map { "Note: " + $0 }
  }
}
