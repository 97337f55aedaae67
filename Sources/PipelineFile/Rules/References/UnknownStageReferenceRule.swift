import Engine
package import Model

/// An expression that asks for a stage which is not there.
package enum UnknownStageReferenceRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(4202), "unknown-stage-in-expression", .error, "an expression names a stage that does not exist",
    reason: """
      <+pipeline.stages.STAGE…> takes the stage's identifier, which is not its name: it has no spaces, and upper and lower \
      case differ. A name that leads nowhere comes to null on Harness; here it ends the step that uses it.
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
            command: echo «<+pipeline.stages.biuld.name>»
      """),
    right: .init(
      .cloudSteps,
      """
      - step:
          type: Run
          name: Show
          identifier: show
          spec:
            shell: Sh
            command: echo <+pipeline.stages.build.name>
      """))

  package static let examples = [
    RuleExample(
      "stages that do not run here are there all the same", .stages,
      """
      - stage:
          identifier: deploy
          name: deploy
          type: Deployment
          spec: {}
      - stage:
          identifier: build
          name: build
          type: CI
          when: {pipelineStatus: Success, condition: <+pipeline.stages.deploy.status> == "SUCCEEDED"}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
      """)
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.brokenReferences.compactMap { reference in
      guard case .noSuchStage(let name) = reference.kind else { return nil }
      return diagnostic(
        "<+\(reference.path)>: there is no stage '\(name)'", at: reference.span,
        help: reference.suggestion.map { "did you mean '\($0)'?" }
          ?? "stages: " + subject.pipeline.allStages.prefix(10).map(\.identifier.description).joined(separator: ", "),
        fix: reference.fix)
    }
  }
}
