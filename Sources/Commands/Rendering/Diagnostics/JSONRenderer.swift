import Model

/// A JSON array with one object a line. The keys are stable: programs depend on them.
struct JSONRenderer: DiagnosticRenderer {
  let names: [Diagnostic.Code: String]

  func lines(of report: LintReport) -> [StyledLine] {
    guard !report.diagnostics.isEmpty else { return ["[]"] }
    let last = report.diagnostics.count - 1
    return ["["]
      + report.diagnostics.enumerated().map { index, diagnostic in
        StyledLine(document(diagnostic).canonicalJSON + (index == last ? "" : ","))
      } + ["]"]
  }

  private func document(_ diagnostic: Diagnostic) -> Value {
    [
      "code": .string(diagnostic.code.description), "name": Value(names[diagnostic.code]),
      "severity": .string(diagnostic.severity.rawValue), "message": .string(diagnostic.message),
      "file": Value(diagnostic.span?.file), "start": Self.position(diagnostic.span?.start),
      "end": Self.position(diagnostic.span?.end),
      "labels": .list(
        diagnostic.labels.map { label in
          [
            "file": .string(label.span.file), "start": Self.position(label.span.start),
            "end": Self.position(label.span.end), "text": .string(label.text),
          ]
        }),
      "notes": .list(diagnostic.notes.map(Value.string)), "help": Value(diagnostic.help),
      "fix": diagnostic.fix.map(Self.fix) ?? .null,
    ]
  }

  private static func position(_ position: SourcePosition?) -> Value {
    guard let position else { return .null }
    return [
      "line": .integer(position.line), "column": .integer(position.column), "offset": .integer(position.offset),
    ]
  }

  private static func fix(_ fix: DiagnosticFix) -> Value {
    [
      "title": .string(fix.title), "isSafe": .bool(fix.safety == .safe),
      "edits": .list(
        fix.edits.map { edit in
          [
            "file": .string(edit.file), "start": .integer(edit.range.lowerBound),
            "end": .integer(edit.range.upperBound), "replacement": .string(edit.replacement),
          ]
        }),
    ]
  }
}
