import Model

/// Says what each PLUGIN_ setting does under one build tool: the plugins read the same names differently.
struct SettingJudge {
  let tool: BuildTool
  let target: BuildAndPushStep.Target
  let inputs: ForecastInputs

  private var isGCROnKaniko: Bool {
    if case .gcr = target { tool == .kaniko } else { false }
  }

  private var isDry: ForecastInputs.Flag {
    tool == .kaniko ? inputs.flag("PLUGIN_NO_PUSH") : inputs.flag("PLUGIN_DRY_RUN", "PLUGIN_NO_PUSH")
  }

  private var isPushOnly: ForecastInputs.Flag { isGCROnKaniko ? .isAbsent : inputs.flag("PLUGIN_PUSH_ONLY") }

  // MARK: - Outcome

  /// What the step does, and why it fails, when that is certain.
  func outcome() -> (String, failure: String?) {
    guard let environment = inputs.environment else {
      return ("builds or pushes as the expressions in its settings come out", nil)
    }
    do {
      switch try BuildAndPushMode(environment, tool: tool, target: target) {
      case .buildAndPush(nil): return ("builds and pushes", nil)
      case .buildAndPush(let archive?): return ("builds, writes \(Self.place(archive)), and pushes", nil)
      case .buildOnly(nil): return ("builds, and keeps nothing: neither pushed nor written to an archive", nil)
      case .buildOnly(let archive?) where tool == .docker:
        return ("builds, and writes \(Self.place(archive)) on this machine only", nil)
      case .buildOnly(let archive?): return ("builds, and writes \(Self.place(archive))", nil)
      case .pushOnly(let source): return ("pushes the image in \(Self.place(source)), building nothing", nil)
      }
    } catch {
      return ("fails", "the step will fail: \(error.message)")
    }
  }

  /// A path as the step's processes see it.
  private static func place(_ path: String) -> String { path.hasPrefix("/") ? path : "/harness/" + path }

  // MARK: - Settings

  func setting(_ setting: ForecastInputs.Setting) -> BuildForecast.Setting {
    let (effect, isEffective, difference) = effect(of: setting.name, setting.text)
    return BuildForecast.Setting(
      name: setting.name, value: setting.text.raw, origin: setting.origin, effect: effect, isEffective: isEffective,
      difference: difference)
  }

  private typealias Effect = (String, isEffective: Bool, difference: String?)

  private func effect(of name: String, _ text: Text) -> Effect {
    switch name {
    case "PLUGIN_NO_PUSH", "PLUGIN_DRY_RUN": return dryRun(name, text)
    case "PLUGIN_PUSH_ONLY": return pushOnly(text)
    case "PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH": return archive(name, text)
    case "PLUGIN_SOURCE_TAR_PATH": return source(text)
    case "PLUGIN_SOURCE_IMAGE":
      if tool == .kaniko { return ("no effect: Kaniko's plugin does not read it", false, nil) }
      return ("pushes this image of the Docker daemon", isPushOnly.isTrue, "there is no daemon here")
    case "PLUGIN_BUILDX_LOAD":
      if tool != .buildx { return ("no effect: only Buildx reads it", false, nil) }
      return ("loads the image into the Docker daemon", isDry.isTrue, "there is no daemon here")
    case "PLUGIN_DAEMON_OFF":
      if tool == .kaniko { return ("no effect: Kaniko needs no daemon", false, nil) }
      return ("uses a Docker daemon that runs already", true, "there is no daemon here, and none is needed")
    default: break
    }
    if let field = Self.fields[name] {
      return ("replaces what the step's '\(field)' says", true, nil)
    }
    if name == "PLUGIN_PLATFORM" || name == "PLUGIN_CUSTOM_PLATFORM" {
      return ("builds for the platform \(text.raw)", true, nil)
    }
    if ["PLUGIN_AUTO_TAG", "PLUGIN_EXPAND_TAG"].contains(name) {
      return ("makes the tags out of the codebase's tag", true, "the step is refused here when it is on")
    }
    if Self.tuning.contains(name) {
      return ("changes how the plugin works, not what the image holds", true, "no effect here")
    }
    return ("no effect that is known here", false, nil)
  }

