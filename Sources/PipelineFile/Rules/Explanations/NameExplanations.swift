import Model

/// What the codes about names in a pipeline mean: identifiers, variables, step and stage types.
enum NameExplanations {
  static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .invalidIdentifier, "invalid-identifier", .error,
      "an identifier has characters that it cannot have",
      reason: """
        Identifiers are used in expressions and paths: letters, digits and underscores, no digit first, at most 128 \
        of them. The name may be anything.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: unit-test
            spec:
              connectorRef: hub
              image: python:3.12
              shell: Sh
              command: pytest
        """),
      right: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: unit_test
            spec:
              connectorRef: hub
              image: python:3.12
              shell: Sh
              command: pytest
        """)),
    DiagnosticExplanation(
      .duplicateIdentifier, "duplicate-identifier", .error,
      "an identifier is taken",
      reason: """
        Two stages, or two steps of one level, cannot have the same identifier: an expression could not tell them \
        apart, and Harness refuses the file.
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
              image: python:3.12
              shell: Sh
              command: pytest
        - step:
            type: Run
            name: Test
            identifier: test
            spec:
              connectorRef: hub
              image: python:3.12
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
              image: python:3.12
              shell: Sh
              command: pytest
        - step:
            type: Run
            name: Test
            identifier: test_again
            spec:
              connectorRef: hub
              image: python:3.12
              shell: Sh
              command: pytest
        """)),
    DiagnosticExplanation(
      .unknownStepType, "unknown-step-type", .error,
      "there is no such step type",
      reason: """
        The type decides what a step does, and is spelt as in Harness: Run, BuildAndPushECR, AquaTrivy. Upper and \
        lower case differ.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: Rum
            name: Test
            identifier: test
            spec:
              connectorRef: hub
              image: python:3.12
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
              image: python:3.12
              shell: Sh
              command: pytest
        """)),
    DiagnosticExplanation(
      .unknownStageType, "unknown-stage-type", .error,
      "there is no such stage type",
      reason: """
        Stages that build are of type CI, and those that only scan of type SecurityTests. Others, such as \
        Deployment, are recognised and not run here.
        """,
      wrong: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: Build
            spec:
              execution:
                steps:
                  - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
        """),
      right: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            spec:
              execution:
                steps:
                  - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
        """)),
    DiagnosticExplanation(
      .invalidVariable, "invalid-variable", .error,
      "a variable has an impossible name or value",
      reason: """
        A variable's name starts with a letter or an underscore and goes on with letters, digits, '_', '.', '$' and \
        '-'. The value of a Number is a number. What an output variable reads is the name of a shell variable.
        """,
      wrong: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            variables:
              - {name: 1st, type: String, value: x}
            spec:
              execution:
                steps:
                  - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
        """),
      right: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            variables:
              - {name: first, type: String, value: x}
            spec:
              execution:
                steps:
                  - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
        """)),
    DiagnosticExplanation(
      .unknownStage, "unknown-stage", .error,
      "a stage is named that does not exist, or comes later",
      reason: """
        'useFromStage' takes the infrastructure of an earlier stage, by its identifier.
        """,
      wrong: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            spec:
              infrastructure: {useFromStage: prepare}
              execution:
                steps:
                  - step: {type: Wait, name: Wait, identifier: wait, spec: {duration: 10s}}
        """),
      right: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            spec:
              execution:
                steps:
                  - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
        """)),
  ]
}
