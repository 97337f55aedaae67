import Engine
package import Model

/// Settings about archives that the tool at hand does not look at.
package enum IgnoredArchiveSettingRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5007), "ignored-archive-setting", .warning,
    "the build tool does not look at a setting about archives",
    reason: """
      Which settings about image archives mean something depends on the tool that Harness chooses. The plain Docker plugin \
      (off Kubernetes, without layer caching) knows neither PLUGIN_TAR_PATH nor PLUGIN_SOURCE_TAR_PATH. The buildx plugin \
      writes an archive only in a dry run. Kaniko's plugin for GCR knows neither. And PLUGIN_SOURCE_TAR_PATH means nothing \
      without PLUGIN_PUSH_ONLY, as PLUGIN_TAR_PATH means nothing with it.
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
              PLUGIN_NO_PUSH: "true"
              PLUGIN_TAR_PATH: «image.tar»
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
            caching: true
            envVariables:
              PLUGIN_NO_PUSH: "true"
              PLUGIN_TAR_PATH: image.tar
      """))

  package static let examples = [
    RuleExample(
      "buildx writes no archive when it pushes", .cloudSteps,
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
            envVariables: {PLUGIN_TAR_PATH: «image.tar»}
      """),
    RuleExample(
      "the plain Docker plugin pushes no archive", .cloudSteps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Push
          identifier: push
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: "true", PLUGIN_SOURCE_TAR_PATH: «image.tar»}
      """),
    RuleExample(
      "Kaniko for GCR", .steps,
      """
      - step:
          type: BuildAndPushGCR
          name: Build
          identifier: build
          spec:
            connectorRef: google
            host: gcr.io
            projectID: harbour
            imageName: tides
            tags: [one]
            envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_TAR_PATH: «image.tar»}
      """),
    RuleExample(
      "a source for a step that builds", .steps,
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
            envVariables: {PLUGIN_SOURCE_TAR_PATH: «image.tar»}
      """),
    RuleExample(
      "a variable of the stage speaks to several steps", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: PLUGIN_TAR_PATH, type: String, value: image.tar}
            - {name: PLUGIN_SOURCE_TAR_PATH, type: String, value: image.tar}
          spec:
            infrastructure: {type: KubernetesDirect, spec: {connectorRef: cluster, namespace: builds}}
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
      guard let tool = use.tool else { return [] }
      let names = ["PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH", "PLUGIN_SOURCE_TAR_PATH"]
      return names.compactMap { name in
        guard let setting = settings[name], setting.level == .step, settings.isFilled(name) else { return nil }
        guard let (reason, help) = reason(name, settings, tool, step.target) else { return nil }
        return diagnostic(
          "step '\(use.place.step.identifier)': \(name) has no effect: \(reason)", at: setting.value.span,
          notes: tool == .docker ? ["a run on this machine reads it all the same"] : [], help: help)
      }
    }
  }

  private static func reason(
    _ name: String, _ settings: DeclaredPluginSettings, _ tool: BuildTool, _ target: BuildAndPushStep.Target
  ) -> (reason: String, help: String)? {
    let isSource = name == "PLUGIN_SOURCE_TAR_PATH"
    switch tool {
    case .docker:
      return (
        "off Kubernetes and without layer caching Harness builds with the plain Docker plugin, which knows no archives",
        "set 'caching: true', which makes Harness choose buildx"
      )
    case .kaniko:
      if case .gcr = target {
        return ("Kaniko's plugin for GCR knows no archives", "use BuildAndPushGAR, or BuildAndPushDockerRegistry")
      }
    case .buildx: break
    }
    if let flag = settings["PLUGIN_PUSH_ONLY"], flag.value.hasExpressions { return nil }
    let isPushOnly = settings.isOn("PLUGIN_PUSH_ONLY")
    if isSource, !isPushOnly { return ("the step builds", "add PLUGIN_PUSH_ONLY: \"true\" to push that archive") }
    if !isSource, isPushOnly {
      return ("the step builds nothing", "remove it: the archive to push is PLUGIN_SOURCE_TAR_PATH")
    }
    guard !isSource, tool == .buildx else { return nil }
    let dry = settings.first("PLUGIN_DRY_RUN", "PLUGIN_NO_PUSH")
    if let dry, dry.value.hasExpressions || settings.isOn(dry.name) { return nil }
    return (
      "buildx writes an archive only when it does not push", "add PLUGIN_NO_PUSH: \"true\", and push in a later step"
    )
  }
}
