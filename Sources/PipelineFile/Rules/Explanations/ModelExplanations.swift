package import Model

/// What the codes of the pipeline reader mean.
package enum ModelExplanations {
  /// `SW20xx` and `SW41xx`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .missingKey, "missing-key", .error,
      "something that has to be there is missing",
      reason: """
        Harness refuses a file in which a required key is missing or empty, when it is saved or when it runs. The \
        help shows what to add.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
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
      .wrongType, "wrong-type", .error,
      "a value is of another kind than it has to be",
      reason: """
        A list stands where one value is wanted, or a word where a mapping is. Mostly the indentation is off, or a \
        dash too many or too few stands before it.
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
              command: [pytest, -x]
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
      .unknownKey, "unknown-key", .warning,
      "a key is not known at its place",
      reason: """
        Harness passes over keys that it does not know without a word, so that a slip of the fingers quietly takes \
        the default. What is near in spelling is suggested. Keys that newer versions of Harness may have brought are \
        no mistakes: then the warning can be passed over.
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
              imgae: python:3.12
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
      .invalidDuration, "invalid-duration", .warning,
      "a duration cannot be read, or is shorter than Harness takes",
      reason: """
        A duration is a number with one of the units s, m, h, d and w, or several: 30s, 10m, 1h 30m. Seconds need \
        two digits in the schema of Harness, so that nothing shorter than 10s is accepted.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: test
            timeout: 5s
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
            timeout: 30s
            spec:
              connectorRef: hub
              image: python:3.12
              shell: Sh
              command: pytest
        """)),
    DiagnosticExplanation(
      .unknownValue, "unknown-value", .error,
      "a value is none of those that are possible",
      reason: """
        The key takes one of a few words, which the note lists.
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
              shell: Zsh
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
      .otherCase, "other-case", .note,
      "a word is spelt in another case",
      reason: """
        Harness compares some words without regard to case and others with it, and its schema knows one spelling. \
        The word is read as what it must mean; the fix writes it as the schema has it.
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
              shell: sh
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
      .bareStepList, "steps-directly-under-execution", .warning,
      "the steps stand directly under execution",
      reason: """
        Harness's own documentation shows steps directly under 'execution:' in one place. Its schema wants 'steps:' \
        in between, and a run there may refuse the stage.
        """,
      wrong: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            spec:
              execution:
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
      .invalidItem, "invalid-item", .error,
      "an item of a list is none of the things that it can be",
      reason: """
        Each item of stages: is a stage: or a parallel:, and each item of steps: is a step:, a stepGroup: or a \
        parallel:. Mostly that key is left out, or what belongs to it is not indented.
        """,
      wrong: .init(
        .steps,
        """
        - type: Run
          name: Test
          identifier: test
          spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
        """),
      right: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: test
            spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
        """)),
    DiagnosticExplanation(
      .invalidFailureStrategy, "invalid-failure-strategy", .error,
      "failure strategies contradict each other",
      reason: """
        At one level an error has one strategy, and AllErrors stands alone in its list: it means every error that \
        has no strategy of its own.
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
            failureStrategies:
              - onFailure: {errors: [Timeout], action: {type: Ignore}}
              - onFailure: {errors: [Timeout], action: {type: Abort}}
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
            failureStrategies:
              - onFailure: {errors: [Timeout], action: {type: Ignore}}
              - onFailure: {errors: [AllErrors], action: {type: Abort}}
        """)),
    DiagnosticExplanation(
      .templatePlaceholder, "template-placeholder", .error,
      "a placeholder of a template stands in a pipeline",
      reason: """
        'insert' marks the place in a template where the user of the template puts steps or stages of his own. A \
        pipeline has nobody who could fill it.
        """,
      wrong: .init(
        .steps,
        """
        - insert: {identifier: more, nodeType: Step}
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
      .emptyList, "empty-list", .error,
      "a list has no items",
      reason: """
        A pipeline has at least one stage, a stage at least one step, and a block of parallel steps at least one.
        """,
      wrong: .init(
        .steps,
        """
        - parallel: []
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
      .wrongKindOfFile, "wrong-kind-of-file", .error,
      "the file is of another kind",
      reason: """
        Pipelines, input sets, templates, connectors and secrets are YAML files that look alike; the key at the top \
        says which it is. This one is not what was asked for.
        """,
      wrong: .init(
        .file,
        """
        inputSet:
          identifier: nightly
          name: nightly
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: tides
          name: tides
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  execution:
                    steps:
                      - step: {identifier: make, name: make, type: Run, spec: {shell: Sh, command: make}}
        """)),
    DiagnosticExplanation(
      .contradiction, "contradiction", .warning,
      "two keys say different things",
      reason: """
        Only one of them counts, and the file does not say that it is the one that was meant.
        """,
      wrong: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            spec:
              infrastructure: {type: KubernetesDirect, spec: {connectorRef: cluster, namespace: builds}}
              runtime: {type: Cloud, spec: {}}
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
              runtime: {type: Cloud, spec: {}}
              execution:
                steps:
                  - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
        """)),
    DiagnosticExplanation(
      .invalidStrategy, "invalid-strategy", .error,
      "a looping strategy says not how to loop",
      reason: """
        'strategy' has exactly one of 'matrix', 'repeat' and 'parallelism'.
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
            strategy: {matrix: {a: [1]}, parallelism: 2}
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
            strategy: {matrix: {a: [1]}}
        """)),
    DiagnosticExplanation(
      .numberAsText, "number-as-text", .note,
      "a number stands where a text is meant",
      reason: """
        A tag such as 1.10 without quotes is a number in YAML. Here it is taken as it is written; other tools may \
        make 1.1 of it. Quotes keep it as it is.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: BuildAndPushDockerRegistry
            name: Build
            identifier: build
            spec: {connectorRef: hub, repo: harbour/tides, tags: [1.10]}
        """),
      right: .init(
        .steps,
        """
        - step:
            type: BuildAndPushDockerRegistry
            name: Build
            identifier: build
            spec: {connectorRef: hub, repo: harbour/tides, tags: ["1.10"]}
        """)),
    DiagnosticExplanation(
      .notANumber, "not-a-number", .error,
      "a value has to be a whole number",
      reason: """
        The key counts something, and takes a whole number of at least what the message says.
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
            strategy: {parallelism: many}
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
            strategy: {parallelism: 2}
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
