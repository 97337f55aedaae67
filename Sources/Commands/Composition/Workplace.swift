import Engine
import Model
import PipelineFile
import SystemPackage

/// A pipeline with everything that belongs to it on this machine: its settings, templates, inputs, connectors and secrets.
struct Workplace: Sendable {
  /// What the pipeline is read for.
  enum Purpose {
    /// To look at it: inputs may be missing.
    case check
    case run
  }

  let pipeline: Pipeline
  /// As the user wrote the path.
  let pipelineFile: String
  let pipelineSource: SourceText
  /// Absolute.
  let directory: FilePath
  let settings: Settings
  let settingsSource: SourceText?
  /// The templates that the pipeline uses.
  let templates: [SourceText]
  /// The runtime inputs that have no value yet.
  let missingInputs: [InputField]
  /// What was given for inputs, by path, as a run keeps it.
  let inputs: [String: String]
  /// `trigger.*`.
  let trigger: Value?
  /// The pipeline file's tree with everything in its place.
  let root: Node
  let connectors: ConnectorCatalog
  private(set) var secrets: SecretStore
  private let uses: ReferenceUses
  /// Names the uses of templates in what is found within them.
  let placing: PlacedDiagnostics
  /// Warnings and notes; errors are thrown.
  let diagnostics: [Diagnostic]
  let sources: [SourceText]

  /// Reads the pipeline file and what lies beside it.
  ///
  /// - Throws: ``WorkplaceError`` with every diagnostic when one of them is an error.
  init(
    pipelineFile: String, settingsFile: String?, inputs: InputRequest = InputRequest(), for purpose: Purpose = .check,
    surroundings: Surroundings
  ) throws {
    let path = surroundings.absolute(FilePath(pipelineFile))
    let source: SourceText
    do {
      source = try SourceText(reading: path, name: pipelineFile)
    } catch {
      throw CommandFailure(.usage, error.message)
    }
    try self.init(
      pipelineSource: source, path: path, settingsFile: settingsFile, inputs: inputs, for: purpose,
      surroundings: surroundings)
  }

  /// The same for a pipeline that was read already.
  ///
  /// - Parameter path: nil for one that came from standard input: then what belongs to it is looked for in the current directory.
  init(
    pipelineSource source: SourceText, path: FilePath?, settingsFile: String?, inputs: InputRequest = InputRequest(),
    for purpose: Purpose = .check, surroundings: Surroundings
  ) throws {
    let directory = path?.removingLastComponent() ?? surroundings.currentDirectory
    let settingsPath = try Self.settingsFile(settingsFile, beside: directory, surroundings)
    let settings = try settingsPath.map { try SourceText(reading: $0.path, name: $0.name) }
    try self.init(
      pipelineSource: source, directory: directory, settingsSource: settings,
      settingsDirectory: settingsPath?.path.removingLastComponent() ?? directory, inputs: inputs, for: purpose,
      surroundings: surroundings)
  }

