import FoundationEssentials
import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

/// Files that people wrote for Harness: whatever is in them, they are read, and what is said about them does not change unseen.
@Suite(.enabled(if: SharedData.isPresent, "the corpus is in ../shared, which is absent here"))
struct CorpusTests {
  @Test func `the pipelines with errors are the known ones`() throws {
    var text = ""
    for path in try files("pipelines") {
      let (pipeline, diagnostics) = PipelineReader.read(try source(path))
      let errors = diagnostics.filter { $0.severity == .error }
      #expect((pipeline == nil) == !errors.isEmpty)
      text += Golden.list(errors)
    }
    try Golden.expect(text, at: Golden.fixtures.appending("corpus_pipelines.expected"))
  }

  /// The file says in words why each of them is a mistake of the file, and not of ours.
  @Test func `every error is explained as a true defect of its file`() throws {
    let list = try Golden.fixtures.appending("corpus_errors.tsv").readText()
    let explained = list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      line.split(separator: "\t").map(String.init)
    }
    #expect(explained.allSatisfy { $0.count == 3 && $0[2].count > 20 })
    var found = Set<[String]>()
    for path in try files("pipelines") {
      let source = try source(path)
      let (pipeline, problems) = PipelineReader.read(source)
      let part = pipeline ?? PipelineReader.readInPart(source)
      let rules = part.map { Linter.check($0, isWhole: pipeline != nil, sources: [source]) } ?? []
      let names = pipeline.map { ExpressionCheck.unknownNames(in: $0.source, sources: [source]) } ?? []
      for error in problems + rules + names where error.severity == .error {
        found.insert([source.file, error.code.description])
      }
    }
    #expect(found == Set(explained.map { Array($0.prefix(2)) }))
  }

  @Test func `what is remarked about the pipelines is known`() throws {
    var text = ""
    for path in try files("pipelines") {
      text += Golden.list(PipelineReader.read(try source(path)).diagnostics.filter { $0.severity != .error })
    }
    try Golden.expect(text, at: Golden.fixtures.appending("corpus_pipelines_remarks.expected"))
  }

  @Test(arguments: ["connectors", "secrets"])
  func `what is said about the definitions is known`(_ folder: String) throws {
    var text = ""
    for path in try files(folder) {
      let (definition, diagnostics) = DefinitionReader.read(try source(path))
      #expect((definition == nil) == diagnostics.contains { $0.severity == .error })
      text += Golden.list(diagnostics)
    }
    try Golden.expect(text, at: Golden.fixtures.appending("corpus_\(folder).expected"))
  }

  @Test(arguments: ["input-sets", "templates"])
  func `files of other kinds are YAML and no pipelines`(_ folder: String) throws {
    for path in try files(folder) {
      let source = try source(path)
      #expect(YAMLReader.read(source).root != nil)
      #expect(PipelineReader.read(source).diagnostics.map(\.code.description) == ["SW2018"], "\(path)")
    }
  }

  private func files(_ folder: String) throws -> [FilePath] {
    let directory = try #require(SharedData.directory).appending("corpus/\(folder)")
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.string).sorted()
    #expect(!names.isEmpty)
    return names.map { directory.appending($0) }
  }

  private func source(_ path: FilePath) throws -> SourceText {
    try SourceText(reading: path, name: path.lastComponent?.string)
  }
}
