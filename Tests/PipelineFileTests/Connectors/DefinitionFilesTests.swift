import FoundationEssentials
import Model
import PipelineFile
import SystemPackage
import Testing

@Suite struct DefinitionFilesTests {
  @Test func `files, directories and patterns are read, each file once`() throws {
    try withDirectory { directory in
      try write(directory, "one.yaml", connector("one"))
      try write(directory, "two.yml", connector("two"))
      try write(directory, "three.txt", connector("three"))
      try write(directory, "secret.yaml", "secret: {identifier: s, name: s, type: SecretFile, spec: {a: b}}")
      try write(directory, "pipeline.yaml", "pipeline: {}")
      let entries = [directory.appending("o*.yaml"), directory, directory.appending("three.txt")]
      let (files, diagnostics) = try DefinitionFiles.read(entries.map(located))
      #expect(diagnostics == [])
      #expect(files.connectors.all.map(\.identifier.description) == ["one", "two", "three"])
      #expect(files.secrets.map(\.identifier.description) == ["s"])
    }
  }

  @Test func `what matches nothing, is no definition or comes twice is reported`() throws {
    try withDirectory { directory in
      try write(directory, "a.yaml", connector("same"))
      try write(directory, "b.yaml", connector("same"))
      try write(directory, "pipeline.yaml", "pipeline: {}")
      let entries = ["a.yaml", "b.yaml", "pipeline.yaml", "missing.yaml", "none*.yaml"].map { directory.appending($0) }
      let (files, diagnostics) = try DefinitionFiles.read(entries.map(located))
      #expect(files.connectors.all.count == 2)
      #expect(diagnostics.map(\.code.description) == ["SW2018", "SW2103", "SW2103", "SW2202"])
    }
  }

  private func located(_ path: FilePath) -> Located<FilePath> {
    Located(path, at: SourceSpan(file: "slipway.yaml", line: 1))
  }

  private func connector(_ identifier: String) -> String {
    "connector: {identifier: \(identifier), name: a, type: Github, spec: {url: x}}"
  }

  private func write(_ directory: FilePath, _ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: directory.appending(name).string))
  }

  private func withDirectory(_ body: (FilePath) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/slipway-definitions-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    // The test's own directory: a failure to remove it is no failure of what is tested.
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(FilePath(path))
  }
}
