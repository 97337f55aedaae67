import Engine
package import Model

/// PLUGIN_PUSH_ONLY where nothing says what to push.
package enum PushOnlyWithoutSourceRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5002), "push-only-without-source", .warning, "a step only pushes, and nothing says what",
    reason: """
      PLUGIN_PUSH_ONLY skips the build and pushes an archive that PLUGIN_SOURCE_TAR_PATH names; without it the step fails \
      with “source_tar_path is required when push_only is set”. Harness's own page on build-only steps lists \
      PLUGIN_PUSH_ONLY as the setting that builds without pushing, which is the opposite of what it does: the setting for \
      that is PLUGIN_NO_PUSH.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build without pushing
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables:
              PLUGIN_PUSH_ONLY: «"true"»
      """),
    right: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build without pushing
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables:
              PLUGIN_NO_PUSH: "true"
              PLUGIN_TAR_PATH: image.tar
      """))

  package static let examples = [
    RuleExample(
      "set for all steps by a variable of the stage", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: PLUGIN_PUSH_ONLY, type: String, value: «"true"»}
          spec:
            infrastructure: {type: KubernetesDirect, spec: {connectorRef: cluster, namespace: builds}}
            execution:
              steps:
                - step:
                    type: BuildAndPushDockerRegistry
                    name: Build
                    identifier: build
                    spec: {connectorRef: hub, repo: harbour/tides, tags: [one]}
      """),
    RuleExample(
      "an image of the daemon's is a source off Kubernetes", .cloudSteps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Push
          identifier: push
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: "true", PLUGIN_SOURCE_IMAGE: "tides:candidate"}
      """),
    RuleExample(
      "Kaniko knows no daemon", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Push
          identifier: push
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: «"true"», PLUGIN_SOURCE_IMAGE: "tides:candidate"}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { step, use, settings in
      guard settings.isOn("PLUGIN_PUSH_ONLY"), let pushOnly = settings["PLUGIN_PUSH_ONLY"] else { return nil }
      if settings.isOn("PLUGIN_NO_PUSH") || settings.isFilled("PLUGIN_SOURCE_TAR_PATH") { return nil }
      if use.tool != .kaniko, settings.isFilled("PLUGIN_SOURCE_IMAGE") { return nil }
      if case .gcr = step.target, use.tool == .kaniko { return nil }
      return diagnostic(
        "step '\(use.place.step.identifier)': PLUGIN_PUSH_ONLY builds nothing, and no PLUGIN_SOURCE_TAR_PATH says what to push",
        at: pushOnly.value.span,
        notes: ["Harness's page on build-only steps names PLUGIN_PUSH_ONLY where it means PLUGIN_NO_PUSH"],
        help: "did you mean PLUGIN_NO_PUSH? To push an archive, name it in PLUGIN_SOURCE_TAR_PATH",
        fix: renaming(pushOnly, subject))
    }
  }

  private static func renaming(_ setting: DeclaredPluginSettings.Setting, _ subject: LintSubject) -> DiagnosticFix? {
    guard setting.level == .step, let value = setting.value.span, let key = subject.keySpan(before: value) else {
      return nil
    }
    return DiagnosticFix("write PLUGIN_NO_PUSH", .needsJudgement, replacing: key, with: "PLUGIN_NO_PUSH")
  }
}
