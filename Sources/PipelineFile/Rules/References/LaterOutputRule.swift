import Engine
package import Model

/// An expression that asks for the output of a step which has not run by then.
package enum LaterOutputRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(4205), "output-of-a-later-step", .error,
    "an expression uses the output of a step that has not run by then",
    reason: """
      Expressions of a step are evaluated when it starts. Outputs of steps that come later, that run side by side with it, \
      or of the step itself are not there yet.
      """,
    wrong: .init(
      .cloudSteps,
      """
      - step:
          type: Run
          name: Show
          identifier: show
          spec:
            shell: Sh
            command: echo «<+execution.steps.version.output.outputVariables.VERSION>»
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            shell: Sh
            command: VERSION=$(cat VERSION)
            outputVariables: [{name: VERSION}]
      """),
    right: .init(
      .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            shell: Sh
            command: VERSION=$(cat VERSION)
            outputVariables: [{name: VERSION}]
      - step:
          type: Run
          name: Show
          identifier: show
          spec:
            shell: Sh
            command: echo <+execution.steps.version.output.outputVariables.VERSION>
      """))

  package static let examples = [
    RuleExample(
      "side by side", .cloudSteps,
      """
      - parallel:
          - step:
              type: Run
              name: Version
              identifier: version
              spec: {shell: Sh, command: VERSION=1, outputVariables: [{name: VERSION}]}
          - step:
              type: Run
              name: Show
              identifier: show
              spec: {shell: Sh, command: 'echo «<+execution.steps.version.output.outputVariables.VERSION>»'}
      """),
    RuleExample(
      "its own", .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            shell: Sh
            command: VERSION=1
            envVariables: {OLD: «<+steps.version.output.outputVariables.VERSION>»}
            outputVariables: [{name: VERSION}]
      """),
    RuleExample(
      "a later stage", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step:
                    type: Run
                    name: Show
                    identifier: show
                    spec: {shell: Sh, command: 'echo «<+pipeline.stages.later.spec.execution.steps.version.output.outputVariables.VERSION>»'}
      - stage:
          identifier: later
          name: later
          type: CI
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step:
                    type: Run
                    name: Version
                    identifier: version
                    spec: {shell: Sh, command: VERSION=1, outputVariables: [{name: VERSION}]}
                - step:
                    type: Run
                    name: Show
                    identifier: show
                    spec: {shell: Sh, command: 'echo <+pipeline.stages.later.spec.execution.steps.version.output.outputVariables.VERSION>'}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.brokenReferences.compactMap { reference in
      guard case .notYet(let place, let own) = reference.kind else { return nil }
      let name = place.step.identifier
      return diagnostic(
        own
          ? "<+\(reference.path)>: a step's own outputs are not there while it runs"
          : "<+\(reference.path)>: step '\(name)' has not run when this is evaluated", at: reference.span,
        labels: own
          ? []
          : [
            Diagnostic.Label(
              span: LintSubject.nameSpan(of: place.step), text: "it runs later, or side by side")
          ],
        help: own ? nil : "put the step '\(name)' before")
    }
  }
}
