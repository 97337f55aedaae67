import Engine
package import Model

/// PLUGIN_DRY_RUN where Kaniko builds.
package enum DryRunOnKanikoRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5004), "dry-run-on-kaniko", .warning, "Kaniko does not read PLUGIN_DRY_RUN, and pushes",
    reason: """
      On Kubernetes, Harness builds with Kaniko unless layer caching is on. Kaniko's plugins have no PLUGIN_DRY_RUN: the \
      variable is ignored, and the image is built and pushed. Their setting is PLUGIN_NO_PUSH, which the other plugins \
      understand too.
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
              PLUGIN_DRY_RUN: «"true"»
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
      "layer caching makes Harness choose buildx", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            caching: true
            envVariables: {PLUGIN_DRY_RUN: "true"}
      """),
    RuleExample(
      "for both tools", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_DRY_RUN: "true", PLUGIN_NO_PUSH: "true"}
      """),
    RuleExample(
      "a variable of the stage", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: PLUGIN_DRY_RUN, type: String, value: «"true"»}
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
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { _, use, settings in
      guard use.tool == .kaniko, settings.isOn("PLUGIN_DRY_RUN"), let dryRun = settings["PLUGIN_DRY_RUN"] else {
        return nil
      }
      if settings.isFilled("PLUGIN_NO_PUSH") || settings.isOn("PLUGIN_PUSH_ONLY") { return nil }
      let key = dryRun.value.span.flatMap(subject.keySpan(before:))
      return diagnostic(
        "step '\(use.place.step.identifier)': Kaniko does not read PLUGIN_DRY_RUN, so the image is pushed",
        at: dryRun.value.span, notes: ["Harness builds with Kaniko here: Kubernetes, and 'caching' is not on"],
        help: "write PLUGIN_NO_PUSH, which all the plugins understand",
        fix: dryRun.level == .step
          ? key.map {
            DiagnosticFix("write PLUGIN_NO_PUSH", .needsJudgement, replacing: $0, with: "PLUGIN_NO_PUSH")
          } : nil)
    }
  }
}
