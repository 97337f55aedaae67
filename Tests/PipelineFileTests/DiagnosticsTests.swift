import Model
import PipelineFile
import SystemPackage
import TestSupport
import Testing

/// What people are told about their files: every fixture against what is expected of it.
@Suite struct DiagnosticsTests {
  @Test(arguments: Golden.names(in: "Syntax"))
  func `a file that is no YAML`(_ name: String) throws {
    let source = try source("Syntax", name)
    let (root, diagnostics) = YAMLReader.read(source)
    #expect(diagnostics.contains { $0.severity == .error })
    #expect(root == nil || diagnostics.allSatisfy { ["SW1002", "SW1017"].contains($0.code.description) })
    try expect(diagnostics, "Syntax", name)
  }

  @Test(arguments: Golden.names(in: "Pipelines"))
  func `a pipeline`(_ name: String) throws {
    let (pipeline, diagnostics) = PipelineReader.read(try source("Pipelines", name))
    #expect((pipeline == nil) == diagnostics.contains { $0.severity == .error })
    try expect(diagnostics, "Pipelines", name)
  }

  @Test(arguments: Golden.names(in: "Settings"))
  func `settings`(_ name: String) throws {
    let (settings, diagnostics) = SettingsReader.read(try source("Settings", name), directory: "/project")
    #expect((settings == nil) == diagnostics.contains { $0.severity == .error })
    try expect(diagnostics, "Settings", name)
  }

  @Test(arguments: Golden.names(in: "Definitions"))
  func `a connector or a secret`(_ name: String) throws {
    let (definition, diagnostics) = DefinitionReader.read(try source("Definitions", name))
    #expect((definition == nil) == diagnostics.contains { $0.severity == .error })
    try expect(diagnostics, "Definitions", name)
  }

  @Test func `every folder has fixtures`() {
    for folder in ["Syntax", "Pipelines", "Settings", "Definitions"] {
      #expect(!Golden.names(in: folder).isEmpty, "\(folder)")
    }
  }

  @Test(arguments: Golden.names(in: "Pipelines"))
  func `every place lies within the file`(_ name: String) throws {
    let source = try source("Pipelines", name)
    for diagnostic in PipelineReader.read(source).diagnostics {
      for span in [diagnostic.span].compactMap(\.self) + diagnostic.labels.map(\.span) {
        #expect(span.start <= span.end && span.end.offset <= source.bytes.count)
        let line = try #require(source.line(span.start.line))
        #expect(span.start.column <= line.unicodeScalars.count + 1)
      }
    }
  }

  private func source(_ folder: String, _ name: String) throws -> SourceText {
    try SourceText(reading: Golden.fixtures.appending("\(folder)/\(name).yaml"), name: "\(name).yaml")
  }

  private func expect(_ diagnostics: [Diagnostic], _ folder: String, _ name: String) throws {
    try Golden.expect(Golden.text(of: diagnostics), at: Golden.fixtures.appending("\(folder)/\(name).expected"))
  }
}
