import Model
import PipelineFile
import Testing

@testable import Commands

struct DiagnosticReportTests {
  private func shown(
    _ diagnostics: [Diagnostic], _ sources: [SourceText], columns: Int = 80, environment: [String: String] = [:]
  ) -> String {
    let recording = RecordingTerminal(environment: environment, columns: columns)
    DiagnosticReport(diagnostics, sources: sources, terminal: recording.terminal).show()
    #expect(recording.data == "")
    return recording.talk
  }

  /// The span of the first occurrence of `text`.
  private func span(of text: String, in source: SourceText) -> SourceSpan {
    let bytes = Array(text.utf8)
    guard let start = source.bytes.indices.first(where: { source.bytes[$0...].starts(with: bytes) }) else {
      preconditionFailure("there is no '\(text)' in \(source.file)")
    }
    return source.span(from: start, to: start + bytes.count)
  }

  @Test func `nothing to tell is not told`() {
    #expect(shown([], []) == "")
  }

  @Test func `a diagnostic underlines its place`() {
    let source = SourceText(file: "p.yaml", text: "pipeline:\n  type: Foo # here\n")
    let diagnostic = Diagnostic(
      Diagnostic.Code(2001), .error, "there is no type 'Foo'", at: span(of: "Foo", in: source),
      notes: ["types are Run\nand Wait"], help: "did you mean 'Run'?")
    #expect(
      shown([diagnostic], [source]) == """
        p.yaml:2:9: error[SW2001]: there is no type 'Foo'
          |
        2 |   type: Foo # here
          |         ^^^
          = note: types are Run
                  and Wait
          = help: did you mean 'Run'?

        1 error

        """)
  }

  @Test func `labels stand beside their places, in the order of the file`() {
    let lines = (1...12).map { $0 == 4 || $0 == 12 ? "  identifier: build\($0)" : "x" }
    let source = SourceText(file: "p.yaml", text: lines.joined(separator: "\n"))
    let other = SourceText(file: "slipway.yaml", text: "codebase: .\n")
    let diagnostic = Diagnostic(
      Diagnostic.Code(2003), .warning, "the identifier is taken", at: span(of: "build12", in: source),
      labels: [
        Diagnostic.Label(span: span(of: "build4", in: source), text: "first defined here"),
        Diagnostic.Label(span: span(of: "codebase", in: other), text: "and here"),
        Diagnostic.Label(span: SourceSpan(file: "gone.yaml", line: 7), text: "and there"),
      ])
    #expect(
      shown([diagnostic], [source, other]) == """
        p.yaml:12:15: warning[SW2003]: the identifier is taken
           |
         4 |   identifier: build4
           |               ------ first defined here
        ...
        12 |   identifier: build12
           |               ^^^^^^^
           ::: slipway.yaml:1
           |
         1 | codebase: .
           | -------- and here
           = see: gone.yaml:7:1: and there

        1 warning

        """)
  }

  @Test func `tabs, wide characters and control characters keep the underline in place`() {
    let source = SourceText(file: "p.yaml", text: "\ta: \"漢字\u{1B}é\u{301}\": bad\n")
    let diagnostic = Diagnostic(Diagnostic.Code(1001), .error, "bad", at: span(of: "bad", in: source))
    let text = shown([diagnostic], [source])
    #expect(
      text == """
        p.yaml:1:14: error[SW1001]: bad
          |
        1 |     a: "漢字^[é\u{301}": bad
          |                   ^^^

        1 error

        """)
  }

  @Test func `a span over many lines shows its beginning and its end`() {
    let source = SourceText(
      file: "p.yaml", text: "stage:\n  name: a\n  steps:\n    - step: 1\n    - step: 2\n\nnext: b\n")
    let start = span(of: "name", in: source).start
    let end = span(of: "next", in: source).start
    let diagnostic = Diagnostic(
      Diagnostic.Code(2002), .error, "wrong", at: SourceSpan(file: "p.yaml", start: start, end: end))
    #expect(
      shown([diagnostic], [source]) == """
        p.yaml:2:3: error[SW2002]: wrong
          |
        2 |   name: a
          |   ^^^^^^^
        3 |   steps:
          |   ^^^^^^
        ...
        5 |     - step: 2
          |     ^^^^^^^^^

        1 error

        """)
  }

  @Test func `a block of one line ends with that line`() {
    let source = SourceText(file: "p.yaml", text: "a:\n  b: 1\nc: 2\n")
    let diagnostic = Diagnostic(
      Diagnostic.Code(2002), .error, "wrong",
      at: SourceSpan(file: "p.yaml", start: span(of: "b", in: source).start, end: span(of: "c", in: source).start))
    #expect(shown([diagnostic], [source]).contains("2 |   b: 1\n  |   ^^^^\n\n"))
  }

  @Test func `a place without an extent is one sign, a whole line all of it`() {
    let source = SourceText(file: "p.yaml", text: "a: 1\n  b: 2  \n")
    let place = Diagnostic(Diagnostic.Code(1001), .error, "x", at: source.span(from: 3, to: 3))
    let line = Diagnostic(Diagnostic.Code(1002), .error, "y", at: SourceSpan(file: "p.yaml", line: 2))
    let end = Diagnostic(Diagnostic.Code(1003), .error, "z", at: source.span(from: 15, to: 15))
    let text = shown([line, place, end], [source])
    #expect(text.contains("1 | a: 1\n  |    ^\n"))
    #expect(text.contains("2 |   b: 2  \n  |   ^^^^\n"))
    #expect(text.hasSuffix("\n3 errors\n"))
  }

  @Test func `a long line is cut around what is meant`() {
    let source = SourceText(
      file: "p.yaml", text: String(repeating: "x", count: 200) + "BAD" + String(repeating: "y", count: 200))
    let diagnostic = Diagnostic(Diagnostic.Code(1001), .error, "bad", at: span(of: "BAD", in: source))
    #expect(
      shown([diagnostic], [source], columns: 40) == """
        p.yaml:1:201: error[SW1001]: bad
          |
        1 | …xxxxxxxxBADyyyyyyyyyyyyyyyyyyyyyy…
          |          ^^^

        1 error

        """)
  }

  @Test func `unknown files and missing places are told without lines`() {
    let text = shown(
      [
        Diagnostic(Diagnostic.Code(4001), .error, "gone", at: SourceSpan(file: "gone.yaml", line: 3)),
        Diagnostic(Diagnostic.Code(4002), .note, "nowhere\u{1B}", at: nil, help: "look"),
      ], [])
    #expect(
      text == """
        gone.yaml:3:1: error[SW4001]: gone

        note[SW4002]: nowhere^[
          = help: look

        1 error, 1 note

        """)
  }

  @Test func `each file is told from its top to its end`() {
    let source = SourceText(file: "a.yaml", text: "1\n2\n3\n")
    func diagnostic(_ file: String, _ line: Int, _ severity: Diagnostic.Severity) -> Diagnostic {
      Diagnostic(Diagnostic.Code(1001), severity, "\(file)\(line)", at: SourceSpan(file: file, line: line))
    }
    let text = shown(
      [
        diagnostic("a.yaml", 3, .error), diagnostic("b.yaml", 1, .warning), diagnostic("a.yaml", 1, .warning),
        diagnostic("b.yaml", 1, .error),
      ], [source])
    let headings = text.split(separator: "\n").filter { $0.contains("[SW") }.map { $0.prefix { $0 != " " } }
    #expect(headings == ["a.yaml:1:1:", "a.yaml:3:1:", "b.yaml:1:1:", "b.yaml:1:1:"])
    #expect(text.hasSuffix("2 errors, 2 warnings\n"))
  }

  @Test func `colours add nothing but emphasis`() throws {
    let source = SourceText(file: "p.yaml", text: "type: Foo\n")
    let diagnostic = Diagnostic(Diagnostic.Code(2001), .error, "no", at: span(of: "Foo", in: source))
    let plain = shown([diagnostic], [source])
    let colored = shown([diagnostic], [source], environment: ["FORCE_COLOR": "1"])
    #expect(colored != plain)
    #expect(colored.replacing(try Regex("\u{1B}\\[[0-9;]*m"), with: "") == plain)
  }
}
