import Engine
package import Model

/// An expression that asks for an axis which no matrix around it has.
package enum UnknownMatrixAxisRule: Rule {
  package static let needsWholePipeline = true

  package static let explanation = DiagnosticExplanation(
    Diagnostic.Code(4206), "unknown-matrix-axis", .error, "an expression names an axis that no matrix around it has",
    reason: """
      <+matrix.AXIS> is the value that the instance at hand has on an axis of the matrix of its step, its step group or its \
      stage. Outside of a matrix, and for any other name, there is none.
      """,
    wrong: .init(
      .cloudSteps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          strategy:
            matrix:
              version: [3.12, 3.13]
          spec:
            shell: Sh
            command: tox -e «<+matrix.python>»
      """),
    right: .init(
      .cloudSteps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          strategy:
            matrix:
              version: [3.12, 3.13]
          spec:
            shell: Sh
            command: tox -e <+matrix.version>
      """))

  package static let examples = [
    RuleExample(
      "outside of any matrix", .cloudSteps,
      """
      - step:
          type: Run
          name: Test
          identifier: test
          spec: {shell: Sh, command: 'echo «<+matrix.version>»'}
      """),
    RuleExample(
      "the matrix of the stage", .stages,
      """
      - stage:
          identifier: build
          name: build
          type: CI
          strategy:
            matrix: {target: [{os: linux}, {os: darwin}]}
          spec:
            runtime: {type: Cloud, spec: {}}
            execution:
              steps:
                - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: 'echo <+matrix.target.os>'}}
      """),
  ]

  package static func check(_ subject: LintSubject) -> [Diagnostic] {
    subject.brokenReferences.compactMap { reference in
      guard case .noSuchAxis(let name) = reference.kind else { return nil }
      return diagnostic(
        "<+\(reference.path)>: no matrix around it has an axis '\(name)'", at: reference.span,
        help: "add the axis to the 'matrix' of the step or of its stage")
    }
  }
}
