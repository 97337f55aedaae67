import Model

/// Diagnostics as people read them:
///
///     pipeline.yaml:12:11: error[SW2003]: the identifier "build" is taken
///        |
///      4 |     identifier: build
///        |                 ----- first defined here
///     12 |     identifier: build
///        |                 ^^^^^
///        = help: give it another one
///
/// The first line of each is the form that editors and terminals can jump to. Files that are not among the sources are shown
/// without their lines. Nothing is said by colour alone.
struct FullRenderer: DiagnosticRenderer {
  let width: Int
  let glyphs: Glyphs

  func lines(of report: LintReport) -> [StyledLine] {
    report.diagnostics.flatMap { lines(for: $0, report) + [""] }
  }

  private func lines(for diagnostic: Diagnostic, _ report: LintReport) -> [StyledLine] {
    var heading = StyledLine()
    if let span = diagnostic.span { heading.append(HarmlessText.inLine(span.description) + ": ", .bold) }
    heading.append("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", diagnostic.severity.style)
    heading.append(": " + HarmlessText.inLine(diagnostic.message), .bold)
    let excerpt = DiagnosticExcerpt(diagnostic, sources: report.sources, ellipsis: glyphs.ellipsis)
    var lines = [heading] + excerpt.lines(width: width)
    let indentation = String(repeating: " ", count: excerpt.gutterWidth + 1)
    func remark(_ kind: String, _ text: String) -> [StyledLine] {
      text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
        index == 0
          ? StyledLine(indentation + "= ", .blue).appending(kind + ": ", .bold).appending(HarmlessText.inLine(line))
          : StyledLine(indentation + String(repeating: " ", count: kind.count + 4) + HarmlessText.inLine(line))
      }
    }
    for label in diagnostic.labels where report.sources[label.span.file] == nil {
      lines += remark("see", "\(label.span): \(label.text)")
    }
    for note in diagnostic.notes { lines += remark("note", note) }
    if let help = diagnostic.help { lines += remark("help", help) }
    if let fix = diagnostic.fix, fix.safety == .safe { lines += remark("fix", fix.title + " (lint --fix)") }
    return lines
  }
}

extension Diagnostic.Severity {
  var style: TextStyle {
    switch self {
    case .error: .boldRed
    case .warning: .boldYellow
    case .note: .boldCyan
    }
  }
}
