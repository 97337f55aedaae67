import Engine
package import Model

/// A push of an archive that no earlier step writes.
package enum MissingSourceRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5009), "source-nobody-writes", .warning, "the archive to push is written by no earlier step",
    reason: """
      A step with PLUGIN_PUSH_ONLY pushes the archive that PLUGIN_SOURCE_TAR_PATH names, and fails with “image tarball does \
      not exist” when it is not there. The workspace starts empty but for the code in every stage, so that an earlier step \
      of the same stage has to write it: a build step with PLUGIN_NO_PUSH and the same path in PLUGIN_TAR_PATH, or a \
      script. Nothing is reported where a script or a plugin might do it.
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
            envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_TAR_PATH: image.tar}
      - step:
          type: BuildAndPushDockerRegistry
          name: Push
          identifier: push
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: "true", PLUGIN_SOURCE_TAR_PATH: «tides.tar»}
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
            envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_TAR_PATH: image.tar}
      - step:
          type: BuildAndPushDockerRegistry
          name: Push
          identifier: push
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: "true", PLUGIN_SOURCE_TAR_PATH: /harness/image.tar}
      """))

  package static let examples = [
    RuleExample(
      "the build comes later", .steps,
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
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_TAR_PATH: ./image.tar}
      """),
    RuleExample(
      "the build runs side by side with the push", .steps,
      """
      - parallel:
          - step:
              type: BuildAndPushDockerRegistry
              name: Build
              identifier: build
              spec:
                connectorRef: hub
                repo: harbour/tides
                tags: [one]
                envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_TAR_PATH: image.tar}
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
      "a script may write it", .steps,
      """
      - step:
          type: Run
          name: Save
          identifier: save
          spec:
            connectorRef: hub
            image: docker:cli
            shell: Sh
            command: make image
      - step:
          type: BuildAndPushDockerRegistry
          name: Push
          identifier: push
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
            envVariables: {PLUGIN_PUSH_ONLY: "true", PLUGIN_SOURCE_TAR_PATH: image.tar}
      """),
    RuleExample(
      "written in another stage, whose workspace is gone", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
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
                      envVariables: {PLUGIN_NO_PUSH: "true", PLUGIN_TAR_PATH: image.tar}
      - stage:
          identifier: push
          name: push
          type: CI
          spec:
            infrastructure: {type: KubernetesDirect, spec: {connectorRef: cluster, namespace: builds}}
            execution:
              steps:
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
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.flow.uses.compactMap { use in
      guard case .push(let archive) = use.effect, !archive.hasExpressions else { return nil }
      let stage = subject.flow.stage(of: use)
      let position = use.place.position
      if !stage.namesAreKnown || stage.lastWriter(of: archive, before: position) != nil { return nil }
      // What other steps do nobody knows; a build that writes another archive shows that this one is misnamed.
      let other = stage.lastWriter(before: position)
      if stage.mentions([archive.fileName], before: position) { return nil }
      if other == nil, stage.hasUnknown(before: position), stage.anyWriter(of: archive) == nil { return nil }
      var labels = [Diagnostic.Label]()
      var help =
        "let an earlier step of this stage write it: PLUGIN_NO_PUSH: \"true\" and PLUGIN_TAR_PATH: "
        + archive.text.raw
      if let later = stage.anyWriter(of: archive), let span = path(of: later)?.text.span {
        labels = [Diagnostic.Label(span: span, text: "written here, and not before this step starts")]
        help = "put the step '\(later.place.step.identifier)' before this one"
      } else if let other, let path = path(of: other), let span = path.text.span {
        labels = [Diagnostic.Label(span: span, text: "an earlier step writes this one")]
        help = "did you mean '\(path.text.raw)'?"
      }
      return diagnostic(
        "step '\(use.place.step.identifier)': no earlier step of the stage writes the archive that it pushes",
        at: archive.text.span, labels: labels, help: help)
    }
  }

  private static func path(of use: ImageFlow.Use) -> ArchivePath? {
    if case .build(let archive, _) = use.effect { archive } else { nil }
  }
}
