import Model

/// What the codes about the shape of a pipeline file mean: its keys, its lists, what kind of file it is.
enum ShapeExplanations {
  static let all: [DiagnosticExplanation] = [
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
  ]
}
