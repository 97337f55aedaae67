import Model

/// What the codes about single values in a pipeline mean.
enum ValueExplanations {
  static let all: [DiagnosticExplanation] = [
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
  ]
}
