import Engine
import FoundationEssentials
import Model
import PipelineFile
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Commands

/// One report in every format.
@Suite struct RendererTests {
  private let source = SourceText(file: "a b/pipeline.yaml", text: "pipeline:\n  name: \"x\"\n  token: abcdefgh\n")
  private let other = SourceText(file: "/srv/template.yaml", text: "template: {}\n")

  private var report: LintReport {
    let span = source.span(from: 18, to: 21)
    return LintReport(
      files: ["a b/pipeline.yaml", "clean.yaml"],
      diagnostics: [
        Diagnostic(
          NotABooleanRule.explanation.code, .warning, "100% \"wrong\" <here>\nand there", at: span,
          labels: [Diagnostic.Label(span: other.span(from: 0, to: 8), text: "made here")], notes: ["a note: one, two"],
          help: "write 'y'", fix: DiagnosticFix("write 'y'", replacing: span, with: "y")),
        Diagnostic(
          PlaintextCredentialRule.explanation.code, .note, "a credential", at: source.span(from: 31, to: 39),
          isConfidential: true),
        Diagnostic(Diagnostic.Code(2001), .error, "nowhere", at: nil),
      ], sources: [source, other])
  }

  private func text(_ format: LintFormat) -> String {
    format.renderer(width: 80, glyphs: .unicode, explanations: Explanations.all).lines(of: report)
      .map { $0.rendered(Palette(usesColor: false)) + "\n" }.joined()
  }

  @Test(arguments: [LintFormat.full, .concise, .github, .junit])
  func `is what the golden file says`(_ format: LintFormat) throws {
    let difference = try Golden.difference(of: text(format), from: Golden.file("report.\(format.rawValue)"))
    #expect(difference == nil)
  }

  @Test(arguments: LintFormat.allCases)
  func `never repeats a credential`(_ format: LintFormat) {
    #expect(!text(format).contains("abcdefgh"))
  }

  @Test func `JSON is an array with stable keys`() throws {
    let objects = try JSONDecoder().decode([Finding].self, from: Data(text(.json).utf8))
    #expect(objects.map(\.code) == ["SW5003", "SW7001", "SW2001"])
    #expect(objects[0].name == "not-a-go-boolean")
    #expect(objects[0].file == "a b/pipeline.yaml")
    #expect(objects[0].start?.line == 2 && objects[0].start?.column == 9 && objects[0].start?.offset == 18)
    #expect(objects[0].labels.map(\.text) == ["made here"])
    #expect(objects[0].fix?.isSafe == true)
    #expect(objects[0].fix?.edits.map(\.replacement) == ["y"])
    #expect(objects[2].file == nil && objects[2].start == nil)
    let empty = LintFormat.json.renderer(width: 80, glyphs: .ascii, explanations: [])
      .lines(of: LintReport(diagnostics: [], sources: []))
    #expect(empty == ["[]"])
  }

  private struct Finding: Decodable {
    struct Position: Decodable {
      let line: Int
      let column: Int
      let offset: Int
    }
    struct Label: Decodable {
      let text: String
      let file: String
    }
    struct Edit: Decodable {
      let replacement: String
    }
    struct Fix: Decodable {
      let isSafe: Bool
      let edits: [Edit]
    }
    let code: String
    let name: String?
    let severity: String
    let message: String
    let file: String?
    let start: Position?
    let end: Position?
    let labels: [Label]
    let notes: [String]
    let help: String?
    let fix: Fix?
  }

  // MARK: - SARIF

  private static let validator = Repository.root.appending(".build-peers/bin/python3")
  private static var hasValidator: Bool {
    ProcessInfo.processInfo.environment["CI"] != nil
      || FileManager.default.isExecutableFile(atPath: validator.string)
  }

  @Test(
    .enabled(
      if: hasValidator && SharedData.isPresent,
      "needs jsonschema in .build-peers, which .ci/setup installs, and the schema in ../shared"))
  func `SARIF is valid by the official schema`() async throws {
    let schema = try #require(SharedData.directory).appending("schemas/sarif-2.1.0.json")
    try await TemporaryDirectory.with { directory in
      let document = directory.appending("report.sarif")
      // A real report with every rule in it, beside the small one.
      let all = RuleSet.rules.flatMap { rule -> [Diagnostic] in
        let file = ExampleFile(rule.explanation.wrong)
        return PipelineReader.read(file.source).pipeline.map { Linter.check($0, sources: [file.source]) } ?? []
      }
      let reports = [report, LintReport(files: ["example.yaml"], diagnostics: all, sources: [])]
      for report in reports {
        let lines = LintFormat.sarif.renderer(width: 80, glyphs: .ascii, explanations: Explanations.all)
          .lines(of: report)
        try document.write(lines.map { $0.rendered(Palette(usesColor: false)) }.joined(separator: "\n"))
        let script = """
          import json, sys, jsonschema
          schema, document = (json.load(open(name)) for name in sys.argv[1:3])
          validator = jsonschema.validators.validator_for(schema)(schema)
          errors = list(validator.iter_errors(document))
          for error in errors: print(error.json_path, error.message[:200])
          sys.exit(1 if errors or not document["runs"][0]["results"] else 0)
          """
        let result = try await HostCommandRunner().run(
          [Self.validator.string, "-c", script, schema.string, document.string], environment: [:],
          workingDirectory: directory)
        let said = String(decoding: result.standardOutput + result.standardError, as: UTF8.self)
        #expect(result.exit.shellCode == 0, "\(said)")
      }
    }
  }

  @Test func `names become URI references`() {
    #expect(FileURI.of("a b/ü.yaml") == "a%20b/%C3%BC.yaml")
    #expect(FileURI.of("/srv/p.yaml") == "file:///srv/p.yaml")
    #expect(FileURI.of("<stdin>") == "%3Cstdin%3E")
  }
}
