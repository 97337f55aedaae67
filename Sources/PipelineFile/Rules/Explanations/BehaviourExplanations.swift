import Model

/// What the codes about settings that decide how a pipeline runs mean: failure strategies, loops, settings that don't go together.
enum BehaviourExplanations {
  static let all: [DiagnosticExplanation] = [
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
  ]
}
