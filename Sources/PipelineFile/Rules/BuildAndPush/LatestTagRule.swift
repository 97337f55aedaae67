import Engine
package import Model

/// An image whose only tag is `latest`.
package enum LatestTagRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(5011), "only-latest-tag", .warning, "an image is pushed as 'latest' and under no other tag",
    reason: """
      The tag 'latest' moves with every push. An image that has no other tag cannot be told from the one before, cannot be \
      gone back to, and the run that made it cannot be found from the registry. A tag of its own beside it is enough: the \
      number of the run, or the commit.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build and push
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags:
              - «latest»
      """),
    right: .init(
      .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build and push
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags:
              - <+pipeline.sequenceId>
              - latest
      """))

  package static let examples = [
    RuleExample(
      "nothing is pushed", .steps,
      """
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags: [latest]
            envVariables: {PLUGIN_NO_PUSH: "true"}
      """),
    RuleExample(
      "in quotes and in brackets", .cloudSteps,
      """
      - step:
          type: BuildAndPushECR
          name: Build and push
          identifier: build
          spec: {connectorRef: aws, region: us-east-1, account: "123456789012", imageName: tides, tags: [«"latest"»]}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.builds.compactMap { step, use, _ in
      if case .build(_, isPushed: false) = use.effect { return nil }
      guard let tag = step.tags.first, step.tags.allSatisfy({ $0.raw == "latest" }) else { return nil }
      return diagnostic(
        "step '\(use.place.step.identifier)' pushes the image as 'latest' and under no other tag", at: tag.span,
        help: "add a tag of its own, such as <+pipeline.sequenceId>")
    }
  }
}
