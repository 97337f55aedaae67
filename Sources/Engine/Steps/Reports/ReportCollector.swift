import Model
import OCI
import SystemPackage

/// Reads the test reports that a step left and puts them into the ledger.
///
/// Like on Harness, a report that is missing or cannot be read is said and fails nothing.
struct ReportCollector {
  /// Larger files are no test reports.
  private static let largestFile: Int64 = 64 << 20

  private let reports: TestReports

  init(_ reports: TestReports) { self.reports = reports }

  func collect(for execution: StepExecution) async throws {
    var found: Set<FilePath> = []
    for text in reports.paths {
      let pattern = try execution.evaluator.render(text)
      let files = try Self.files(pattern, in: execution.workspace)
      if files.isEmpty { try await execution.output.line("slipway: no test report fits '\(pattern)'") }
      found.formUnion(files)
    }
    var all = [TestReport]()
    for file in found.sorted(by: { $0.string < $1.string }) {
      let name = execution.workspace.relative(file)
      do {
        all.append(
          TestReport(
            path: execution.path, attempt: execution.attempt, file: name,
            cases: try JUnitReport.cases(in: Self.text(of: file))))
      } catch let mistake as XMLMistake {
        try await execution.output.line(
          "slipway: \(name):\(mistake.line): this test report cannot be read: \(mistake.message)")
      } catch let error as OCIError {
        try await execution.output.line("slipway: the test report \(name) cannot be read: \(error.message)")
      }
    }
    guard !all.isEmpty else { return }
    let masked = all.map { $0.masked(by: execution.evaluator.masked) }
    let sum = masked.map(\.counts).reduce(TestCounts(), +)
    for report in masked {
      try await execution.recorder.record(
        LedgerEntry.Event(kind: "tests.reported", subject: execution.path.description, payload: report.payload))
    }
    try await execution.output.line(
      "slipway: \(sum.tests) tests in \(masked.count) report\(masked.count == 1 ? "" : "s"): "
        + "\(sum.tests - sum.failed - sum.skipped) passed, \(sum.failed) failed, \(sum.skipped) skipped")
  }

  private static func files(_ pattern: String, in workspace: Workspace) throws -> [FilePath] {
    var relative = FilePath(pattern)
    if relative.isAbsolute {
      // A report elsewhere is in no place that outlives the step.
      guard relative.starts(with: Workspace.mountPoint) else { return [] }
      _ = relative.removePrefix(Workspace.mountPoint)
    }
    return try PathGlob(relative.string).files(in: workspace.directory)
  }

  private static func text(of file: FilePath) throws -> String {
    guard try FileStatus(of: file).size <= largestFile else {
      throw XMLMistake(message: "it has more than 64 MiB", line: 1)
    }
    var bytes = [UInt8]()
    try FileReader(opening: file).readAll { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
