import Model
import OCI

/// The settings of one build-and-push step, evaluated and put together as its plugin would see them.
struct BuildAndPushSettings {
  let tool: BuildTool
  let mode: BuildAndPushMode
  let dockerfile: String
  let context: String
  let target: String?
  let buildArguments: [String: String]
  let labels: [String: String]
  let platform: Platform
  /// The connector that opens the registry, as the pipeline refers to it.
  let connector: String?
  /// What is said at the start of the log: which rules apply, and what has no effect here.
  let remarks: [String]

  private let settings: PluginEnvironment
  private let destination: BuildAndPushStep.Target

  /// - Throws: ``StepFailure``.
  init(
    _ step: BuildAndPushStep, _ execution: StepExecution, connectorRegistry: (String) -> String?
  ) throws {
    let evaluator = execution.evaluator
    connector = try step.connector.map(evaluator.render)
    let registry = connector.flatMap(connectorRegistry)
    // Stage and pipeline variables reach the plugin as environment too; the step's own envVariables lie on top.
    var variables = execution.environment.filter { $0.key.hasPrefix("PLUGIN_") }
    variables.merge(try step.pluginVariables(evaluator, registryOfConnector: registry)) { $1 }
    var own: [String: String] = [:]
    for entry in step.environment { own[entry.name] = try evaluator.render(entry.value) }
    variables.merge(own) { $1 }
    settings = PluginEnvironment(variables)
    destination = step.target
    tool = BuildTool(
      infrastructure: execution.infrastructure,
      usesLayerCaching: try evaluator.bool(step.usesLayerCaching, field: "caching") ?? false)
    mode = try BuildAndPushMode(settings, tool: tool, target: step.target)
    try Self.refuseUnsupported(settings)

    func nonEmpty(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }
    dockerfile = nonEmpty(settings.string("PLUGIN_DOCKERFILE")) ?? "Dockerfile"
    context = nonEmpty(settings.string("PLUGIN_CONTEXT")) ?? "."
    target = nonEmpty(settings.string("PLUGIN_TARGET"))
    var arguments = Self.assignments(settings.list("PLUGIN_BUILD_ARGS") ?? [])
    for argument in step.buildArguments { arguments[argument.name] = try evaluator.render(argument.value) }
    buildArguments = arguments
    var labels = Self.assignments(settings.list("PLUGIN_CUSTOM_LABELS") ?? [])
    for label in step.labels { labels[label.name] = try evaluator.render(label.value) }
    self.labels = labels
    if let written = nonEmpty(settings.string("PLUGIN_PLATFORM", "PLUGIN_CUSTOM_PLATFORM")) {
      do { platform = try Platform(parsing: written) } catch {
        throw StepFailure(.configuration, "PLUGIN_PLATFORM: '\(written)' is no platform such as linux/amd64")
      }
    } else {
      platform = .host
    }
    remarks = Self.remarks(tool: tool, variables, mode: mode)
  }

  /// The names that the image goes by: one for each tag.
  func references() throws -> [ImageReference] {
    let repository = settings.string("PLUGIN_REPO") ?? ""
    let registry = settings.string("PLUGIN_REGISTRY") ?? ""
    guard !repository.isEmpty else {
      if case .buildOnly(archive: nil) = mode { return [] }
      throw StepFailure(.configuration, "repository name to publish image must be specified", exitCode: 1)
    }
    let name: String
    switch destination {
    case .ecr, .gcr, .gar: name = registry + "/" + repository
    case .docker, .acr: name = repository
    }
    let tags = settings.list("PLUGIN_TAGS") ?? ["latest"]
    return try tags.map { tag in
      do {
        return try ImageReference(name + ":" + tag)
      } catch {
        throw StepFailure(
          .configuration, "'\(name):\(tag)' is no image reference: check the repository's name and the tag", exitCode: 1
        )
      }
    }
  }

  /// What every file of the image is dated with: SOURCE_DATE_EPOCH where it is given, else the commit's own date.
  func sourceDate(_ codebase: CodebaseState?) -> Int64 {
    buildArguments["SOURCE_DATE_EPOCH"].flatMap(Int64.init) ?? codebase?.commitDate ?? 0
  }

  private static func assignments(_ list: [String]) -> [String: String] {
    list.reduce(into: [:]) { result, item in
      guard let equals = item.firstIndex(of: "=") else { return }
      result[String(item[..<equals])] = String(item[item.index(after: equals)...])
    }
  }

  /// Settings that would change the image or its names, and that are not carried out: refused rather than ignored.
  private static func refuseUnsupported(_ settings: PluginEnvironment) throws(StepFailure) {
    for (name, flag) in [("PLUGIN_AUTO_TAG", "auto-tag"), ("PLUGIN_EXPAND_TAG", "expand-tag")]
    where settings.isPresent(name) {
      var isOn = false
      switch name {
      case "PLUGIN_AUTO_TAG": isOn = try settings.bool("PLUGIN_AUTO_TAG", flag: flag)
      default: isOn = try settings.bool("PLUGIN_EXPAND_TAG", flag: flag)
      }
      if isOn {
        throw StepFailure(.configuration, "\(name) is not supported by this version: name the tags under 'tags'")
      }
    }
  }

  private static let honoured: Set<String> = [
    "PLUGIN_NO_PUSH", "PLUGIN_DRY_RUN", "PLUGIN_PUSH_ONLY", "PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH",
    "PLUGIN_SOURCE_TAR_PATH", "PLUGIN_DOCKERFILE", "PLUGIN_CONTEXT", "PLUGIN_TARGET", "PLUGIN_TAGS", "PLUGIN_REPO",
    "PLUGIN_REGISTRY", "PLUGIN_REGION", "PLUGIN_BUILD_ARGS", "PLUGIN_CUSTOM_LABELS", "PLUGIN_PLATFORM",
    "PLUGIN_CUSTOM_PLATFORM", "PLUGIN_AUTO_TAG", "PLUGIN_EXPAND_TAG", "PLUGIN_DAEMON_OFF",
  ]

  private static func remarks(
    tool: BuildTool, _ variables: [String: String], mode: BuildAndPushMode
  ) -> [String] {
    var remarks = ["Settings are read as \(tool == .kaniko ? "Kaniko's" : "\(tool.rawValue)'s") plugin reads them"]
    if tool == .kaniko, variables["PLUGIN_DRY_RUN"] != nil {
      remarks.append("PLUGIN_DRY_RUN is not read by Kaniko's plugin; its setting is PLUGIN_NO_PUSH")
    }
    if tool != .kaniko, case .buildAndPush = mode, variables["PLUGIN_TAR_PATH"] != nil {
      remarks.append("PLUGIN_TAR_PATH has no effect without a dry run")
    }
    for name in variables.keys.sorted() where name.hasPrefix("PLUGIN_") && !honoured.contains(name) {
      remarks.append("\(name) has no effect here")
    }
    return remarks
  }
}
