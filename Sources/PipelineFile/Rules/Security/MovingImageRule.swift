import Engine
package import Model

/// A step runs in an image whose tag moves.
package enum MovingImageRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(7003), "moving-image", .note, "a step runs in an image with the tag 'latest'",
    reason: """
      The tag 'latest' is whatever was pushed last: tomorrow's run may get another program than today's, or one that \
      somebody else has put there. A version, or better a digest, says what is run.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec:
            connectorRef: hub
            image: «python:latest»
            shell: Sh
            command: pytest
      """),
    right: .init(
      .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec:
            connectorRef: hub
            image: python:3.12.8
            shell: Sh
            command: pytest
      """))

  package static let examples = [
    RuleExample(
      "a digest holds it, and a variable may", .steps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec:
            connectorRef: hub
            image: python:latest@sha256:0d1a7ed4f8ae0a9f4a2d0d1a7ed4f8ae0a9f4a2d0d1a7ed4f8ae0a9f4a2d0d1a
            shell: Sh
            command: pytest
      - step:
          type: Plugin
          name: Notify
          identifier: notify
          spec: {connectorRef: hub, image: <+pipeline.name>, settings: {}}
      """)
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.steps.compactMap { place in
      guard case .mapping(let spec)? = place.step.source, case .scalar(let image)? = spec["image"],
        image.text.hasSuffix(":latest"), !image.text.utf8.contains(UInt8(ascii: "@")), !image.text.mentions("<+")
      else { return nil }
      return diagnostic(
        "step '\(place.step.identifier)' runs in '\(Excerpt.quoted(image.text).dropFirst().dropLast())', whose content changes",
        at: image.span, help: "name a version, or a digest")
    }
  }
}
