import Engine
package import Model

/// Two names for one setting, of which the plugin looks at the first that is there.
package enum AliasOrderRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5006), "alias-order", .warning,
    "two names for one setting say different things, and the first one counts",
    reason: """
      The buildx and Docker plugins read PLUGIN_DRY_RUN and PLUGIN_NO_PUSH as two names of one switch, and Kaniko's plugins \
      read PLUGIN_TAR_PATH and PLUGIN_DESTINATION_TAR_PATH as two names of one path. The first name that is present wins, \
      whatever it says, even if it is empty: PLUGIN_DRY_RUN=false beside PLUGIN_NO_PUSH=true pushes the image, and an empty \
      PLUGIN_TAR_PATH beside a PLUGIN_DESTINATION_TAR_PATH writes no archive.
      """,
    wrong: .init(
      .cloudSteps,
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
              PLUGIN_DRY_RUN: «"false"»
              PLUGIN_NO_PUSH: "true"
      """),
    right: .init(
      .cloudSteps,
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
      "Kaniko reads only one of the two switches", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_DRY_RUN: "false", PLUGIN_NO_PUSH: "true"}
      """),
    RuleExample(
      "an empty path hides the other one", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_TAR_PATH: «""», PLUGIN_DESTINATION_TAR_PATH: image.tar}
      """),
    RuleExample(
      "both say the same", .cloudSteps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_NO_PUSH: T, PLUGIN_BUILDX_LOAD: "true"}
      """),
    RuleExample(
      "a variable of the stage against a setting of the step", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: PLUGIN_DRY_RUN, type: String, value: «"false"»}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step:
                    type: BuildAndPushDockerRegistry
                    name: Build
                    identifier: build
                    spec:
                      connectorRef: hub
                      repo: harbour/tides
                      tags: [one]
                      envVariables: {PLUGIN_NO_PUSH: "true"}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.flatMap { step, use, settings -> [Diagnostic] in
      var pairs = [(String, String)]()
      switch use.tool {
      case .kaniko:
        if case .gcr = step.target {} else { pairs = [("PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH")] }
      case .buildx:
        pairs = [("PLUGIN_DRY_RUN", "PLUGIN_NO_PUSH"), ("PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH")]
      case .docker: pairs = [("PLUGIN_DRY_RUN", "PLUGIN_NO_PUSH")]
      case nil: break
      }
      return pairs.compactMap { names -> Diagnostic? in
        guard let first = settings[names.0], let second = settings[names.1] else { return nil }
        guard !first.value.hasExpressions, !second.value.hasExpressions else { return nil }
        let isSwitch = names.0 == "PLUGIN_DRY_RUN"
        let agree =
          isSwitch
          ? GoBool.parse(first.value.raw) == GoBool.parse(second.value.raw) : first.value.raw == second.value.raw
        if agree { return nil }
        return diagnostic(
          "step '\(use.place.step.identifier)': \(names.0) hides \(names.1), "
            + (isSwitch
              ? "so the image is \(settings.isOn(names.0) ? "not pushed" : "pushed")"
              : first.value.raw.isEmpty ? "so no archive is written" : "so the archive is written there"),
          at: first.value.span,
          labels: second.value.span.map { [Diagnostic.Label(span: $0, text: "this is never looked at")] } ?? [],
          notes: ["they are two names for one setting; the first that is present counts, even if it is empty"],
          help: "keep one of them")
      }
    }
  }
}
