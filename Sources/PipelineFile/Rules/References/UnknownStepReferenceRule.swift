import Engine
package import Model

/// An expression that asks for a step which is not there.
package enum UnknownStepReferenceRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(4201), "unknown-step", .error, "an expression names a step that does not exist",
    reason: """
      Steps are named by their identifier, and steps in a group by the group's identifier and 'steps' before it: \
      <+execution.steps.GROUP.steps.STEP.output.outputVariables.NAME>. A name that leads nowhere comes to null on Harness, \
      which then stands in a tag or in a script as the word null; here it ends the step that uses it.
      """,
    wrong: .init(
      .steps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            connectorRef: hub
            image: alpine:3.20
            shell: Sh
            command: VERSION=$(cat VERSION)
            outputVariables: [{name: VERSION}]
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags:
              - «<+execution.steps.verison.output.outputVariables.VERSION>»
      """),
    right: .init(
      .steps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec:
            connectorRef: hub
            image: alpine:3.20
            shell: Sh
            command: VERSION=$(cat VERSION)
            outputVariables: [{name: VERSION}]
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec:
            connectorRef: hub
            repo: harbour/tides
            tags:
              - <+execution.steps.version.output.outputVariables.VERSION>
      """))

  package static let examples = [
    RuleExample(
      "the group is left out", .cloudSteps,
      """
      - stepGroup:
          name: Prepare
          identifier: prepare
          steps:
            - step:
                type: Run
                name: Version
                identifier: version
                spec: {shell: Sh, command: VERSION=1, outputVariables: [{name: VERSION}]}
      - step:
          type: Run
          name: Use
          identifier: use
          spec: {shell: Sh, command: 'echo «<+execution.steps.version.output.outputVariables.VERSION>»'}
      """),
    RuleExample(
      "within the group, and from outside of it", .cloudSteps,
      """
      - stepGroup:
          name: Prepare
          identifier: prepare
          steps:
            - step:
                type: Run
                name: Version
                identifier: version
                spec: {shell: Sh, command: VERSION=1, outputVariables: [{name: VERSION}]}
            - step:
                type: Run
                name: Use
                identifier: use
                spec: {shell: Sh, command: 'echo <+steps.version.output.outputVariables.VERSION>'}
      - step:
          type: Run
          name: Use
          identifier: use_too
          spec: {shell: Sh, command: 'echo <+execution.steps.prepare.steps.version.output.outputVariables.VERSION>'}
      """),
    RuleExample(
      "an instance of a looping step", .cloudSteps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          strategy: {repeat: {times: 2}}
          spec: {shell: Sh, command: RESULT=1, outputVariables: [{name: RESULT}]}
      - step:
          type: Run
          name: Use
          identifier: use
          spec: {shell: Sh, command: 'echo <+execution.steps.test_0.output.outputVariables.RESULT>'}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.brokenReferences.compactMap { reference in
      guard case .noSuchStep(let name, let group) = reference.kind else { return nil }
      let isElsewhere = group != nil
      return diagnostic(
        "<+\(reference.path)>: there is no step '\(name)'" + (isElsewhere ? " outside of a group" : " in the stage"),
        at: reference.span,
        help: group.map { "it is in a group: write '\($0).steps.\(name)'" }
          ?? reference.suggestion.map { "did you mean '\($0)'?" },
        fix: isElsewhere ? nil : reference.fix)
    }
  }
}
