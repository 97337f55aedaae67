import Model

/// Workflow commands, which GitHub Actions shows beside the lines of a pull request.
///
/// See https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
struct GitHubRenderer: DiagnosticRenderer {
  let names: [Diagnostic.Code: String]

  func lines(of report: LintReport) -> [StyledLine] {
    report.diagnostics.map { diagnostic in
      var properties = [(String, String)]()
      if let span = diagnostic.span {
        properties = [("file", span.file), ("line", String(span.start.line))]
        if span.start != span.end {
          properties.append(("endLine", String(span.end.line)))
          // Columns only mean something within one line.
          if span.start.line == span.end.line {
            properties += [("col", String(span.start.column)), ("endColumn", String(max(1, span.end.column - 1)))]
          }
        }
      }
      let title = [diagnostic.code.description, names[diagnostic.code]].compactMap(\.self).joined(separator: " ")
      properties.append(("title", title))
      let text = ([diagnostic.message] + diagnostic.notes + (diagnostic.help.map { [$0] } ?? [])).joined(
        separator: "\n")
      let list = properties.map { "\($0.0)=\(Self.property($0.1))" }.joined(separator: ",")
      return StyledLine("::\(Self.command(diagnostic.severity)) \(list)::\(Self.data(text))")
    }
  }

  private static func command(_ severity: Diagnostic.Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }

  private static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
