import Engine
package import Model

/// PLUGIN_PUSH_ONLY where Kaniko's plugin for GCR builds.
package enum PushOnlyOnGCRRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5010), "push-only-on-gcr", .warning,
    "Kaniko's plugin for GCR knows no push-only: it builds and pushes",
    reason: """
      Push-only came to Kaniko's plugins one by one: Docker registries, ECR, GAR and ACR have it, GCR has not. There \
      PLUGIN_PUSH_ONLY and PLUGIN_SOURCE_TAR_PATH are ignored, and the step builds a new image and pushes that: not the one \
      that was scanned.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: BuildAndPushGCR
          name: Push
          identifier: push
          spec:
            connectorRef: google
            host: gcr.io
            projectID: harbour
            imageName: tides
            tags: [one]
            envVariables:
              PLUGIN_PUSH_ONLY: «"true"»
              PLUGIN_SOURCE_TAR_PATH: image.tar
      """),
    right: .init(
      .steps,
      """
      - step:
          type: BuildAndPushGAR
          name: Push
          identifier: push
          spec:
            connectorRef: google
            host: gcr.io
            projectID: harbour
            imageName: tides
            tags: [one]
            envVariables:
              PLUGIN_PUSH_ONLY: "true"
              PLUGIN_SOURCE_TAR_PATH: image.tar
      """))

  package static let examples = [
    RuleExample(
      "off Kubernetes another plugin does it", .cloudSteps,
      """
      - step:
          type: BuildAndPushGCR
          name: Push
          identifier: push
          spec:
            connectorRef: google
            host: gcr.io
            projectID: harbour
            imageName: tides
            tags: [one]
            caching: true
            envVariables: {PLUGIN_PUSH_ONLY: "true", PLUGIN_SOURCE_TAR_PATH: image.tar}
      """)
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { step, use, settings in
      guard case .gcr = step.target, use.tool == .kaniko, settings.isOn("PLUGIN_PUSH_ONLY") else { return nil }
      return diagnostic(
        "step '\(use.place.step.identifier)': Kaniko's plugin for GCR ignores PLUGIN_PUSH_ONLY: it builds an image and pushes it",
        at: settings["PLUGIN_PUSH_ONLY"]?.value.span,
        help: "use BuildAndPushGAR, whose plugin can push an archive; it takes the same settings")
    }
  }
}
