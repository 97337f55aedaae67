package import Model

/// The PLUGIN_ settings of a build-and-push step as the file gives them, before anything is evaluated.
///
/// A step's own environment comes before the stage's variables, and those before the pipeline's.
package struct DeclaredPluginSettings: Sendable {
  package enum Level: Hashable, Sendable {
    case step, stage, pipeline
  }

  package struct Setting: Hashable, Sendable {
    package let name: String
    package let value: Text
    package let level: Level
  }

  /// What the variables of a stage or of the pipeline set: made once, since every step below sees it.
  package struct Inherited: Sendable {
    fileprivate let values: [String: Text]

    package init(_ variables: [Variable]) {
      values = Dictionary(
        variables.compactMap { variable in
          guard variable.name.hasPrefix("PLUGIN_"), variable.kind != .secret else { return nil }
          return (variable.value ?? variable.defaultValue).map { (variable.name, $0) }
        }
      ) { first, _ in first }
    }
  }

  private let own: [String: Text]
  private let stage: Inherited
  private let pipeline: Inherited

  package init(_ step: BuildAndPushStep, stage: Inherited, pipeline: Inherited) {
    own = Dictionary(
      step.environment.filter { $0.name.hasPrefix("PLUGIN_") }.map { ($0.name, $0.value) }
    ) { _, last in last }
    self.stage = stage
    self.pipeline = pipeline
  }

  package subscript(name: String) -> Setting? {
    if let value = own[name] { return Setting(name: name, value: value, level: .step) }
    if let value = stage.values[name] { return Setting(name: name, value: value, level: .stage) }
    return pipeline.values[name].map { Setting(name: name, value: $0, level: .pipeline) }
  }

  /// Every setting that the plugin would see, by name.
  package var all: [Setting] {
    Set(own.keys).union(stage.values.keys).union(pipeline.values.keys).sorted().compactMap { self[$0] }
  }

  /// The first name that is present, which is the one that the plugins look at.
  package func first(_ names: String...) -> Setting? {
    names.lazy.compactMap { self[$0] }.first
  }

  /// Whether the file itself says that a switch is on. An expression says neither.
  package func isOn(_ name: String) -> Bool {
    guard let value = self[name]?.value, !value.hasExpressions else { return false }
    return GoBool.parse(value.raw) ?? false
  }

  /// Whether there is a value at all, be it one that is evaluated later.
  package func isFilled(_ name: String) -> Bool { !(self[name]?.value.raw.isEmpty ?? true) }

  /// What the step would do, by the plugin's own rules.
  ///
  /// - Returns: nil when a switch is an expression, or when the plugin would refuse to start.
  package func mode(_ tool: BuildTool, _ target: BuildAndPushStep.Target) -> BuildAndPushMode? {
    var values: [String: String] = [:]
    for name in Self.deciding {
      guard let value = self[name]?.value else { continue }
      if value.hasExpressions, Self.switches.contains(name) { return nil }
      values[name] = value.raw
    }
    do {
      return try BuildAndPushMode(PluginEnvironment(values), tool: tool, target: target)
    } catch {
      // What the plugin says about it is another rule's business.
      return nil
    }
  }

  private static let switches: Set<String> = ["PLUGIN_NO_PUSH", "PLUGIN_DRY_RUN", "PLUGIN_PUSH_ONLY"]
  private static let deciding =
    switches.sorted() + ["PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH", "PLUGIN_SOURCE_TAR_PATH"]
}