  private func dryRun(_ name: String, _ text: Text) -> Effect {
    if tool == .kaniko, name == "PLUGIN_DRY_RUN" {
      return ("no effect: Kaniko's plugin does not read it, its setting is PLUGIN_NO_PUSH", false, nil)
    }
    if tool != .kaniko, name == "PLUGIN_NO_PUSH", inputs.text("PLUGIN_DRY_RUN") != nil {
      return ("no effect: PLUGIN_DRY_RUN is the same setting, and comes first", false, nil)
    }
    switch inputs.flag(name) {
    case .depends(let expression): return ("builds without pushing, if \(expression) comes to true", true, nil)
    case .known(true) where isPushOnly.isTrue && tool == .buildx:
      return ("no effect beside PLUGIN_PUSH_ONLY", false, nil)
    case .known(true): return ("builds without pushing", true, nil)
    case .known(false), .isAbsent: return ("nothing: the image is pushed, as without it", false, nil)
    case .invalid: return (Self.notABoolean, true, nil)
    }
  }

  private func pushOnly(_ text: Text) -> Effect {
    if isGCROnKaniko { return ("no effect: the plugin for GCR does not know it, and builds and pushes", false, nil) }
    switch inputs.flag("PLUGIN_PUSH_ONLY") {
    case .depends(let expression): return ("pushes without building, if \(expression) comes to true", true, nil)
    case .known(true):
      return tool == .kaniko
        ? ("builds nothing: pushes the archive in PLUGIN_SOURCE_TAR_PATH", true, nil)
        : (
          "builds nothing: pushes an image of the Docker daemon", true,
          "only an archive is pushed here, for want of a daemon"
        )
    case .known(false), .isAbsent: return ("nothing: the image is built, as without it", false, nil)
    case .invalid: return (Self.notABoolean, true, nil)
    }
  }

  private func archive(_ name: String, _ text: Text) -> Effect {
    if text.raw.isEmpty { return ("no archive is written", false, nil) }
    if name == "PLUGIN_DESTINATION_TAR_PATH", inputs.text("PLUGIN_TAR_PATH") != nil {
      return ("no effect: PLUGIN_TAR_PATH is the same setting, and comes first", false, nil)
    }
    if isGCROnKaniko { return ("no effect: the plugin for GCR does not know it", false, nil) }
    if isPushOnly.isTrue { return ("no effect beside PLUGIN_PUSH_ONLY", false, nil) }
    let written = "writes the image to \(Self.place(text.raw))"
    switch (tool, isDry) {
    case (.kaniko, .known(true)): return (written, true, nil)
    case (.kaniko, .depends): return (written + ", pushed or not", true, nil)
    case (.kaniko, _): return (written + ", and it is pushed as well", true, nil)
    case (.buildx, .known(true)): return (written + ", under the first tag", true, nil)
    case (.buildx, .depends(let expression)): return (written + ", if \(expression) comes to true", true, nil)
    case (.buildx, _): return ("no effect without PLUGIN_DRY_RUN or PLUGIN_NO_PUSH", false, nil)
    case (.docker, .known(true)):
      return ("no effect: drone-docker does not know it", false, "the archive is written here")
    case (.docker, _): return ("no effect: drone-docker does not know it", false, nil)
    }
  }

  private func source(_ text: Text) -> Effect {
    if isGCROnKaniko { return ("no effect: the plugin for GCR does not know it", false, nil) }
    guard isPushOnly.isTrue else {
      if case .depends(let expression) = isPushOnly {
        return ("the archive that is pushed, if \(expression) comes to true", true, nil)
      }
      return ("no effect without PLUGIN_PUSH_ONLY", false, nil)
    }
    switch tool {
    case .kaniko: return ("the archive that is pushed: \(Self.place(text.raw))", true, nil)
    case .buildx:
      return ("loads \(Self.place(text.raw)) into the daemon, and pushes it under the names it has", true, nil)
    case .docker:
      return ("no effect: drone-docker does not know it, and looks in the daemon", false, "the archive is pushed here")
    }
  }

  // MARK: - Warnings

