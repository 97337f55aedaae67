import FoundationEssentials
import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

/// Every rule is tested by its own examples: what they mark is reported there, and nothing else by this rule.
@Suite struct RuleExampleTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let rule: any Rule.Type
    let example: RuleExample

    var testDescription: String { "\(rule.explanation.code) \(rule.explanation.name): \(example.name)" }
  }

  static let cases: [Case] = RuleSet.rules.flatMap { rule in
    rule.allExamples.map { Case(rule: rule, example: $0) }
  }

  @Test(arguments: cases)
  func `reports what its example marks`(_ testCase: Case) throws {
    let file = ExampleFile(testCase.example.example)
    let (pipeline, problems) = PipelineReader.read(file.source)
    #expect(problems.filter { $0.severity == .error } == [], "an example can be read")
    let diagnostics = Linter.check(try #require(pipeline), sources: [file.source])
      .filter { $0.code == testCase.rule.explanation.code }
    let places = diagnostics.map { diagnostic in
      diagnostic.span.map { String(decoding: file.source.bytes[$0.start.offset..<$0.end.offset], as: UTF8.self) } ?? "-"
    }
    let expected = file.marks.map { String(decoding: file.source.bytes[$0], as: UTF8.self) }
    #expect(places == expected)
    #expect(diagnostics.compactMap { $0.span.map { $0.start.offset..<$0.end.offset } } == file.marks)
    for diagnostic in diagnostics {
      for span in [diagnostic.span].compactMap(\.self) + diagnostic.labels.map(\.span) {
        #expect(file.source.position(atOffset: span.start.offset) == span.start)
        #expect(file.source.position(atOffset: span.end.offset) == span.end)
      }
    }
  }

  @Test func `a wrong example is reported and a right one is not`() {
    for rule in RuleSet.rules {
      let explanation = rule.explanation
      #expect(!ExampleFile(explanation.wrong).marks.isEmpty, "\(explanation.code)")
      #expect(ExampleFile(explanation.right).marks.isEmpty, "\(explanation.code)")
    }
  }

  @Test func `codes and names are taken once, and each rule is in the list`() throws {
    let explanations = RuleSet.rules.map { $0.explanation }
    #expect(Set(explanations.map(\.code)).count == explanations.count)
    #expect(Set(explanations.map(\.name)).count == explanations.count)
    let folder = Repository.root.appending("Sources/PipelineFile/Rules")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.string)
      .compactMap { FilePath($0).lastComponent?.string }.filter { $0.hasSuffix("Rule.swift") && $0 != "Rule.swift" }
    #expect(Set(files) == Set(RuleSet.rules.map { "\($0).swift" }))
  }

  @Test func `nothing is reported twice at one place, nor of a pipeline in parts`() throws {
    let file = ExampleFile(UnknownVariableRule.explanation.wrong)
    let pipeline = try #require(PipelineReader.read(file.source).pipeline)
    #expect(Linter.check(pipeline, isWhole: false, sources: [file.source]) == [])
    let found = Linter.check(pipeline, sources: [])
    #expect(found.map(\.code.description) == ["SW4203"])
    #expect(found.first?.span != nil, "without the file's text, the whole value is the place")
  }
}
