import Model

/// SARIF 2.1.0 (OASIS), which code hosts read: one run, with the rules that were broken.
struct SARIFRenderer: DiagnosticRenderer {
  let explanations: [DiagnosticExplanation]
  let version: String

  func lines(of report: LintReport) -> [StyledLine] {
    let codes = Set(report.diagnostics.map(\.code)).sorted()
    let indices = Dictionary(codes.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    let known = Dictionary(explanations.map { ($0.code, $0) }) { first, _ in first }
    let document: Value = [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
      "runs": [
        [
          "columnKind": "unicodeCodePoints",
          "tool": [
            "driver": [
              "name": "slipway", "semanticVersion": .string(version),
              "rules": .list(codes.map { rule($0, known[$0]) }),
            ]
          ],
          "artifacts": .list(report.files.map { ["location": ["uri": .string(FileURI.of($0))]] }),
          "results": .list(report.diagnostics.map { result($0, indices[$0.code] ?? -1) }),
        ]
      ],
    ]
    return [StyledLine(document.canonicalJSON)]
  }

  private func rule(_ code: Diagnostic.Code, _ explanation: DiagnosticExplanation?) -> Value {
    var rule: [String: Value] = ["id": .string(code.description)]
    if let explanation {
      rule["name"] = .string(explanation.name)
      rule["shortDescription"] = Self.message(explanation.summary)
      rule["fullDescription"] = Self.message(explanation.reason)
      rule["help"] = Self.message(
        explanation.reason + "\n\nWrong:\n" + explanation.wrong.plainText + "\n\nRight:\n" + explanation.right.plainText
      )
      rule["defaultConfiguration"] = ["level": .string(explanation.severity.rawValue)]
    }
    return .map(rule)
  }

  private func result(_ diagnostic: Diagnostic, _ index: Int) -> Value {
    let remarks = diagnostic.notes.map { "Note: " + $0 } + (diagnostic.help.map { ["Help: " + $0] } ?? [])
    var result: [String: Value] = [
      "ruleId": .string(diagnostic.code.description), "ruleIndex": .integer(index),
      "level": .string(diagnostic.severity.rawValue),
      "message": Self.message(([diagnostic.message] + remarks).joined(separator: "\n")),
    ]
    if let span = diagnostic.span { result["locations"] = [["physicalLocation": Self.location(span)]] }
    if !diagnostic.labels.isEmpty {
      result["relatedLocations"] = .list(
        diagnostic.labels.enumerated().map { index, label in
          [
            "id": .integer(index + 1), "physicalLocation": Self.location(label.span),
            "message": Self.message(label.text),
          ]
        })
    }
    if let fix = diagnostic.fix { result["fixes"] = [Self.fix(fix)] }
    return .map(result)
  }

  private static func fix(_ fix: DiagnosticFix) -> Value {
    let files = Dictionary(grouping: fix.edits, by: \.file)
    return [
      "description": message(fix.title),
      "artifactChanges": .list(
        files.sorted { $0.key < $1.key }.map { file, edits in
          [
            "artifactLocation": ["uri": .string(FileURI.of(file))],
            "replacements": .list(
              edits.map { edit in
                [
                  "deletedRegion": [
                    "byteOffset": .integer(edit.range.lowerBound), "byteLength": .integer(edit.range.count),
                  ],
                  "insertedContent": message(edit.replacement),
                ]
              }),
          ]
        }),
    ]
  }

  private static func location(_ span: SourceSpan) -> Value {
    var region: [String: Value] = ["startLine": .integer(span.start.line)]
    // A span without an offset means the line as a whole.
    if span.start != span.end || span.start.offset > 0 || span.start.line == 1 {
      region["startColumn"] = .integer(span.start.column)
      region["endLine"] = .integer(span.end.line)
      region["endColumn"] = .integer(span.end.column)
    }
    return ["artifactLocation": ["uri": .string(FileURI.of(span.file))], "region": .map(region)]
  }

  private static func message(_ text: String) -> Value { ["text": .string(text)] }
}
