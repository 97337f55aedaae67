import Engine
package import Model

/// An expression that asks for an output which the step does not have.
package enum UnknownOutputRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(4204), "unknown-output", .error,
    "an expression names an output variable that the step does not have",
    reason: """
      A Run step has the output variables that its 'outputVariables' declare; where it declares none, those that its script \
      writes into the file $DRONE_OUTPUT. A build-and-push step has 'digest', and 'IMAGE_TAR_PATH' when it writes an \
      archive. Of plugins nobody can tell, and nothing is reported.
      """,
    wrong: .init(
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
            command: echo «<+execution.steps.version.output.outputVariables.VERSIONS>»
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
      "none are declared, and none are written", .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec: {shell: Sh, command: VERSION=1}
      - step:
          type: Run
          name: Show
          identifier: show
          spec: {shell: Sh, command: 'echo «<+steps.version.output.outputVariables.VERSION>»'}
      """),
    RuleExample(
      "written by the script itself, or by a build", .cloudSteps,
      """
      - step:
          type: Run
          name: Version
          identifier: version
          spec: {shell: Sh, command: echo VERSION=1 >> $DRONE_OUTPUT}
      - step:
          type: BuildAndPushDockerRegistry
          name: Build
          identifier: build
          spec: {connectorRef: hub, repo: harbour/tides, tags: [one]}
      - step:
          type: Run
          name: Show
          identifier: show
          spec: {shell: Sh, command: 'echo <+steps.version.output.outputVariables.VERSION> <+steps.build.output.outputVariables.digest>'}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.brokenReferences.compactMap { reference in
      guard case .noSuchOutput(let name, let step, let known) = reference.kind else { return nil }
      return diagnostic(
        "<+\(reference.path)>: step '\(step.identifier)' has no output variable '\(name)'", at: reference.span,
        notes: [known.isEmpty ? "it declares none" : "it has \(known.joined(separator: ", "))"],
        help: reference.suggestion.map { "did you mean '\($0)'?" }
          ?? "add it to the 'outputVariables' of '\(step.identifier)'",
        fix: reference.fix)
    }
  }
}
