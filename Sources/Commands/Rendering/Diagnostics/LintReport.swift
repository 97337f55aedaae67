import Model
import PipelineFile

/// What checking some files came to.
struct LintReport: Sendable {
  /// Every file that was checked, as the user named it, those without problems too.
  let files: [String]
  /// File by file in the order in which they are first spoken of, each from its top to its end.
  let diagnostics: [Diagnostic]
  /// Of the files that the diagnostics speak of, as far as they could be read.
  let sources: [String: SourceLines]

  init(files: [String] = [], diagnostics: [Diagnostic], sources: [SourceText]) {
    self.files = files
    self.diagnostics = Self.ordered(diagnostics)
    let mentioned = Set(diagnostics.flatMap { $0.labels.map(\.span.file) + [$0.span?.file].compactMap(\.self) })
    let needed = sources.filter { mentioned.contains($0.file) }
    self.sources = Dictionary(needed.map { ($0.file, SourceLines($0)) }) { first, _ in first }
  }

  func count(_ severity: Diagnostic.Severity) -> Int { diagnostics.count { $0.severity == severity } }

  /// "2 errors, 1 warning"; empty when there is nothing.
  var summary: String {
    Diagnostic.Severity.allCases.reversed().compactMap { severity -> String? in
      let count = count(severity)
      return count == 0 ? nil : counted(count, severity.rawValue)
    }.joined(separator: ", ")
  }

  private static func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
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
}

/// Turns diagnostics into the text of one format.
protocol DiagnosticRenderer {
  func lines(of report: LintReport) -> [StyledLine]
}
