import Engine
package import Model

/// PLUGIN_NO_PUSH and PLUGIN_PUSH_ONLY on one step.
package enum NoPushAndPushOnlyRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5001), "no-push-and-push-only", .warning, "a step is told not to push and only to push",
    reason: """
      PLUGIN_NO_PUSH builds without pushing, PLUGIN_PUSH_ONLY pushes without building. Together they contradict each other, \
      and what comes of it depends on the plugin: Kaniko's plugins for Docker registries and ECR refuse to start, and so \
      does the plain Docker plugin; Kaniko's plugins for GAR and ACR and the buildx plugin do not look, and push.
      """,
    wrong: .init(
      .steps,
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
            envVariables:
              PLUGIN_NO_PUSH: "true"
              PLUGIN_PUSH_ONLY: «"true"»
      """),
    right: .init(
      .steps,
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
            envVariables:
              PLUGIN_NO_PUSH: "true"
              PLUGIN_TAR_PATH: image.tar
      """))

  package static let examples = [
    RuleExample(
      "a plugin that pushes all the same", .steps,
      """
      - step:
          type: BuildAndPushGAR
          name: Build
          identifier: build
          spec:
            connectorRef: google
            host: europe-docker.pkg.dev
            projectID: harbour
            imageName: tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: «"1"», PLUGIN_NO_PUSH: T, PLUGIN_SOURCE_TAR_PATH: image.tar}
      """),
    RuleExample(
      "one of them is off", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: "false", PLUGIN_NO_PUSH: "true"}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { step, use, settings in
      guard settings.isOn("PLUGIN_PUSH_ONLY"), let pushOnly = settings["PLUGIN_PUSH_ONLY"] else { return nil }
      let names = use.tool == .kaniko ? ["PLUGIN_NO_PUSH"] : ["PLUGIN_DRY_RUN", "PLUGIN_NO_PUSH"]
      guard let noPush = names.lazy.compactMap({ settings[$0] }).first, settings.isOn(noPush.name) else { return nil }
      if case .gcr = step.target, use.tool == .kaniko { return nil }
      return diagnostic(
        "step '\(use.place.step.identifier)': PLUGIN_PUSH_ONLY and \(noPush.name) exclude each other, and the step will "
          + (refuses(step.target, use.tool) ? "fail" : "push"),
        at: pushOnly.value.span,
        labels: noPush.value.span.map { [Diagnostic.Label(span: $0, text: "set here")] } ?? [],
        help: "\(noPush.name) builds without pushing, PLUGIN_PUSH_ONLY pushes without building: keep one")
    }
  }

  private static func refuses(_ target: BuildAndPushStep.Target, _ tool: BuildTool?) -> Bool {
    switch (tool, target) {
    case (.kaniko, .docker), (.kaniko, .ecr), (.docker, _), (nil, _): true
    case (.kaniko, _), (.buildx, _): false
    }
  }
}
