import Model

/// The PLUGIN_ settings that a build-and-push step will see, and the traps in them that can be seen before it runs.
///
/// All are warnings: the step itself fails with the plugin's own words when it comes to that.
struct PluginSettings {
  private let texts: [String: Text]

  /// A step's own environment comes before the stage's variables, and those before the pipeline's.
  init(environment: [NamedText], variables: [Variable]) {
    let inherited = variables.compactMap { variable in variable.value.map { (variable.name, $0) } }
    texts = Dictionary(environment.map { ($0.name, $0.value) } + inherited) { first, _ in first }
  }

  func check(owner: String, problems: Problems) {
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) where Self.booleans.contains(name) {
      if text.raw.isEmpty || text.hasExpressions || Self.boolean(text.raw) != nil { continue }
      problems.report(
        .notABoolean, .warning,
        "\(owner): \(Excerpt.quoted(text.raw)) is no boolean to the plugin, which will fail over \(name)",
        at: text.span, notes: ["it takes 1, t, T, TRUE, true, True, 0, f, F, FALSE, false and False"],
        help: "write \"true\" or \"false\"")
    }
    guard isTrue("PLUGIN_PUSH_ONLY"), let pushOnly = texts["PLUGIN_PUSH_ONLY"] else { return }
    if isTrue("PLUGIN_NO_PUSH"), let noPush = texts["PLUGIN_NO_PUSH"] {
      problems.report(
        .noPushAndPushOnly, .warning,
        "\(owner): PLUGIN_PUSH_ONLY and PLUGIN_NO_PUSH exclude each other, and the step will fail",
        at: pushOnly.span, labels: noPush.span.map { [Diagnostic.Label(span: $0, text: "set here")] } ?? [],
        help: "PLUGIN_NO_PUSH builds without pushing, PLUGIN_PUSH_ONLY pushes without building: keep one")
    } else if !isSet("PLUGIN_SOURCE_TAR_PATH"), !isSet("PLUGIN_SOURCE_IMAGE") {
      problems.report(
        .pushOnlyWithoutSource, .warning,
        "\(owner): PLUGIN_PUSH_ONLY builds nothing, and no PLUGIN_SOURCE_TAR_PATH says what to push", at: pushOnly.span,
        notes: ["Harness's page on build-only steps names PLUGIN_PUSH_ONLY where it means PLUGIN_NO_PUSH"],
        help: "did you mean PLUGIN_NO_PUSH? To push an archive, name it in PLUGIN_SOURCE_TAR_PATH")
    }
  }

  private func isTrue(_ name: String) -> Bool { texts[name].flatMap { Self.boolean($0.raw) } ?? false }

  private func isSet(_ name: String) -> Bool { !(texts[name]?.raw.isEmpty ?? true) }

  /// Go's strconv.ParseBool.
  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "TRUE", "true", "True": true
    case "0", "f", "F", "FALSE", "false", "False": false
    default: nil
    }
  }

  /// The settings that drone-kaniko, drone-buildx and drone-docker parse as booleans.
  private static let booleans: Set<String> = [
    "PLUGIN_NO_PUSH", "PLUGIN_PUSH_ONLY", "PLUGIN_DRY_RUN", "PLUGIN_DAEMON_OFF", "PLUGIN_EXPAND_REPO",
    "PLUGIN_EXPAND_TAG",
    "PLUGIN_AUTO_TAG", "PLUGIN_MULTIPLE_BUILD_ARGS", "PLUGIN_SKIP_TLS_VERIFY", "PLUGIN_ENABLE_CACHE",
    "PLUGIN_SKIP_UNUSED_STAGES", "PLUGIN_CACHE_COPY_LAYERS", "PLUGIN_CACHE_RUN_LAYERS", "PLUGIN_CLEANUP",
    "PLUGIN_COMPRESSED_CACHING", "PLUGIN_FORCE", "PLUGIN_INSECURE", "PLUGIN_INSECURE_PULL", "PLUGIN_LOG_TIMESTAMP",
    "PLUGIN_REPRODUCIBLE", "PLUGIN_SINGLE_SNAPSHOT", "PLUGIN_SKIP_PUSH_PERMISSION_CHECK", "PLUGIN_SKIP_TLS_VERIFY_PULL",
    "PLUGIN_SKIP_TLS_VERIFY_REGISTRY", "PLUGIN_USE_NEW_RUN", "PLUGIN_IGNORE_VAR_RUN", "PLUGIN_CREATE_REPOSITORY",
    "PLUGIN_SKIP_DEFAULT_REGISTRY_FALLBACK", "PLUGIN_BUILDX_LOAD",
  ]
}
