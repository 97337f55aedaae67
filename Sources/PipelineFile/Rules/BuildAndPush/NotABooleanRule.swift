import Engine
package import Model

/// A switch whose value is no Boolean to the plugin.
package enum NotABooleanRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5003), "not-a-go-boolean", .warning, "a switch of a plugin has a value that is no Boolean to it",
    reason: """
      The plugins are Go programs and read switches with strconv.ParseBool. It takes 1, t, T, TRUE, true, True, 0, f, F, \
      FALSE, false and False, and an empty value counts as false. Anything else, such as yes, on or Y, ends the step with \
      “could not parse yes as bool value”.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables:
              PLUGIN_NO_PUSH: «"yes"»
      """),
    right: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables:
              PLUGIN_NO_PUSH: "true"
      """))

  package static let examples = [
    RuleExample(
      "values that Go takes", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_NO_PUSH: T, PLUGIN_REPRODUCIBLE: 1, PLUGIN_FORCE: "", PLUGIN_EXPAND_TAG: <+stage.variables.x>}
      """),
    RuleExample(
      "a word that means nothing, and one with a space", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables:
              PLUGIN_REPRODUCIBLE: «enabled»
              PLUGIN_FORCE: «"true "»
      """),
    RuleExample(
      "a setting that is no switch", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_VERBOSITY: yes}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.flatMap { _, use, settings in
      settings.all.compactMap { setting -> Diagnostic? in
        let value = setting.value
        guard PluginSwitches.names.contains(setting.name), !value.hasExpressions, GoBool.parse(value.raw) == nil else {
          return nil
        }
        let meant = meaning(of: value.raw)
        return diagnostic(
          "step '\(use.place.step.identifier)': \(Excerpt.quoted(value.raw)) is no Boolean to the plugin, which will fail over "
            + setting.name,
          at: value.span, notes: ["it takes 1, t, T, TRUE, true, True, 0, f, F, FALSE, false and False"],
          help: "write \"true\" or \"false\"",
          fix: value.span.flatMap { span in
            meant.map { DiagnosticFix("write \"\($0)\"", replacing: span, with: "\"\($0)\"") }
          })
      }
    }
  }

  /// What a person who writes this means, where there is no doubt.
  private static func meaning(of text: String) -> Bool? {
    switch text.lowercased().filter({ !$0.isWhitespace }) {
    case "yes", "y", "on", "true", "enable", "enabled": true
    case "no", "n", "off", "false", "disable", "disabled": false
    default: nil
    }
  }
}
