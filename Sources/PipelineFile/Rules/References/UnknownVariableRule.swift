import Engine
package import Model

/// An expression that asks for a variable which is not declared.
package enum UnknownVariableRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(4203), "unknown-variable", .error, "an expression names a variable that is not declared",
    reason: """
      <+pipeline.variables.NAME> and <+stage.variables.NAME> take the variables that the file declares under 'variables:' \
      of the pipeline or of the stage. Nothing else can give them a value: an input set fills in variables that are \
      there. One that is not declared comes to null on Harness; here it ends the step that uses it.
      """,
    wrong: .init(
      .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: IMAGE_TAG, type: String, value: one}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step:
                    type: Run
                    name: Show
                    identifier: show
                    spec:
                      shell: Sh
                      command: echo «<+stage.variables.IMAGETAG>»
      """),
    right: .init(
      .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: IMAGE_TAG, type: String, value: one}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step:
                    type: Run
                    name: Show
                    identifier: show
                    spec:
                      shell: Sh
                      command: echo <+stage.variables.IMAGE_TAG>
      """))

  package static let examples = [
    RuleExample(
      "of the pipeline", .cloudSteps,
      """
      - step:
          type: Run
          name: Show
          identifier: show
          spec:
            shell: Sh
            command: |
              echo one
              echo «<+pipeline.variables.nothing>» two
      """),
    RuleExample(
      "of another stage", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          variables:
            - {name: with.dot, type: String, value: one}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
      - stage:
          identifier: again
          name: again
          type: CI
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step:
                    type: Run
                    name: Show
                    identifier: show
                    spec: {shell: Sh, command: 'echo <+pipeline.stages.build.variables.with.dot> «<+pipeline.stages.build.variables.none>»'}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.brokenReferences.compactMap { reference in
      guard case .noSuchVariable(let name, let owner) = reference.kind else { return nil }
      let place =
        switch owner {
        case .pipeline: "the pipeline"
        case .stage(let identifier): "stage '\(identifier)'"
        }
      return diagnostic(
        "<+\(reference.path)>: \(place) declares no variable '\(name)'", at: reference.span,
        help: reference.suggestion.map { "did you mean '\($0)'?" } ?? "declare it under 'variables:' of \(place)",
        fix: reference.fix)
    }
  }
}
