package import Model

extension Plan {
  /// What this version cannot carry out on this machine, found before anything runs.
  ///
  /// Nothing of it is skipped silently: a run is refused while one of these is an error.
  package func limitations() -> [Diagnostic] {
    var found = pipeline.openValues.map(Self.openValueRefusal)
    if let template = pipeline.template { found.append(Self.templateRefusal(template, of: "the pipeline")) }
    for node in nodes where omissions[node.template] == nil {
      switch node.content {
      case .stage(let stage): found += limitations(of: stage)
      case .group(let group): found += Self.limitations(of: group, isInGroup: true)
      case .step(let step): found += Self.limitations(of: step, isInGroup: isInGroup(node))
      case .strategy(.stage(let stage)):
        found += limitations(of: stage) + Self.limitations(in: stage.steps, isInGroup: false)
      case .strategy(.group(let group)):
        found += Self.limitations(of: group, isInGroup: true) + Self.limitations(in: group.steps, isInGroup: true)
      case .strategy(.step(let step)): found += Self.limitations(of: step, isInGroup: isInGroup(node))
      case .pipeline, .parallel: break
      }
    }
    return found
  }

  private func isInGroup(_ node: Node) -> Bool { node.path.components.count > 2 }

  private func limitations(of stage: Stage) -> [Diagnostic] {
    var found = [Diagnostic]()
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
    if case .sameAs(let other) = stage.infrastructure, omissions[StepPath(stage: other)] != nil {
      found.append(
        Diagnostic(
          Diagnostic.Code(2911), .error,
          "stage '\(stage.identifier)' uses the infrastructure of stage '\(other)', which is left out of this run",
          at: stage.span, help: "name both stages with --stage"))
    }
    return found + Self.strategyNotes(stage.failureStrategies, isInGroup: true)
  }

  private static func limitations(of group: StepGroup, isInGroup: Bool) -> [Diagnostic] {
    let refusal = group.template.map { templateRefusal($0, of: "step group '\(group.identifier)'") }
    return (refusal.map { [$0] } ?? []) + strategyNotes(group.failureStrategies, isInGroup: isInGroup)
  }

  private static func limitations(of step: Step, isInGroup: Bool) -> [Diagnostic] {
    var found = [Diagnostic]()
    if case .template(let template) = step.spec {
      found.append(templateRefusal(template, of: "step '\(step.identifier)'"))
    } else if let obstacle = StepType.named(step.type)?.obstacle {
      found.append(
        Diagnostic(
          Diagnostic.Code(2902), .error,
          "step '\(step.identifier)': steps of type \(step.type) cannot run on this machine",
          at: step.span, notes: [obstacle],
          help: "leave the step out locally with --skip, or run the stages that don't have it with --stage"))
    }
    return found + strategyNotes(step.failureStrategies, isInGroup: isInGroup)
  }

  /// Of what lies in a strategy, which is not in the plan before it runs.
  private static func limitations(in elements: [ExecutionElement], isInGroup: Bool) -> [Diagnostic] {
    elements.flatMap { element -> [Diagnostic] in
      switch element {
      case .step(let step): limitations(of: step, isInGroup: isInGroup)
      case .group(let group):
        limitations(of: group, isInGroup: true) + limitations(in: group.steps, isInGroup: true)
      case .parallel(let members): limitations(in: members, isInGroup: isInGroup)
      }
    }
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

  private static func strategyNotes(_ strategies: [FailureStrategy], isInGroup: Bool) -> [Diagnostic] {
    strategies.compactMap { strategy in
      switch strategy.action {
      case .retryStepGroup where !isInGroup:
        Diagnostic(
          Diagnostic.Code(2905), .warning, "RetryStepGroup has no group around it to run again: it counts as a failure",
          at: strategy.span, help: "put the step into a 'stepGroup', or use Retry")
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
      case .ignore, .markAsSuccess, .markAsFailure, .abort, .retry, .retryStepGroup, .manualIntervention: nil
      }
    }
  }
}
