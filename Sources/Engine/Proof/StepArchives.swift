import Model
import SystemPackage

/// What one step does with the files of its workspace, as far as its settings say.
struct StepArchives: Hashable, Sendable {
  enum Push: Hashable, Sendable {
    /// The image in this archive.
    case archive(WorkspaceFile)
    /// What it has just built.
    case ownBuild
  }

  struct Scan: Hashable, Sendable {
    let file: WorkspaceFile
    /// `fail_on_severity` is set: a scan that succeeds has found nothing as bad.
    let canRefuse: Bool
  }

  var writes: WorkspaceFile?
  var scan: Scan?
  var push: Push?
  /// A script or a plugin: it may write whatever it mentions.
  var text: [String] = []

  var reads: WorkspaceFile? {
    if let scan { return scan.file }
    if case .archive(let file)? = push { return file }
    return nil
  }

  /// - Throws: ``StepFailure`` when a setting cannot be evaluated or makes no sense to the plugin.
  init(of step: Step, in stage: Stage, infrastructure: Infrastructure, pipeline: Pipeline, evaluator: StepEvaluator)
    throws
  {
    let workspace = StepPath(stage: stage.identifier)
    func file(_ written: String) -> WorkspaceFile { WorkspaceFile(stage: workspace, written) }
    switch step.spec {
    case .buildAndPush(let build):
      var variables: [String: String] = [:]
      for variable in pipeline.variables + stage.variables where variable.name.hasPrefix("PLUGIN_") {
        if let text = variable.value ?? variable.defaultValue { variables[variable.name] = try evaluator.render(text) }
      }
      for entry in build.environment { variables[entry.name] = try evaluator.render(entry.value) }
      let settings = PluginEnvironment(variables)
      let tool = BuildTool(
        infrastructure: infrastructure,
        usesLayerCaching: try evaluator.bool(build.usesLayerCaching, field: "caching") ?? false)
      switch try BuildAndPushMode(settings, tool: tool, target: build.target) {
      case .buildAndPush(let archive):
        writes = archive.map(file)
        push = .ownBuild
      case .buildOnly(let archive): writes = archive.map(file)
      case .pushOnly(let source): push = .archive(file(source))
      }
    case .scan(let scan):
      guard scan.targetKind == .container, let archive = scan.workspace else { return }
      if let type = try scan.imageType.map(evaluator.render), type != "local_archive" { return }
      let threshold = try scan.failOnSeverity.map(evaluator.render)?.lowercased() ?? ""
      self.scan = Scan(
        file: file(try evaluator.render(archive)), canRefuse: !threshold.isEmpty && threshold != "none")
    case .wait: break
    default: text = step.source.map { Self.texts(of: $0) } ?? []
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
  /// Absolute, as steps see it.
  let description: String

  init(stage: StepPath, _ written: String) {
    self.stage = stage
    var components = written.hasPrefix("/") ? [] : Workspace.mountPoint.string.split(separator: "/")
    for component in written.split(separator: "/") {
      switch component {
      case ".": continue
      case "..": _ = components.popLast()
      default: components.append(component)
      }
    }
    description = components.reduce("") { $0 + "/" + $1 }
  }

  var name: String { String(description.split(separator: "/").last ?? "") }
}
