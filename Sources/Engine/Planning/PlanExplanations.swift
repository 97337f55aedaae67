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
      Diagnostic.Code(2903), "loop-not-run-here", .error,
      "a looping strategy is not run",
      reason: """
        This version does not run the instances of a matrix, of repeat or of parallelism.
        """,
      wrong: .init(
        .sketch,
        """
        strategy: {matrix: {version: [1, 2]}}
        """),
      right: .init(
        .sketch,
        """
        two steps
        """)),
    DiagnosticExplanation(
      Diagnostic.Code(2904), "manual-intervention", .warning,
      "nobody is asked for a manual intervention",
      reason: """
        A run on this machine waits for nobody: the action under onTimeout is taken at once.
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
                  action: {type: ManualIntervention, spec: {timeout: 10m, onTimeout: {action: {type: Abort}}}}
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
                  action: {type: Abort}
        """)),
    DiagnosticExplanation(
      Diagnostic.Code(2905), "retry-of-a-group", .error,
      "the retry of a step group is not run",
      reason: """
        RetryStepGroup starts a whole group again, which this version does not do. Retry on its steps is run.
        """,
      wrong: .init(
        .sketch,
        """
        action: {type: RetryStepGroup, spec: {retryCount: 1, retryIntervals: [10s]}}
        """),
      right: .init(
        .sketch,
        """
        action: {type: Retry, spec: {retryCount: 1, retryIntervals: [10s], …}}
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
      Diagnostic.Code(2910), "condition-of-a-retry", .error,
      "the condition of a Retry is not evaluated",
      reason: """
        A Retry with a condition tries again only after some failures. This version does not look at the condition, \
        and refuses it rather than trying again after all of them.
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
                  action: {type: Retry, spec: {retryCount: 1, retryIntervals: [10s], condition: '<+step.exitCode> == 137', onRetryFailure: {action: {type: MarkAsFailure}}}}
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
                  action: {type: Retry, spec: {retryCount: 1, retryIntervals: [10s], onRetryFailure: {action: {type: MarkAsFailure}}}}
        """)),
  ]
}
