import Engine
package import Model

/// An archive is written, and the image is pushed in the same breath.
package enum ArchiveAndPushRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5008), "archive-and-push", .warning, "a step writes an archive and pushes the image at once",
    reason: """
      PLUGIN_TAR_PATH alone does not keep Kaniko from pushing: it writes the archive and pushes the image. Whoever writes an \
      archive to scan it first has then pushed what was not scanned. PLUGIN_NO_PUSH is what keeps the image back.
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
              PLUGIN_TAR_PATH: «image.tar»
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
              PLUGIN_TAR_PATH: image.tar
      """))

  package static let examples = [
    RuleExample(
      "the switch is there, and off", .steps,
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
            envVariables: {PLUGIN_NO_PUSH: "false", PLUGIN_DESTINATION_TAR_PATH: «image.tar»}
      """),
    RuleExample(
      "whether it pushes is decided later", .steps,
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
            envVariables: {PLUGIN_NO_PUSH: <+stage.variables.dry>, PLUGIN_TAR_PATH: image.tar}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { _, use, settings in
      guard use.tool == .kaniko, case .build(let archive?, isPushed: true) = use.effect else { return nil }
      let name = settings.first("PLUGIN_TAR_PATH", "PLUGIN_DESTINATION_TAR_PATH")?.name ?? "PLUGIN_TAR_PATH"
      return diagnostic(
        "step '\(use.place.step.identifier)': \(name) without PLUGIN_NO_PUSH writes the archive and pushes the image",
        at: archive.text.span, help: "add PLUGIN_NO_PUSH: \"true\", and push the archive in a later step")
    }
  }
}
