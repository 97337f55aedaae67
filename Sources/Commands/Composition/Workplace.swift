import Engine
import Model
import PipelineFile
import SystemPackage

/// A pipeline with everything that belongs to it on this machine: its settings, connectors and secrets.
struct Workplace: Sendable {
  let pipeline: Pipeline
  /// As the user wrote the path.
  let pipelineFile: String
  let pipelineSource: SourceText
  /// Absolute.
  let directory: FilePath
  let settings: Settings
  let settingsSource: SourceText?
  let connectors: ConnectorCatalog
  let secrets: SecretStore
  /// Warnings and notes; errors are thrown.
  let diagnostics: [Diagnostic]
  let sources: [SourceText]

  /// Reads the pipeline file and what lies beside it.
  ///
  /// - Throws: ``WorkplaceError`` with every diagnostic when one of them is an error.
  init(pipelineFile: String, settingsFile: String?, surroundings: Surroundings) throws {
    let path = surroundings.absolute(FilePath(pipelineFile))
    let source: SourceText
    do {
      source = try SourceText(reading: path, name: pipelineFile)
    } catch {
      throw CommandFailure(.usage, error.message)
    }
    try self.init(pipelineSource: source, path: path, settingsFile: settingsFile, surroundings: surroundings)
  }

  /// The same for a pipeline that was read already.
  ///
  /// - Parameter path: nil for one that came from standard input: then what belongs to it is looked for in the current directory.
  init(pipelineSource source: SourceText, path: FilePath?, settingsFile: String?, surroundings: Surroundings) throws {
    let directory = path?.removingLastComponent() ?? surroundings.currentDirectory
    let settingsPath = try Self.settingsFile(settingsFile, beside: directory, surroundings)
    let settings = try settingsPath.map { try SourceText(reading: $0.path, name: $0.name) }
    try self.init(
      pipelineSource: source, directory: directory, settingsSource: settings,
      settingsDirectory: settingsPath?.path.removingLastComponent() ?? directory, surroundings: surroundings)
  }

  /// The same from bytes that are there already, such as those that a run kept.
  init(
    pipelineSource: SourceText, directory: FilePath, settingsSource: SourceText?, settingsDirectory: FilePath,
    surroundings: Surroundings
  ) throws {
    var diagnostics = [Diagnostic]()
    let (pipeline, found) = PipelineReader.read(pipelineSource)
    diagnostics += found
    var settings = Settings()
    if let settingsSource {
      let (read, problems) = SettingsReader.read(settingsSource, directory: settingsDirectory)
      diagnostics += problems
      settings = read ?? settings
    }
    let (definitions, definitionProblems) = try DefinitionFiles.read(settings.connectors)
    diagnostics += definitionProblems
    var entries = [EnvironmentFile.Entry]()
    for file in settings.secretFiles {
      let (read, problems) = EnvironmentFile.read(try SourceText(reading: file.value))
      entries += read
      diagnostics += problems
    }
    let sources = [pipelineSource] + (settingsSource.map { [$0] } ?? [])
    guard let pipeline, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw WorkplaceError(diagnostics: diagnostics, sources: sources)
    }
    self.pipeline = pipeline
    pipelineFile = pipelineSource.file
    self.pipelineSource = pipelineSource
    self.directory = directory
    self.settings = settings
    self.settingsSource = settingsSource
    connectors = definitions.connectors
    secrets = SecretStore(settings: settings, files: entries, environment: surroundings.environment)
    self.diagnostics = diagnostics
    self.sources = sources
  }

  /// `--config`, else `slipway.yaml` beside the pipeline, else `.harness/slipway.yaml` there.
  private static func settingsFile(
    _ given: String?, beside directory: FilePath, _ surroundings: Surroundings
  ) throws -> (path: FilePath, name: String)? {
    if let given = given ?? surroundings.environment["SLIPWAY_CONFIG"] {
      let path = surroundings.absolute(FilePath(given))
      guard FileSystem.exists(path) else { throw CommandFailure(.usage, "there is no settings file \(given)") }
      return (path, given)
    }
    for candidate in [directory.appending("slipway.yaml"), directory.appending(".harness").appending("slipway.yaml")]
    where FileSystem.exists(candidate) {
      return (candidate, surroundings.shown(candidate))
    }
    return nil
  }

  /// The directory that stands for the repository: `--codebase`, the settings' `codebase`, or the git repository around the file.
  func codebase(given: String?, reader: CodebaseReader, surroundings: Surroundings) async throws -> FilePath? {
    if let given {
      let path = surroundings.absolute(FilePath(given))
      guard FileSystem.isDirectory(path) else { throw CommandFailure(.usage, "--codebase: \(given) is no directory") }
      return path
    }
    if let setting = settings.codebase {
      guard FileSystem.isDirectory(setting.value) else {
        throw CommandFailure(.invalidPipeline, "\(setting.span): codebase: \(setting.value) is no directory")
      }
      return setting.value
    }
    return try await reader.repository(around: directory)
  }
}

/// A pipeline or its settings that cannot be used as they are.
struct WorkplaceError: Error {
  let diagnostics: [Diagnostic]
  /// The files that the diagnostics speak of, so that their lines can be shown.
  let sources: [SourceText]
}