  func warnings(_ infrastructure: Infrastructure) -> [String] {
    var warnings = [String]()
    if tool == .kaniko, inputs.flag("PLUGIN_DRY_RUN").isTrue, !isDry.isTrue {
      warnings.append("PLUGIN_DRY_RUN does not stop Kaniko: the image is pushed; write PLUGIN_NO_PUSH")
    }
    if tool == .docker, isDry.isTrue, inputs.has("PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH") {
      warnings.append("on Harness no archive is written, and steps that read it fail: add 'caching: true' for Buildx")
    }
    if tool == .docker, isPushOnly.isTrue, inputs.has("PLUGIN_SOURCE_TAR_PATH") {
      warnings.append(
        "on Harness PLUGIN_SOURCE_TAR_PATH is not read: an image that the daemon has under these names is pushed")
    }
    if tool == .kaniko, !isGCROnKaniko, inputs.has("PLUGIN_TAR_PATH"), !isDry.isTrue, !isPushOnly.isTrue {
      warnings.append("PLUGIN_TAR_PATH alone does not stop the push: add PLUGIN_NO_PUSH to build only")
    }
    if tool == .buildx, inputs.has("PLUGIN_TAR_PATH"), !isDry.isTrue, !isPushOnly.isTrue {
      warnings.append("no archive is written: Buildx writes one only with PLUGIN_NO_PUSH or PLUGIN_DRY_RUN")
    }
    if isGCROnKaniko, inputs.flag("PLUGIN_PUSH_ONLY").isTrue {
      warnings.append("the plugin for GCR builds and pushes: it does not know PLUGIN_PUSH_ONLY")
    }
    if tool != .kaniko, inputs.flag("PLUGIN_NO_PUSH").isTrue, inputs.flag("PLUGIN_DRY_RUN") == .known(false) {
      warnings.append("PLUGIN_DRY_RUN is false and comes before PLUGIN_NO_PUSH: the image is pushed")
    }
    let isOffKubernetes = [.cloud, .docker, .virtualMachine].contains(infrastructure)
    if isOffKubernetes, inputs.flag("PLUGIN_DRY_RUN").isTrue, inputs.origin(of: "PLUGIN_DRY_RUN") == .step {
      warnings.append(
        "Harness's documentation has PLUGIN_DRY_RUN as a stage variable off Kubernetes, and says a step's is ignored")
    }
    return warnings
  }

  private static let notABoolean = "no boolean to the plugin, which fails over it"

  private static let fields = [
    "PLUGIN_DOCKERFILE": "dockerfile", "PLUGIN_CONTEXT": "context", "PLUGIN_TARGET": "target", "PLUGIN_TAGS": "tags",
    "PLUGIN_REPO": "repo", "PLUGIN_REGISTRY": "connectorRef", "PLUGIN_REGION": "region",
    "PLUGIN_BUILD_ARGS": "buildArgs", "PLUGIN_CUSTOM_LABELS": "labels",
  ]

  /// Settings of how the plugin works, with which the same files come out.
  private static let tuning: Set<String> = [
    "PLUGIN_SNAPSHOT_MODE", "PLUGIN_ENABLE_CACHE", "PLUGIN_CACHE_REPO", "PLUGIN_CACHE_TTL", "PLUGIN_CACHE_FROM",
    "PLUGIN_CACHE_TO", "PLUGIN_CACHE_COPY_LAYERS", "PLUGIN_CACHE_RUN_LAYERS", "PLUGIN_CLEANUP",
    "PLUGIN_COMPRESSED_CACHING", "PLUGIN_VERBOSITY", "PLUGIN_LOG_FORMAT", "PLUGIN_LOG_TIMESTAMP", "PLUGIN_PUSH_RETRY",
    "PLUGIN_SKIP_UNUSED_STAGES", "PLUGIN_USE_NEW_RUN", "PLUGIN_SINGLE_SNAPSHOT", "PLUGIN_REPRODUCIBLE",
    "PLUGIN_IMAGE_FS_EXTRACT_RETRY", "PLUGIN_IMAGE_DOWNLOAD_RETRY", "PLUGIN_SKIP_PUSH_PERMISSION_CHECK",
    "PLUGIN_REGISTRY_MIRRORS", "PLUGIN_INSECURE", "PLUGIN_INSECURE_PULL", "PLUGIN_SKIP_TLS_VERIFY",
    "PLUGIN_SKIP_TLS_VERIFY_PULL", "PLUGIN_ARTIFACT_FILE", "PLUGIN_DEBUG", "PLUGIN_FORCE",
  ]
}