  /// The same from bytes that are there already, such as those that a run kept.
  init(
    pipelineSource: SourceText, directory: FilePath, settingsSource: SourceText?, settingsDirectory: FilePath,
    inputs: InputRequest = InputRequest(), for purpose: Purpose = .check, surroundings: Surroundings
  ) throws {
    var diagnostics = [Diagnostic]()
    var settings = Settings()
    if let settingsSource {
      let (read, problems) = SettingsReader.read(settingsSource, directory: settingsDirectory)
      diagnostics += problems
      settings = read ?? settings
    }
    let given = try Self.standing(settings, surroundings) + inputs.sources
    let expanded = try ExpandedPipeline.read(pipelineSource, inputs: given) {
      if let kept = inputs.keptTemplates { return TemplateFiles.read(kept) }
      return try TemplateFiles.read(settings.templates, around: directory) { surroundings.shown($0) }
    }
    diagnostics = expanded.diagnostics + diagnostics
    let (definitions, definitionProblems) = try DefinitionFiles.read(settings.connectors, own: settings.ownConnectors)
    diagnostics += definitionProblems
    var entries = [EnvironmentFile.Entry]()
    var entrySources = [SourceText]()
    for file in settings.secretFiles {
      let source = try SourceText(reading: file.value)
      let (read, problems) = EnvironmentFile.read(source)
      entries += read
      diagnostics += problems
      entrySources.append(source)
    }
    let pipelineSources = [pipelineSource] + expanded.sources
    let sources = pipelineSources + (settingsSource.map { [$0] } ?? []) + definitions.sources
    guard var pipeline = expanded.pipeline, let root = expanded.root,
      !diagnostics.contains(where: { $0.severity == .error })
    else {
      if purpose == .run, !expanded.missing.isEmpty {
        diagnostics.append(ExpandedPipeline.report(missing: expanded.missing))
      }
      throw WorkplaceError(diagnostics: diagnostics, sources: sources)
    }
    // Inputs without a value are listed by themselves, and only where one is needed.
    pipeline.openValues.removeAll(where: \.isRuntimeInput)
    self.pipeline = pipeline
    pipelineFile = pipelineSource.file
    self.pipelineSource = pipelineSource
    self.directory = directory
    self.settings = settings
    self.settingsSource = settingsSource
    templates = expanded.templates
    missingInputs = expanded.missing
    self.inputs = expanded.values
    trigger = inputs.trigger
    self.root = root
    connectors = definitions.connectors
    let secrets = SecretStore(
      settings: settings, files: entries, definitions: definitions.secrets, environment: surroundings.environment)
    self.secrets = secrets
    uses = ReferenceUses(in: root, sources: pipelineSources)
    // Whoever only checks a file, without any settings, has nothing here that could define them.
    if purpose == .run || settingsSource != nil {
      diagnostics += Self.missing(uses, pipeline, definitions.connectors, secrets)
    }
    self.diagnostics = diagnostics
    self.sources = sources
    placing = expanded.placing
  }

  /// What the settings give for inputs: their files first, since `inputs:` is the nearer word.
  private static func standing(_ settings: Settings, _ surroundings: Surroundings) throws -> [InputSource] {
    let files = try settings.inputSets.map { file in
      InputSource.file(
        try SourceText(reading: file.value, name: surroundings.shown(file.value)),
        directory: file.value.removingLastComponent())
    }
    return files + (settings.inputs.map { [.settings($0)] } ?? [])
  }

  // MARK: - Inputs

  /// - Parameter stages: those that are to run; empty for all of them.
  /// - Throws: ``WorkplaceError`` with one error that lists all inputs without a value, if there are any.
  func requireInputs(of stages: [String] = []) throws {
    let missing = missingInputs(of: stages)
    guard !missing.isEmpty else { return }
    throw WorkplaceError(diagnostics: [ExpandedPipeline.report(missing: missing)], sources: sources)
  }

  /// Stages that are not to run need no inputs.
  func missingInputs(of stages: [String]) -> [InputField] {
    missingInputs.filter { field in stages.isEmpty || field.stage.map(stages.contains) ?? true }
  }

  // MARK: - Connectors and secrets

  private static func missing(
    _ uses: ReferenceUses, _ pipeline: Pipeline, _ connectors: ConnectorCatalog, _ secrets: SecretStore
  ) -> [Diagnostic] {
    let report = ReferenceReport(.warning)
    let unknownConnectors = uses.connectors.filter { use in
      connectors.connector(
        named: use.reference, organization: pipeline.organization, project: pipeline.project) == nil
    }
    let unknownSecrets = uses.secrets.filter { !secrets.isDefined($0.reference) }
    return [
      report.connectors(unknownConnectors) { connectors.suggestion(for: $0) },
      report.secrets(unknownSecrets) { Spelling.nearest(to: $0, among: secrets.names) },
    ].compactMap(\.self)
  }

  /// The same with the values of those secrets that come from commands.
  func withFetchedSecrets(_ commands: any CommandRunner) async -> Workplace {
    var copy = self
    copy.secrets = await secrets.fetched(uses.secrets.map(\.reference), by: commands, in: directory)
    return copy
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

/// A pipeline, its settings or its inputs that cannot be used as they are.
struct WorkplaceError: Error {
  let diagnostics: [Diagnostic]
  /// The files that the diagnostics speak of, so that their lines can be shown.
  let sources: [SourceText]

  /// What is wrong with the command line alone is no fault of the pipeline's.
  var status: ExitStatus {
    let errors = diagnostics.filter { $0.severity == .error }
    let isUsage = errors.allSatisfy { error in
      error.code == .missingInputs || error.span?.file.hasPrefix("--input") ?? false
    }
    return isUsage && !errors.isEmpty ? .usage : .invalidPipeline
  }
}
