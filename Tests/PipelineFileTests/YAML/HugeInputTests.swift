import Model
import PipelineFile
import Testing

/// Files made to be slow, or large: a diagnostic in bounded time, and never a crash.
struct HugeInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let code: String
    let text: @Sendable () -> String
  }

  private static func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  static let cases: [Case] = [
    Case(testDescription: "10,000 brackets", code: "SW1007") { times("[", 10_000) },
    Case(testDescription: "10,000 braces", code: "SW1007") { times("{a: ", 10_000) },
    Case(testDescription: "10,000 items in each other", code: "SW1007") { times("- ", 10_000) },
    Case(testDescription: "1,000 indentations", code: "SW1007") {
      (0..<1_000).map { times(" ", $0) + "a:\n" }.joined()
    },
    Case(testDescription: "100,000 complex keys", code: "SW1016") { times("? ", 100_000) },
    Case(testDescription: "a bomb of aliases", code: "SW1009") {
      (1..<12).reduce("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n") { text, level in
        text + "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ","))]\n"
      }
    },
    Case(testDescription: "two million values", code: "SW1009") { times("- x\n", 2_000_000) },
    Case(testDescription: "300,000 times the same key", code: "SW1002") { times("k: 1\n", 300_000) },
    Case(testDescription: "the same key on one line", code: "SW1002") { "{" + times("a: b, ", 300_000) + "}" },
    Case(testDescription: "200,000 conflicts", code: "SW1011") { times("<<<<<<< a\n", 200_000) },
    Case(testDescription: "an endless string", code: "SW1001") { "a: \"" + times("x", 8 << 20) },
    Case(testDescription: "an endless line", code: "SW1001") { "a: b: " + times("x", 8 << 20) },
    Case(testDescription: "16 MiB of NUL", code: "SW1005") { times("\u{0}", 16 << 20) },
    Case(testDescription: "16 MiB of spaces", code: "SW1013") { times(" ", 16 << 20) },
    Case(testDescription: "more than is read", code: "SW1006") { times("x", (64 << 20) + 1) },
    Case(testDescription: "a million expressions", code: "SW3016") {
      "pipeline:\n  name: |\n" + times("    <+pipeline.name><+pipeline.name>\n", 500_000)
    },
  ]

  @Test(.timeLimit(.minutes(10)), arguments: cases)
  func `a huge file ends in a diagnostic`(file: Case) {
    let diagnostics = PipelineReader.read(SourceText(file: "p.yaml", text: file.text())).diagnostics
    #expect(diagnostics.contains { $0.code.description == file.code }, "\(diagnostics.prefix(3))")
    #expect(diagnostics.count <= 200)
  }

  @Test func `a long line is not shown as a whole`() throws {
    let source = SourceText(file: "p.yaml", text: "short\r\n" + Self.times("x", 1_000_000) + "\nlast")
    #expect(source.line(1) == "short")
    #expect(source.line(2)?.utf8.count == SourceText.longestLine)
    #expect(source.line(3) == "last")
    #expect(source.line(4) == nil)
  }
}
