import Model

/// JUnit XML, which CI servers read: a suite for each file, a failed test for each error and each warning.
///
/// Notes are tests that passed and said something, and a file without problems is one test that passed.
struct JUnitRenderer: DiagnosticRenderer {
  func lines(of report: LintReport) -> [StyledLine] {
    let byFile = Dictionary(grouping: report.diagnostics) { $0.span?.file ?? "" }
    let others = byFile.keys.filter { !report.files.contains($0) }.sorted()
    let suites = (report.files + others).map { ($0, byFile[$0] ?? []) }
    var lines: [StyledLine] = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    let (tests, failures) = suites.reduce((0, 0)) { ($0.0 + max(1, $1.1.count), $0.1 + Self.failures($1.1)) }
    lines.append(StyledLine("<testsuites name=\"slipway lint\" tests=\"\(tests)\" failures=\"\(failures)\">"))
    for (file, diagnostics) in suites {
      let name = Self.escaped(file)
      lines.append(
        StyledLine(
          "  <testsuite name=\"\(name)\" tests=\"\(max(1, diagnostics.count))\" failures=\"\(Self.failures(diagnostics))\">"
        ))
      if diagnostics.isEmpty { lines.append(StyledLine("    <testcase name=\"lint\" classname=\"\(name)\"/>")) }
      for diagnostic in diagnostics { lines += Self.lines(diagnostic, name) }
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines
  }

  private static func failures(_ diagnostics: [Diagnostic]) -> Int { diagnostics.count { $0.severity != .note } }

  private static func lines(_ diagnostic: Diagnostic, _ file: String) -> [StyledLine] {
    let place = diagnostic.span.map { " at \($0.start.line):\($0.start.column)" } ?? ""
    let remarks = diagnostic.notes.map { "note: " + $0 } + (diagnostic.help.map { ["help: " + $0] } ?? [])
    let heading = (diagnostic.span.map { "\($0): " } ?? "") + diagnostic.message
    let text = escaped(([heading] + remarks).joined(separator: "\n"))
    let line = diagnostic.span.map { " line=\"\($0.start.line)\"" } ?? ""
    let test = "<testcase name=\"\(diagnostic.code)\(place)\" classname=\"\(file)\"\(line)>"
    let content =
      diagnostic.severity == .note
      ? "<system-out>\(text)</system-out>"
      : "<failure type=\"\(diagnostic.severity.rawValue)\" message=\"\(escaped(diagnostic.message))\">\(text)</failure>"
    return [StyledLine("    \(test)\(content)</testcase>")]
  }

  /// XML 1.0 has no way to write most control characters.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      case "\u{00}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
