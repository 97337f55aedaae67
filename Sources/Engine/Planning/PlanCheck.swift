package import Model

extension Plan {
  /// What this version cannot carry out on this machine, found before anything runs.
  ///
  /// Nothing of it is skipped silently: a run is refused while one of these is an error.
  package func limitations() -> [Diagnostic] {
    var found = pipeline.openValues.map(Self.openValueRefusal)
    if let template = pipeline.template { found.append(Self.templateRefusal(template, of: "the pipeline")) }
    for node in nodes {
      switch node.content {
      case .stage(let stage):
        if case .recognised(let name) = stage.kind {
          found.append(
            Diagnostic(
              Diagnostic.Code(2901), .error, "stage '\(stage.identifier)' of type \(name) cannot run on this machine",
              at: stage.span, notes: StageType.named(name)?.obstacle.map { [$0] } ?? [],
              help: "run the stages that can, with --stage"))
        }
        if case .template(let template) = stage.kind {
          found.append(Self.templateRefusal(template, of: "stage '\(stage.identifier)'"))
        }
        if let strategy = stage.strategy {
          found.append(Self.strategyRefusal(strategy, of: "stage '\(stage.identifier)'"))
        }
        found += Self.strategyNotes(stage.failureStrategies)
      case .group(let group):
        if let template = group.template {
          found.append(Self.templateRefusal(template, of: "step group '\(group.identifier)'"))
        }
        if let strategy = group.strategy {
          found.append(Self.strategyRefusal(strategy, of: "step group '\(group.identifier)'"))
        }
        found += Self.strategyNotes(group.failureStrategies)
      case .step(let step):
        if case .template(let template) = step.spec {
          found.append(Self.templateRefusal(template, of: "step '\(step.identifier)'"))
        } else if let obstacle = StepType.named(step.type)?.obstacle {
          found.append(
            Diagnostic(
              Diagnostic.Code(2902), .error,
              "step '\(step.identifier)': steps of type \(step.type) cannot run on this machine",
              at: step.span, notes: [obstacle],
              help: "leave the step out locally, or run the stages that don't have it with --stage"))
        }
        if let strategy = step.strategy {
          found.append(Self.strategyRefusal(strategy, of: "step '\(step.identifier)'"))
        }
        found += Self.strategyNotes(step.failureStrategies)
      case .pipeline, .parallel: break
      }
    }
    return found
  }

  private static func openValueRefusal(_ value: OpenValue) -> Diagnostic {
    Diagnostic(
      Diagnostic.Code(2908), .error,
      "\(value.owner): '\(value.key)' has no value yet: it is the \(value.isRuntimeInput ? "runtime input" : "expression") '\(value.text.raw)'",
      at: value.text.span, help: "write the value of '\(value.key)' itself")
  }

  private static func templateRefusal(_ template: TemplateLink, of owner: String) -> Diagnostic {
    Diagnostic(
      Diagnostic.Code(2909), .error, "\(owner) uses the template '\(template.reference.raw)', which is not here",
      at: template.span, help: "put what the template holds in its place")
  }

  private static func strategyRefusal(_ strategy: Strategy, of owner: String) -> Diagnostic {
    Diagnostic(
      Diagnostic.Code(2903), .error, "\(owner) has a looping strategy, which this version does not run",
      at: strategy.span, help: "write the instances out, or run the other stages with --stage")
  }

  private static func strategyNotes(_ strategies: [FailureStrategy]) -> [Diagnostic] {
    strategies.compactMap { strategy in
      switch strategy.action {
      case .manualIntervention:
        Diagnostic(
          Diagnostic.Code(2904), .warning,
          "nobody is asked for a manual intervention here: its onTimeout action is taken at once",
          at: strategy.span)
      case .retryStepGroup:
        Diagnostic(
          Diagnostic.Code(2905), .error, "RetryStepGroup is not run by this version", at: strategy.span,
          help: "use Retry on the steps of the group")
      case .proceedWithDefaultValues:
        Diagnostic(
          Diagnostic.Code(2906), .warning,
          "ProceedWithDefaultValues has no input to wait for here: it counts as a failure",
          at: strategy.span)
      case .rollback(let kind):
        Diagnostic(
          Diagnostic.Code(2907), .note,
          "a CI stage has nothing to roll back: \(kind) counts as the failure of the stage",
          at: strategy.span)
      case .retry(_, _, _, let condition?):
        Diagnostic(
          Diagnostic.Code(2910), .error, "a 'condition' of a Retry is not evaluated by this version",
          at: condition.span, help: "remove it, if retrying after every failure will do")
      case .ignore, .markAsSuccess, .markAsFailure, .abort, .retry: nil
      }
    }
  }
}
