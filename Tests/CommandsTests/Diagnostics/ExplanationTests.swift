import DockerfileSyntax
import Expressions
import FoundationEssentials
import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite struct ExplanationTests {
  @Test func `every code in the program is explained, and no other`() throws {
    let used = try Self.codesInSources()
    let explained = Set(Explanations.all.map(\.code.number))
    #expect(used.count > 100)
    #expect(used.subtracting(explained).sorted() == [], "add an explanation where the code is declared")
    #expect(explained.subtracting(used).sorted() == [])
    #expect(Explanations.all.count == explained.count, "a code is explained once")
    #expect(Set(Explanations.all.map(\.name)).count == explained.count, "a name stands for one code")
  }

  @Test func `names are words with hyphens, and summaries are no sentences`() {
    for explanation in Explanations.all {
      #expect(explanation.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(explanation.code)")
      #expect(!explanation.summary.hasSuffix("."), "\(explanation.code)")
      #expect(explanation.reason.hasSuffix("."), "\(explanation.code)")
      #expect(explanation.wrong.plainText != explanation.right.plainText, "\(explanation.code)")
    }
  }

  static let readers = Explanations.all.filter { explanation in
    !RuleSet.rules.contains { $0.explanation.code == explanation.code }
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let explanation: DiagnosticExplanation
    var testDescription: String { "\(explanation.code) \(explanation.name)" }
  }

  @Test(arguments: readers.filter { $0.wrong.frame != .sketch }.map(Case.init))
  func `the wrong example is wrong and the right one is not`(_ testCase: Case) throws {
    let explanation = testCase.explanation
    // What shows only when a build or an evaluation comes to it is tested where it happens.
    if (5100..<5200).contains(explanation.code.number) { return }
    if explanation.wrong.frame == .expression { return }
    #expect(codes(of: explanation.wrong).contains(explanation.code))
    #expect(!codes(of: explanation.right).contains(explanation.code))
  }

  private func codes(of example: DiagnosticExplanation.Example) -> [Diagnostic.Code] {
    let source = ExampleFile(example).source
    switch example.frame {
    case .dockerfile:
      return Dockerfile.parse(String(decoding: source.bytes, as: UTF8.self), file: "Dockerfile").diagnostics.map(\.code)
    case .settings: return SettingsReader.read(source, directory: "/project").diagnostics.map(\.code)
    case .definition: return DefinitionReader.read(source).diagnostics.map(\.code)
    default:
      let (pipeline, diagnostics) = PipelineReader.read(source)
      return (diagnostics + ExpandedPipeline.read(source).diagnostics).map(\.code)
        + (pipeline.map { LintCheck.limitations(of: $0).map(\.code) } ?? [])
    }
  }

  @Test func `an example of expressions can be read where it is right`() {
    for explanation in Explanations.all where explanation.right.frame == .expression {
      #expect(throws: Never.self, "\(explanation.code)") { try ExpressionReferences(in: explanation.right.plainText) }
    }
  }

  @Test func `the article lists what the program explains`() throws {
    let article = Repository.root.appending("Sources/slipway/Slipway.docc/Diagnostics.md")
    let difference = try Golden.difference(of: DiagnosticsArticle.text, from: article)
    #expect(difference == nil)
  }

  @Test func `an explanation is shown with both examples`() {
    let text = ExplanationText(NotABooleanRule.explanation).lines(width: 80)
      .map { $0.rendered(Palette(usesColor: false)) }
    #expect(text.first == "SW5003 not-a-go-boolean (warning)")
    #expect(text.contains("Wrong:") && text.contains("Right:"))
    #expect(text.contains("            PLUGIN_NO_PUSH: \"yes\""))
    #expect(text.allSatisfy { $0.count <= 80 && !$0.contains("«") })
  }

  /// Every number that stands in the sources as a code: `Diagnostic.Code(2001)`, and `Self(1501)` in an extension of it.
  private static func codesInSources() throws -> Set<Int> {
    let folder = Repository.root.appending("Sources")
    var codes = Set<Int>()
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.string) where name.hasSuffix(".swift") {
      let text = try folder.appending(name).readText()
      for match in text.matches(of: /Code\(([1-9][0-9]{3})\)/) { codes.formUnion(Int(match.1).map { [$0] } ?? []) }
      if text.contains("extension Diagnostic.Code") {
        for match in text.matches(of: /= Self\(([1-9][0-9]{3})\)/) { codes.formUnion(Int(match.1).map { [$0] } ?? []) }
      }
      if text.contains("extension ExpressionError.Code") {
        for match in text.matches(of: /case [^:\n]*: (3[0-9]{3})/) { codes.formUnion(Int(match.1).map { [$0] } ?? []) }
      }
    }
    return codes
  }
}
