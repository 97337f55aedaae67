import Model
import PipelineFile
import TestSupport
import Testing

@testable import Commands

/// What a user sees of every rule: each of its examples as the terminal shows it, kept as a file for each rule.
@Suite struct RuleGoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let rule: any Rule.Type
    var testDescription: String { "\(rule.explanation.code) \(rule.explanation.name)" }
  }

  static let cases = RuleSet.rules.map { Case(rule: $0) }

  @Test(arguments: cases)
  func `is shown with its words, its place and its lines`(_ testCase: Case) throws {
    let code = testCase.rule.explanation.code
    var text = ""
    for example in testCase.rule.allExamples {
      let file = ExampleFile(example.example, name: "pipeline.yaml")
      let pipeline = try #require(PipelineReader.read(file.source).pipeline)
      let found = Linter.check(pipeline, sources: [file.source]).filter { $0.code == code }
      let report = LintReport(diagnostics: found, sources: [file.source])
      text += "# \(example.name)\n\n"
      let lines = FullRenderer(width: 120, glyphs: .unicode).lines(of: report)
      text += lines.isEmpty ? "nothing\n\n" : lines.map { $0.rendered(Palette(usesColor: false)) + "\n" }.joined()
    }
    let difference = try Golden.difference(of: text, from: Golden.file("\(code).txt"))
    #expect(difference == nil)
  }

  @Test func `there are enough examples`() {
    let count = RuleSet.rules.map { $0.allExamples.count }.reduce(0, +)
    #expect(count >= 60)
  }
}
