import Engine
package import Model

/// A scan whose failure does not keep the image from being pushed.
package enum ScanMayFailRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(6003), "scan-may-fail", .warning, "the image is pushed although its scan fails",
    reason: """
      A failed scan keeps later steps from running, since a step without 'when' runs only while its stage succeeds. Two \
      things undo that: a failure strategy with Ignore or MarkAsSuccess, which counts as success, and a push that runs \
      always or after failures.
      """,
    wrong: .init(
      .steps,
      ExampleSteps.build()
        + ExampleSteps.scan(more: "«failureStrategies»: [{onFailure: {errors: [AllErrors], action: {type: Ignore}}}]")
        + ExampleSteps.push()),
    right: .init(.steps, ExampleSteps.build() + ExampleSteps.scan() + ExampleSteps.push()))

  package static let examples = [
    RuleExample(
      "the push always runs", .steps,
      ExampleSteps.build() + ExampleSteps.scan() + ExampleSteps.push(more: "«when»: {stageStatus: All}")),
    RuleExample(
      "another kind of failure may be ignored", .steps,
      ExampleSteps.build()
        + ExampleSteps.scan(more: "failureStrategies: [{onFailure: {errors: [Connectivity], action: {type: Ignore}}}]")
        + ExampleSteps.push()),
    RuleExample(
      "the strategy of the group counts for its steps", .steps,
      ExampleSteps.build()
        + """
        - stepGroup:
            name: Scans
            identifier: scans
            «failureStrategies»: [{onFailure: {errors: [AllErrors], action: {type: MarkAsSuccess}}}]
            steps:
              - step:
                  type: Grype
                  name: Scan
                  identifier: scan
                  spec:
                    mode: orchestration
                    config: default
                    target: {type: container, detection: auto, workspace: image.tar}
                    image: {type: local_archive}
                    advanced: {fail_on_severity: high}

        """ + ExampleSteps.push()),
    RuleExample(
      "a second scan is strict", .steps,
      ExampleSteps.build() + ExampleSteps.scan(identifier: "strict")
        + ExampleSteps.scan(
          identifier: "lenient", more: "failureStrategies: [{onFailure: {errors: [AllErrors], action: {type: Ignore}}}]"
        )
        + ExampleSteps.push()),
    RuleExample(
      "retried, and then ignored", .steps,
      ExampleSteps.build()
        + ExampleSteps.scan(
          more:
            "«failureStrategies»: [{onFailure: {errors: [AllErrors], action: {type: Retry, spec: {retryCount: 1, retryIntervals: [10s], onRetryFailure: {action: {type: Ignore}}}}}}]"
        )
        + ExampleSteps.push()),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.flow.uses.compactMap { use in
      guard case .push(let archive) = use.effect, !archive.hasExpressions else { return nil }
      let stage = subject.flow.stage(of: use)
      guard let scan = stage.lastScan(of: archive, before: use.place.position) else { return nil }
      let name = use.place.step.identifier
      if let when = use.place.step.when, when.status != .success {
        return diagnostic(
          "step '\(name)' pushes the image although its scan fails: it runs "
            + (when.status == .all ? "always" : "after failures"),
          at: keySpan("when", above: when.span, subject) ?? when.span,
          help: "leave 'when' out, or write 'stageStatus: Success'")
      }
      if stage.hasStrictScan(of: archive, before: use.place.position, isLenient: { tolerance($0.place) != nil }) {
        return nil
      }
      guard let tolerance = tolerance(scan.place) else { return nil }
      return diagnostic(
        "step '\(name)' pushes the image although its scan '\(scan.place.step.identifier)' fails: the failure is "
          + (tolerance.isIgnored ? "ignored" : "marked as a success"),
        at: keySpan("failureStrategies", above: tolerance.strategy.span, subject) ?? tolerance.strategy.span,
        labels: archive.text.span.map { [Diagnostic.Label(span: $0, text: "pushed here")] } ?? [],
        help: "remove the failure strategy, or let another scan decide before the push")
    }
  }

  /// The failure strategy under which the failure of a step counts as a success; nil when it does not.
  private static func tolerance(_ place: PlacedStep) -> (strategy: FailureStrategy, isIgnored: Bool)? {
    let levels =
      [place.step.failureStrategies] + place.groups.reversed().map(\.failureStrategies) + [
        place.stage.failureStrategies
      ]
    for strategies in levels {
      // A strategy for this error comes before one for all of them.
      let own = strategies.first { $0.errors.contains(.unknown) } ?? strategies.first { $0.errors.isEmpty }
      guard let own else { continue }
      return isTolerant(own.action).map { (own, $0) }
    }
    return nil
  }

  private static func isTolerant(_ action: FailureStrategy.Action) -> Bool? {
    switch action {
    case .ignore: true
    case .markAsSuccess: false
    case .retry(_, _, let then, _), .manualIntervention(_, let then): isTolerant(then)
    default: nil
    }
  }

  /// The place of a key that stands somewhere above a value in the file.
  private static func keySpan(_ key: String, above value: SourceSpan?, _ subject: LintSubject) -> SourceSpan? {
    value.flatMap { subject.span(of: key, before: $0) }
  }
}
