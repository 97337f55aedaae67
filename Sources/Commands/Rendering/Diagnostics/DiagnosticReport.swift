import Model
import PipelineFile

/// Diagnostics as people read them, on standard error:
///
///     pipeline.yaml:12:11: error[SW2003]: the identifier "build" is taken
///        |
///      4 |     identifier: build
///        |                 ----- first defined here
///     12 |     identifier: build
///        |                 ^^^^^
///        = help: give it another one
///
///     1 error
///
/// The first line of each is the form that editors and terminals can jump to. Files that are not among the sources are shown
/// without their lines.
struct DiagnosticReport {
  private let diagnostics: [Diagnostic]
  private let sources: [String: SourceText]
  private let terminal: Terminal

  init(_ diagnostics: [Diagnostic], sources: [SourceText], terminal: Terminal) {
    self.diagnostics = diagnostics
    self.sources = Dictionary(sources.map { ($0.file, $0) }) { first, _ in first }
    self.terminal = terminal
  }

  /// Shows nothing when there is nothing to tell.
  func show() {
    guard !diagnostics.isEmpty else { return }
    var lines = [StyledLine]()
    for diagnostic in ordered {
      lines += self.lines(for: diagnostic)
      lines.append("")
    }
    lines.append(summary)
    terminal.talk(lines)
  }

  /// File by file in the order in which they are first spoken of, each from its top to its end.
  private var ordered: [Diagnostic] {
    var files: [String?: Int] = [:]
    for diagnostic in diagnostics where files[diagnostic.span?.file] == nil {
      files[diagnostic.span?.file] = files.count
    }
    func key(_ diagnostic: Diagnostic, _ index: Int) -> (Int, Int, Int, Int) {
      let start = diagnostic.span?.start
      return (files[diagnostic.span?.file] ?? 0, start?.line ?? 0, start?.column ?? 0, index)
    }
    return diagnostics.enumerated().sorted { key($0.element, $0.offset) < key($1.element, $1.offset) }.map(\.element)
  }

  private func lines(for diagnostic: Diagnostic) -> [StyledLine] {
    var heading = StyledLine()
    if let span = diagnostic.span { heading.append(HarmlessText.inLine(span.description) + ": ", .bold) }
    heading.append("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", diagnostic.severity.style)
    heading.append(": " + HarmlessText.inLine(diagnostic.message), .bold)
    let excerpt = DiagnosticExcerpt(diagnostic, sources: sources, ellipsis: terminal.glyphs.ellipsis)
    var lines = [heading] + excerpt.lines(width: terminal.size.columns)
    let indentation = String(repeating: " ", count: excerpt.gutterWidth + 1)
    func remark(_ kind: String, _ text: String) -> [StyledLine] {
      text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
        index == 0
          ? StyledLine(indentation + "= ", .blue).appending(kind + ": ", .bold).appending(HarmlessText.inLine(line))
          : StyledLine(indentation + String(repeating: " ", count: kind.count + 4) + HarmlessText.inLine(line))
      }
    }
    for label in diagnostic.labels where sources[label.span.file] == nil {
      lines += remark("see", "\(label.span): \(label.text)")
    }
    for note in diagnostic.notes { lines += remark("note", note) }
    if let help = diagnostic.help { lines += remark("help", help) }
    return lines
  }

  private var summary: StyledLine {
    let counts = Diagnostic.Severity.allCases.reversed().compactMap { severity -> String? in
      let count = diagnostics.count { $0.severity == severity }
      return count == 0 ? nil : counted(count, severity.rawValue)
    }
    return StyledLine(counts.joined(separator: ", "), .bold)
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
