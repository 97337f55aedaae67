package import Model

/// What a build-and-push step comes to under its settings.
package enum BuildAndPushMode: Hashable, Sendable {
  /// Build, write the archive if one is named, push.
  case buildAndPush(archive: String?)
  /// Build, and write the archive if one is named.
  case buildOnly(archive: String?)
  /// Push the image in this archive.
  case pushOnly(source: String)

  /// Decides as the plugin would, in the plugin's own order and with its own messages.
  ///
  /// - Throws: ``StepFailure``.
  package init(_ settings: PluginEnvironment, tool: BuildTool, target: BuildAndPushStep.Target) throws(StepFailure) {
    switch tool {
    case .kaniko: try self.init(kaniko: settings, target: target)
    case .buildx, .docker: try self.init(dockerFamily: settings, tool: tool)
    }
  }

  /// drone-kaniko, `kaniko.go` `Plugin.Exec` and `cmd/kaniko-ecr/main.go`.
  private init(kaniko settings: PluginEnvironment, target: BuildAndPushStep.Target) throws(StepFailure) {
    let isDry = try settings.bool("PLUGIN_NO_PUSH", flag: "no-push")
    if case .gcr = target {
      // kaniko-gcr knows neither push-only nor tar-path: it builds, and pushes unless told not to.
      self = isDry ? .buildOnly(archive: nil) : .buildAndPush(archive: nil)
      return
    }
    let isPushOnly = try settings.bool("PLUGIN_PUSH_ONLY", flag: "push-only")
    if isDry, isPushOnly {
      switch target {
      case .ecr: throw StepFailure(.configuration, "no-push and push-only flags cannot be used together", exitCode: 1)
      case .docker:
        throw StepFailure(
          .configuration, "inputs no-push and push-only cannot be used together. please define only one", exitCode: 1)
      case .gar, .acr, .gcr: break  // These plugins do not check, and push.
      }
    }
    if isPushOnly {
      guard let source = settings.string("PLUGIN_SOURCE_TAR_PATH"), !source.isEmpty else {
        throw StepFailure(
          .configuration,
          "source_tar_path is required when push_only is set. please provide a valid tarball path"
            + " (PLUGIN_SOURCE_TAR_PATH; to build without pushing, the setting is PLUGIN_NO_PUSH)", exitCode: 1)
      }
      self = .pushOnly(source: source)
      return
    }
    let archive = settings.string("PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH").flatMap { $0.isEmpty ? nil : $0 }
    self = isDry ? .buildOnly(archive: archive) : .buildAndPush(archive: archive)
  }

  /// drone-buildx and drone-docker: the two names for a dry run are synonyms, and the first that is present wins.
  private init(dockerFamily settings: PluginEnvironment, tool: BuildTool) throws(StepFailure) {
    let isDry = try settings.bool("PLUGIN_DRY_RUN", "PLUGIN_NO_PUSH", flag: "dry-run")
    let isPushOnly = try settings.bool("PLUGIN_PUSH_ONLY", flag: "push-only")
    if isPushOnly {
      if isDry, tool == .docker {
        throw StepFailure(
          .configuration, "conflict: push-only and dry-run cannot be used together", exitCode: 1)
      }
      guard let source = settings.string("PLUGIN_SOURCE_TAR_PATH"), !source.isEmpty else {
        throw StepFailure(
          .configuration,
          "push-only looks for an image in the Docker daemon, and there is none here:"
            + " name an archive with PLUGIN_SOURCE_TAR_PATH", exitCode: 1)
      }
      self = .pushOnly(source: source)
      return
    }
    // The archive is only written in a dry run; drone-docker knows none, and one is written all the same, which is said.
    let archive = settings.string("PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH").flatMap { $0.isEmpty ? nil : $0 }
    self = isDry ? .buildOnly(archive: archive) : .buildAndPush(archive: nil)
  }
}
