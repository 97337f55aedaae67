import Engine
package import Model

/// A scan that never fails, whatever it finds.
package enum ScanWithoutThresholdRule: Rule {
  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(6004), "scan-without-threshold", .note,
    "a scan has no 'fail_on_severity' and never fails over what it finds",
    reason: """
      Without advanced.fail_on_severity, or with 'none', a scan reports what it finds and succeeds. A pipeline that pushes \
      after it then pushes whatever was found, unless a later step or a policy looks at the numbers: \
      <+execution.steps.SCAN.output.outputVariables.CRITICAL>.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          «type: AquaTrivy»
          name: Scan
          identifier: scan
          spec:
            mode: orchestration
            config: default
            target: {type: container, detection: auto, workspace: image.tar}
            image: {type: local_archive}
      """),
    right: .init(
      .steps,
      """
      - step:
          type: AquaTrivy
          name: Scan
          identifier: scan
          spec:
            mode: orchestration
            config: default
            target: {type: container, detection: auto, workspace: image.tar}
            image: {type: local_archive}
            advanced:
              fail_on_severity: critical
      """))

  package static let examples = [
    RuleExample("it says none", .steps, ExampleSteps.scan(advanced: "advanced: {fail_on_severity: «none»}")),
    RuleExample(
      "it is decided later", .steps, ExampleSteps.scan(advanced: "advanced: {fail_on_severity: <+stage.name>}")),
    RuleExample(
      "a policy looks at the numbers", .steps,
      """
      - step:
          type: AquaTrivy
          name: Scan
          identifier: scan
          spec:
            mode: orchestration
            config: default
            target: {type: container, detection: auto, workspace: image.tar}
            image: {type: local_archive}
          enforce: {policySets: [account.no_criticals]}
      """),
    RuleExample(
      "a later step looks at the numbers", .cloudSteps,
      ExampleSteps.scan(advanced: "")
        + """
        - step:
            type: Run
            name: Judge
            identifier: judge
            spec:
              shell: Sh
              command: test <+execution.steps.scan.output.outputVariables.CRITICAL> -eq 0
        """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.flow.uses.compactMap { use in
      guard case .scan(let scan) = use.place.step.spec else { return nil }
      let threshold = scan.failOnSeverity
      guard threshold == nil || threshold?.raw == "none",
        !subject.stepsWithUsedOutputs.contains(use.place.step.identifier.description)
      else { return nil }
      let span = threshold?.span ?? subject.typeSpan(of: use.place.step) ?? use.place.step.span
      if subject.has("enforce", in: use.place.step) { return nil }
      return diagnostic(
        "step '\(use.place.step.identifier)' never fails over what it finds: "
          + (threshold == nil ? "'fail_on_severity' is missing" : "'fail_on_severity' is none"),
        at: span, help: "add 'fail_on_severity: critical' under 'advanced:'")
    }
  }
}
