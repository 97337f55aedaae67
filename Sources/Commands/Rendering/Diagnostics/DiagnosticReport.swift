import Model
import PipelineFile

/// What commands say on standard error about the files that they read.
struct DiagnosticReport {
  private let report: LintReport
  private let terminal: Terminal

  init(_ diagnostics: [Diagnostic], sources: [SourceText], terminal: Terminal) {
    report = LintReport(diagnostics: diagnostics, sources: sources)
    self.terminal = terminal
  }

  /// Shows nothing when there is nothing to tell.
  func show() {
    guard !report.diagnostics.isEmpty else { return }
    let renderer = FullRenderer(width: terminal.size.columns, glyphs: terminal.glyphs)
    terminal.talk(renderer.lines(of: report) + [StyledLine(report.summary, .bold)])
  }
}
