import FoundationEssentials
import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

/// Input sets and templates that people wrote for Harness.
@Suite(.enabled(if: SharedData.isPresent, "the corpus is in ../shared, which is absent here"))
struct CorpusInputsTests {
  @Test func `every input set and overlay is read`() throws {
    for path in try files("input-sets") {
      let (file, diagnostics) = InputSetFile.read(try source(path))
      let found = try #require(file, "\(path)")
      #expect(diagnostics == [], "\(path)")
      #expect(found.identifier != nil)
      if path.string.contains("overlay") { #expect(references(found) == ["deploy_staging", "canary_config"]) }
    }
  }

  private func references(_ file: InputSetFile) -> [String]? {
    if case .overlay(let references) = file.content { references.map(\.raw) } else { nil }
  }

  @Test func `every template is read`() throws {
    var kinds: Set<Template.Kind> = []
    for path in try files("templates") {
      let (template, diagnostics) = TemplateReader.read(try source(path))
      kinds.insert(try #require(template, "\(path)").kind)
      #expect(diagnostics == [], "\(path)")
    }
    #expect(kinds == [.step, .stepGroup, .stage, .pipeline])
  }

  @Test func `an input set gives its pipeline the build to check out`() throws {
    let sets = try files("input-sets").filter { $0.string.contains("cd-pipeline-sample") }
    let pipeline = try #require(
      try files("pipelines").first { $0.string.contains("harness-community-cd-pipeline-sample-001") })
    #expect(sets.count == 2)
    for set in sets {
      let expanded = ExpandedPipeline.read(
        try source(pipeline), inputs: [.file(try source(set), directory: set.removingLastComponent())])
      let codes = expanded.diagnostics.map(\.code.description).filter { $0.hasPrefix("SW23") }
      #expect(codes == [], "\(set)")
      let build = try #require(expanded.values["pipeline.properties.ci.codebase.build"])
      #expect(build.contains("<+trigger."))
    }
  }

  @Test func `a pipeline that uses the templates is put together from them`() throws {
    let sources = try files("templates").map(source)
    for source in sources {
      let template = try #require(TemplateReader.read(source).template)
      let use =
        "identifier: x, name: x, template: {templateRef: \(template.identifier), templateInputs: {spec: {variables: {image_name: a, connector_ref: b}}}}"
      let steps =
        switch template.kind {
        case .step: "{step: {\(use)}}"
        default: "{stepGroup: {\(use)}}"
        }
      let text =
        switch template.kind {
        case .pipeline: "pipeline: {\(use)}\n"
        case .stage: "pipeline: {identifier: p, name: p, stages: [{stage: {\(use)}}]}\n"
        default:
          """
          pipeline:
            identifier: p
            name: p
            stages:
              - stage: {identifier: s, name: s, type: CI, spec: {execution: {steps: [\(steps)]}}}

          """
        }
      let expanded = ExpandedPipeline.read(SourceText(file: "p.yaml", text: text)) {
        () throws(Never) in TemplateFiles.read([source])
      }
      let codes = expanded.diagnostics.filter { $0.severity == .error }.map(\.code.description)
      #expect(codes.allSatisfy { !$0.hasPrefix("SW24") && !$0.hasPrefix("SW23") }, "\(source.file): \(codes)")
      #expect(expanded.templates.map(\.file) == [source.file])
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
