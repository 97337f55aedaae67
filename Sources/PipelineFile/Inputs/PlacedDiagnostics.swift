package import Model

/// Diagnostics about a pipeline that was put together from several files.
///
/// What is wrong in a template is wrong at each of its uses: it is said once, where the template has it, and the uses are named.
package struct PlacedDiagnostics: Sendable {
  /// The pipeline's own file.
  let main: String
  /// By the template's file.
  let uses: [String: [SourceSpan]]

  private static let mostUses = 5

  /// Those of the pipeline's own file first, then file by file, each in its file's order.
  package func arranged(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    var files = [main: 0]
    for diagnostic in diagnostics {
      if let file = diagnostic.span?.file, files[file] == nil { files[file] = files.count }
    }
    let all = diagnostics.map(withUses).filter { seen.insert($0).inserted }
    func key(_ diagnostic: Diagnostic, _ index: Int) -> (Int, Int, Int) {
      (diagnostic.span.flatMap { files[$0.file] } ?? 0, diagnostic.span?.start.offset ?? 0, index)
    }
    return all.enumerated().sorted { key($0.element, $0.offset) < key($1.element, $1.offset) }.map(\.element)
  }

  private func withUses(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let file = diagnostic.span?.file, file != main, uses[file] != nil else { return diagnostic }
    var labels = diagnostic.labels
    for use in outermost(of: file).prefix(Self.mostUses) where !labels.contains(where: { $0.span == use }) {
      labels.append(Diagnostic.Label(span: use, text: "the template is used here"))
    }
    return Diagnostic(
      diagnostic.code, diagnostic.severity, diagnostic.message, at: diagnostic.span, labels: labels,
      notes: diagnostic.notes, help: diagnostic.help, fix: diagnostic.fix, isConfidential: diagnostic.isConfidential)
  }

  /// The uses of a template, and of the templates that use it, down to the pipeline's own file.
  private func outermost(of file: String) -> [SourceSpan] {
    var found = [SourceSpan]()
    var files = [file]
    var seen: Set = [file]
    while let next = files.popLast() {
      for use in uses[next] ?? [] where !found.contains(use) {
        found.append(use)
        if use.file != main, seen.insert(use.file).inserted { files.append(use.file) }
      }
    }
    return found
  }
}
