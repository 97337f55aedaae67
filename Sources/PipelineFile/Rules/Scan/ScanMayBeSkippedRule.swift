import Engine
package import Model

/// A scan with a condition that the push does not have.
package enum ScanMayBeSkippedRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(6007), "scan-may-be-skipped", .warning, "the image is pushed although its scan may be skipped",
    reason: """
      A step whose condition is false is skipped, and a skipped step counts as a success: what comes after it runs. A push \
      that does not have the scan's condition therefore also pushes what was not scanned.
      """,
    wrong: .init(
      .steps,
      ExampleSteps.build()
        + ExampleSteps.scan(more: "when: {stageStatus: Success, condition: «'<+pipeline.name> == \"nightly\"'»}")
        + ExampleSteps.push()),
    right: .init(
      .steps,
      ExampleSteps.build()
        + ExampleSteps.scan(more: "when: {stageStatus: Success, condition: '<+pipeline.name> == \"nightly\"'}")
        + ExampleSteps.push(more: "when: {stageStatus: Success, condition: '<+pipeline.name> == \"nightly\"'}")))

  package static let examples = [
    RuleExample(
      "always scanned", .steps,
      ExampleSteps.build() + ExampleSteps.scan(more: "when: {stageStatus: Success}") + ExampleSteps.push()),
    RuleExample(
      "the condition is always true", .steps,
      ExampleSteps.build() + ExampleSteps.scan(more: "when: {stageStatus: Success, condition: \"true\"}")
        + ExampleSteps.push()),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.flow.uses.compactMap { use in
      guard case .push(let archive) = use.effect, !archive.hasExpressions else { return nil }
      let stage = subject.flow.stage(of: use)
      guard let scan = stage.lastScan(of: archive, before: use.place.position) else { return nil }
      if stage.hasStrictScan(of: archive, before: use.place.position, isLenient: { condition($0.place) != nil }) {
        return nil
      }
      guard let condition = condition(scan.place) else { return nil }
      if conditions(use.place).contains(condition.raw) { return nil }
      return diagnostic(
        "step '\(use.place.step.identifier)' pushes the image although its scan '\(scan.place.step.identifier)' may be skipped",
        at: condition.span, labels: archive.text.span.map { [Diagnostic.Label(span: $0, text: "pushed here")] } ?? [],
        help: "give the push the same condition, or take it from the scan")
    }
  }

  private static func conditions(_ place: PlacedStep) -> [String] {
    ([place.step.when] + place.groups.map(\.when)).compactMap { $0?.condition?.raw }
  }

  private static func condition(_ place: PlacedStep) -> Text? {
    ([place.step.when] + place.groups.reversed().map(\.when)).lazy.compactMap { $0?.condition }
      .first { !["true", "<+true>", ""].contains($0.raw) }
  }
}
