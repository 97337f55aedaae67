import Engine
package import Model

/// PLUGIN_DRY_RUN on a step where Harness takes it from the stage alone.
package enum DryRunBelowStageRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5005), "dry-run-below-stage", .warning,
    "off Kubernetes, PLUGIN_DRY_RUN has an effect as a variable of the stage only",
    reason: """
      On Harness Cloud, VMs and the local runner, Harness's page on build-only steps says that PLUGIN_DRY_RUN works as a \
      variable of the stage and not in a step's envVariables: there it may never reach the plugin, and the image is pushed. \
      A run on this machine honours it at either place, so the difference shows only on Harness.
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
              PLUGIN_DRY_RUN: «"true"»
      """),
    right: .init(
      .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - name: PLUGIN_DRY_RUN
              type: String
              value: "true"
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step:
                    type: BuildAndPushDockerRegistry
                    name: Build
                    identifier: build
                    spec: {connectorRef: hub, repo: harbour/tides, tags: [one]}
      """))

  package static let examples = [
    RuleExample(
      "switched off", .cloudSteps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_DRY_RUN: "false"}
      """),
    RuleExample(
      "with buildx, too", .cloudSteps,
      """
      - step:
          type: BuildAndPushECR
          name: Build
          identifier: build
          spec:
            connectorRef: aws
            region: us-east-1
            account: "123456789012"
            imageName: tides
            tags: [one]
            caching: true
            envVariables: {PLUGIN_DRY_RUN: «"true"», PLUGIN_TAR_PATH: image.tar}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { _, use, settings in
      switch use.place.infrastructure {
      case .cloud, .docker, .virtualMachine: break
      default: return nil
      }
      guard settings.isOn("PLUGIN_DRY_RUN"), let dryRun = settings["PLUGIN_DRY_RUN"], dryRun.level == .step else {
        return nil
      }
      return diagnostic(
        "step '\(use.place.step.identifier)': off Kubernetes, Harness takes PLUGIN_DRY_RUN from the stage's variables only",
        at: dryRun.value.span, notes: ["on Harness, the image may be pushed all the same"],
        help: "make it a variable of the stage: {name: PLUGIN_DRY_RUN, type: String, value: \"true\"}")
    }
  }
}
