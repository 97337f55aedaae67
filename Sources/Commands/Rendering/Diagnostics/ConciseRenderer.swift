import Model

/// One line for each diagnostic, for editors and `grep`: `file:line:column: severity[code] message`.
struct ConciseRenderer: DiagnosticRenderer {
  func lines(of report: LintReport) -> [StyledLine] {
    report.diagnostics.map { diagnostic in
      var line = StyledLine()
      if let span = diagnostic.span { line.append(HarmlessText.inLine(span.description) + ": ", .bold) }
      line.append("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", diagnostic.severity.style)
      line.append(" " + HarmlessText.inLine(diagnostic.message))
      return line
    }
  }
}
