import Model

/// The PLUGIN_ settings that reach one step: its own before the stage's variables, and those before the pipeline's.
struct ForecastInputs {
  struct Setting {
    let name: String
    let text: Text
    let origin: BuildForecast.Setting.Origin
  }

  /// A Boolean setting as far as it can be known before the run.
  enum Flag: Equatable {
    case isAbsent
    case known(Bool)
    case depends(String)
    /// No Boolean to the plugin, which fails over it.
    case invalid(String)

    var isTrue: Bool { self == .known(true) }
  }

  /// In the order of their names.
  let settings: [Setting]
  private let byName: [String: Setting]

  init(_ step: BuildAndPushStep, stage: [Variable], pipeline: [Variable]) {
    func inherited(_ variables: [Variable], _ origin: BuildForecast.Setting.Origin) -> [Setting] {
      variables.filter { $0.kind != .secret }.compactMap { variable in
        (variable.value ?? variable.defaultValue).map { Setting(name: variable.name, text: $0, origin: origin) }
      }
    }
    let all =
      step.environment.map { Setting(name: $0.name, text: $0.value, origin: .step) }
      + inherited(stage, .stage) + inherited(pipeline, .pipeline)
    byName = Dictionary(all.filter { $0.name.hasPrefix("PLUGIN_") }.map { ($0.name, $0) }) { first, _ in first }
    settings = byName.values.sorted { $0.name < $1.name }
  }

  /// The value of the first name that is present, as the plugins choose it; nil when none is.
  func text(_ names: String...) -> Text? {
    names.lazy.compactMap { byName[$0]?.text }.first
  }

  /// Whether one of the names is there with something in it.
  func has(_ names: String...) -> Bool {
    names.contains { !(byName[$0]?.text.raw.isEmpty ?? true) }
  }

  func flag(_ names: String...) -> Flag {
    guard let text = names.lazy.compactMap({ byName[$0]?.text }).first else { return .isAbsent }
    if text.hasExpressions { return .depends(text.raw) }
    return GoBool.parse(text.raw).map(Flag.known) ?? .invalid(text.raw)
  }

  func origin(of name: String) -> BuildForecast.Setting.Origin? { byName[name]?.origin }

  /// What the plugin would find, when nothing of it hangs on an expression.
  var environment: PluginEnvironment? {
    let deciding = ["PLUGIN_NO_PUSH", "PLUGIN_DRY_RUN", "PLUGIN_PUSH_ONLY"]
    guard !deciding.contains(where: { byName[$0]?.text.hasExpressions ?? false }) else { return nil }
    return PluginEnvironment(byName.mapValues(\.text.raw))
  }
}
