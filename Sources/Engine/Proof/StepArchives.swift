import Model

/// What one step does with the files of its workspace, as its settings come to in a run.
struct StepArchives: Hashable, Sendable {
  let stage: StepPath
  private(set) var effect: ImageEffect
  /// Of a scan: `fail_on_severity` is set, so that one that succeeds has found nothing as bad.
  private(set) var canRefuse = false
  /// A script or a plugin: it may write whatever it mentions.
  private(set) var text: [String] = []

  var writes: WorkspaceFile? { effect.written.map(file) }
  var reads: WorkspaceFile? { effect.read.map(file) }

  /// The archive that the step scans.
  var scanned: WorkspaceFile? {
    if case .scan = effect { reads } else { nil }
  }

  private func file(_ path: ArchivePath) -> WorkspaceFile { WorkspaceFile(stage: stage, path: path) }

  /// - Throws: ``StepFailure`` when a setting cannot be evaluated or makes no sense to the plugin.
  init(of step: Step, in stage: Stage, infrastructure: Infrastructure, pipeline: Pipeline, evaluator: StepEvaluator)
    throws
  {
    self.stage = StepPath(stage: stage.identifier)
    switch step.spec {
    case .buildAndPush(let build):
      var variables: [String: String] = [:]
      for variable in pipeline.variables + stage.variables where variable.name.hasPrefix("PLUGIN_") {
        if let text = variable.value ?? variable.defaultValue { variables[variable.name] = try evaluator.render(text) }
      }
      for entry in build.environment { variables[entry.name] = try evaluator.render(entry.value) }
      let tool = BuildTool(
        infrastructure: infrastructure,
        usesLayerCaching: try evaluator.bool(build.usesLayerCaching, field: "caching") ?? false)
      let mode = try BuildAndPushMode(PluginEnvironment(variables), tool: tool, target: build.target)
      effect = ImageEffect(mode) { written, _ in ArchivePath(Text(written)) }
    case .scan(let scan):
      effect = .nothing
      guard scan.targetKind == .container, let archive = scan.workspace else { return }
      if let type = try scan.imageType.map(evaluator.render), type != "local_archive" { return }
      let threshold = try scan.failOnSeverity.map(evaluator.render)?.lowercased() ?? ""
      effect = .scan(archive: ArchivePath(Text(try evaluator.render(archive))))
      canRefuse = !threshold.isEmpty && threshold != "none"
    case .wait: effect = .nothing
    default:
      effect = .unknown
      text = step.source.map { Self.texts(of: $0) } ?? []
    }
  }

  private static func texts(of node: Model.Node) -> [String] {
    switch node {
    case .scalar(let scalar): [scalar.text]
    case .sequence(let sequence): sequence.elements.flatMap(texts)
    case .mapping(let mapping): mapping.entries.flatMap { texts(of: $0.value) }
    }
  }

  // MARK: Scripts

  /// Whether a script speaks of the file at all.
  func mentions(_ file: WorkspaceFile) -> Bool { text.contains { $0.contains(file.name) } }

  /// Whether a script plainly writes the file: a redirection, an output option, the target of a copy.
  func plainlyWrites(_ file: WorkspaceFile) -> Bool {
    text.contains { script in
      script.split(whereSeparator: { $0.isNewline || $0 == ";" || $0 == "|" || $0 == "&" }).contains { command in
        Self.writes(command.split(whereSeparator: \.isWhitespace), file.name)
      }
    }
  }

  private static let outputOptions: Set<Substring> = [">", ">>", "-o", "--output", "tee", "-a", "-O"]
  private static let outputPrefixes = [">", "of=", "--output=", "-o"]
  private static let writers: Set<Substring> = ["mv", "cp", "install", "truncate", "touch", "ln", "rm"]

  private static func writes(_ words: [Substring], _ name: String) -> Bool {
    words.indices.contains { index in
      let word = words[index]
      guard word.contains(name) else { return false }
      if index > 0, outputOptions.contains(words[index - 1]) { return true }
      if outputPrefixes.contains(where: { word.hasPrefix($0) }) { return true }
      return index == words.count - 1 && words.first.map { writers.contains($0) } == true
    }
  }
}

/// A file of the workspace that a stage's steps share.
struct WorkspaceFile: Hashable, Sendable, CustomStringConvertible {
  let stage: StepPath
  let path: ArchivePath

  /// Absolute, as steps see it.
  var description: String { path.normalized }

  var name: String { path.fileName }
}
