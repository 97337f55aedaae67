package import Model

/// What the codes about runtime inputs mean.
package enum InputExplanations {
  /// `SW23xx`.
  package static let all: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      .invalidRuntimeInput, "invalid-runtime-input", .error,
      "a runtime input is not written as one",
      reason: """
        Behind '<+input>' only calls may follow: default, allowedValues, regex, executionInput, selectOneFrom and
        selectManyFrom, in any order, each once. Harness takes anything else for an expression that has no value.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: «<+input>.defalt(eu)»
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: <+input>.default(eu)
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """)),
    DiagnosticExplanation(
      .inputWithinText, "input-within-text", .warning,
      "a runtime input is part of a longer text",
      reason: """
        Harness asks for a value only where '<+input>' is the whole value. Within a text it is an expression that
        nothing gives a value.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: «region-<+input>»
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: <+input>
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """)),
    DiagnosticExplanation(
      .invalidInputPattern, "invalid-input-pattern", .error,
      "the regular expression of a runtime input is none",
      reason: """
        What stands in 'regex(…)' has to match the whole value that is given; one that cannot be read matches nothing.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: «<+input>.regex([a-z)»
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: <+input>.regex([a-z]+)
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """)),
    DiagnosticExplanation(
      .defaultNotAllowed, "default-not-allowed", .error,
      "the default of a runtime input may not be given for it",
      reason: """
        A default has to be among the allowed values and to match the regular expression, as any other value has to.
        """,
      wrong: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: «<+input>.default(us).allowedValues(eu,asia)»
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """),
      right: .init(
        .file,
        """
        pipeline:
          identifier: example
          name: example
          variables:
            - name: region
              type: String
              value: <+input>.default(eu).allowedValues(eu,asia)
          stages:
            - stage:
                identifier: build
                name: build
                type: CI
                spec:
                  cloneCodebase: false
                  runtime: {type: Cloud, spec: {}}
                  execution:
                    steps:
                      - step: {identifier: a, name: a, type: Run, spec: {shell: Sh, command: ls}}
        """)),
    DiagnosticExplanation(
      .missingInputs, "missing-inputs", .error,
      "runtime inputs have no value",
      reason: """
        A run needs a value for every runtime input without a default, except of stages that do not run. At a terminal
        they are asked for; elsewhere they come from --input, from files named with --inputs, or from the settings.
        """,
      wrong: .init(
        .sketch,
        """
        slipway run pipeline.yaml
        """),
      right: .init(
        .sketch,
        """
        slipway run pipeline.yaml --input pipeline.variables.region=eu
        """)),
    DiagnosticExplanation(
      .inputNotAllowed, "input-not-allowed", .error,
      "a value is given that the runtime input does not allow",
      reason: """
        Numbers are compared as numbers, each element of a list is looked at, and a text with commas is taken apart.
        A regular expression has to match the whole value.
        """,
      wrong: .init(
        .sketch,
        """
        --input region=us, for '<+input>.allowedValues(eu,asia)'
        """),
      right: .init(
        .sketch,
        """
        --input region=eu
        """)),
    DiagnosticExplanation(
      .unknownInput, "unknown-input", .error,
      "a value is given for an input that the pipeline does not have",
      reason: """
        Inputs are found by the path that expressions give their place, or, for a pipeline variable, by its name. In an
        input set, stages and steps are matched by identifier and variables by name; there it is a warning.
        """,
      wrong: .init(
        .sketch,
        """
        --input pipeline.variables.regoin=eu
        """),
      right: .init(
        .sketch,
        """
        --input pipeline.variables.region=eu
        """)),
    DiagnosticExplanation(
      .notAnInput, "not-an-input", .warning,
      "an input set gives a value for something that is fixed",
      reason: """
        Only what the pipeline writes as '<+input>' can be given by an input set; the pipeline's own value counts.
        """,
      wrong: .init(
        .sketch,
        """
        inputSet: … variables: [{name: region, value: eu}], where the pipeline has 'value: us'
        """),
      right: .init(
        .sketch,
        """
        the pipeline has 'value: <+input>'
        """)),
    DiagnosticExplanation(
      .inputSetOfOtherPipeline, "input-set-of-other-pipeline", .error,
      "an input set is for another pipeline",
      reason: """
        An input set names its pipeline, and the values of one pipeline mean nothing to another.
        """,
      wrong: .init(
        .sketch,
        """
        inputSet: {pipeline: {identifier: other, …}}
        """),
      right: .init(
        .sketch,
        """
        inputSet: {pipeline: {identifier: example, …}}
        """)),
    DiagnosticExplanation(
      .unknownInputSet, "unknown-input-set", .error,
      "an overlay refers to an input set that is not there",
      reason: """
        An overlay's input sets are looked for by identifier, among the files given with --inputs and beside the overlay.
        """,
      wrong: .init(
        .sketch,
        """
        inputSetReferences: [nigthly]
        """),
      right: .init(
        .sketch,
        """
        inputSetReferences: [nightly]
        """)),
    DiagnosticExplanation(
      .invalidInputSet, "invalid-input-set", .error,
      "a file of inputs cannot be read as one",
      reason: """
        Such a file is an input set, an overlay of input sets, or a mapping from paths to values.
        """,
      wrong: .init(
        .sketch,
        """
        - eu
        """),
      right: .init(
        .sketch,
        """
        pipeline.variables.region: eu
        """)),
  ]
}
