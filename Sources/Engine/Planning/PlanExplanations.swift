package import Model

extension Plan {
  /// What the codes of ``limitations()`` mean: `SW29xx`.
  package static let explanations: [DiagnosticExplanation] = [
    DiagnosticExplanation(
      Diagnostic.Code(2901), "stage-not-run-here", .error,
      "a stage of this type cannot run on this machine",
      reason: """
        Deployments, approvals and other stages of the platform need its servers. The stage is never counted as \
        passed.
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
                steps:
                  - step: {type: Run, name: Test, identifier: test, spec: {shell: Sh, command: make test}}
        - stage: {identifier: deploy, name: deploy, type: Deployment, spec: {}}
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
      Diagnostic.Code(2902), "step-not-run-here", .error,
      "a step of this type cannot run on this machine",
      reason: """
        The step needs a service of the platform. It is never counted as passed.
        """,
      wrong: .init(
        .steps,
        """
        - step: {type: Policy, name: Policy, identifier: policy, spec: {policySets: [a]}}
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
      Diagnostic.Code(2905), "no-group-to-run-again", .warning,
      "a RetryStepGroup has no step group around it",
      reason: """
        RetryStepGroup starts the group around a step again, from its first step. Without a group there is nothing to \
        start, and the failure stays one.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: test
            spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
            failureStrategies:
              - onFailure:
                  errors: [AllErrors]
                  action: {type: RetryStepGroup, spec: {retryCount: 1, retryIntervals: [10s]}}
        """),
      right: .init(
        .steps,
        """
        - stepGroup:
            name: Checks
            identifier: checks
            failureStrategies:
              - onFailure:
                  errors: [AllErrors]
                  action: {type: RetryStepGroup, spec: {retryCount: 1, retryIntervals: [10s]}}
            steps:
              - step:
                  type: Run
                  name: Test
                  identifier: test
                  spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
        """)),
    DiagnosticExplanation(
      Diagnostic.Code(2906), "proceed-with-defaults", .warning,
      "there is no input to wait for",
      reason: """
        ProceedWithDefaultValues belongs to inputs that are asked for while a pipeline runs. Here it counts as a \
        failure.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: test
            spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
            failureStrategies:
              - onFailure:
                  errors: [AllErrors]
                  action: {type: ProceedWithDefaultValues}
        """),
      right: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: test
            spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
            failureStrategies:
              - onFailure:
                  errors: [AllErrors]
                  action: {type: MarkAsFailure}
        """)),
    DiagnosticExplanation(
      Diagnostic.Code(2907), "nothing-to-roll-back", .note,
      "a CI stage has nothing to roll back",
      reason: """
        StageRollback and PipelineRollback undo deployments. In a CI stage they count as the failure of the stage, \
        on Harness as here.
        """,
      wrong: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: test
            spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
            failureStrategies:
              - onFailure:
                  errors: [AllErrors]
                  action: {type: StageRollback}
        """),
      right: .init(
        .steps,
        """
        - step:
            type: Run
            name: Test
            identifier: test
            spec: {connectorRef: hub, image: python, shell: Sh, command: pytest}
            failureStrategies:
              - onFailure:
                  errors: [AllErrors]
                  action: {type: MarkAsFailure}
        """)),
    DiagnosticExplanation(
      Diagnostic.Code(2908), "no-value-yet", .error,
      "something has no value yet",
      reason: """
        A runtime input or an expression stands for a whole part of the pipeline, and nothing was given for it.
        """,
      wrong: .init(
        .stages,
        """
        - stage:
            identifier: build
            name: build
            type: CI
            when: <+input>
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
      Diagnostic.Code(2909), "template-not-here", .error,
      "a template is used that is not here",
      reason: """
        The part of the pipeline that it stands for is in a template, which was not found on this machine.
        """,
      wrong: .init(
        .stages,
        """
        - stage: {identifier: build, name: build, template: {templateRef: account.build, versionLabel: "1"}}
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
      Diagnostic.Code(2911), "infrastructure-left-out", .error,
      "the infrastructure of a stage is that of one which is left out",
      reason: """
        With --stage, only the stages that are named are part of the run. useFromStage cannot point to one of the others.
        """,
      wrong: .init(
        .sketch,
        """
        slipway run pipeline.yaml --stage test    # test has useFromStage: build
        """),
      right: .init(
        .sketch,
        """
        slipway run pipeline.yaml --stage build --stage test
        """)),
  ]
}
