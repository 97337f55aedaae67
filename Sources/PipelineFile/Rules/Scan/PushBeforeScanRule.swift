import Engine
package import Model

/// An image is built and pushed in one step, and scanned afterwards.
package enum PushBeforeScanRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(6006), "pushed-before-scan", .note, "an image is in the registry before its scan",
    reason: """
      A step that builds and pushes puts the image where others can pull it, and only then it is scanned. Where the tag is \
      one that nobody deploys, such as a candidate's, that is a common way and no mistake. To keep an image that fails \
      its scan out of the registry altogether, build an archive, scan it, and push it in a step of its own.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          «type: BuildAndPushDockerRegistry»
          name: Build and push
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
      - step:
          type: AquaTrivy
          name: Scan
          identifier: scan
          spec:
            mode: orchestration
            config: default
            target: {type: container, detection: auto}
            image: {type: docker_v2, name: harbour/tides, tag: one}
            advanced: {fail_on_severity: high}
      """),
    right: .init(.steps, ExampleSteps.build() + ExampleSteps.scan() + ExampleSteps.push()))

  package static let examples = [
    RuleExample(
      "another image is scanned", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build and push
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [one]
      - step:
          type: AquaTrivy
          name: Scan
          identifier: scan
          spec:
            mode: orchestration
            config: default
            target: {type: container, detection: auto}
            image: {type: docker_v2, name: library/debian, tag: bookworm}
            advanced: {fail_on_severity: high}
      """)
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { step, use, _ in
      guard case .build(_, isPushed: true) = use.effect, let name = repository(step.target) else { return nil }
      guard let scan = subject.scannedImages[use.place.stage.identifier]?[name],
        use.place.position.isBefore(scan.position)
      else { return nil }
      return diagnostic(
        "step '\(use.place.step.identifier)' pushes the image, and step '\(scan.step.identifier)' scans it afterwards",
        at: subject.typeSpan(of: use.place.step) ?? use.place.step.span,
        help:
          "to scan first: PLUGIN_NO_PUSH and PLUGIN_TAR_PATH here, a scan of the archive, and a step with PLUGIN_PUSH_ONLY"
      )
    }
  }

  private static func repository(_ target: BuildAndPushStep.Target) -> String? {
    let text: Text
    switch target {
    case .docker(let repository), .acr(let repository): text = repository
    case .ecr(_, _, let imageName), .gcr(_, _, let imageName), .gar(_, _, let imageName): text = imageName
    }
    return text.raw
  }
}
