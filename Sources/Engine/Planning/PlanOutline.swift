package import Model

/// A plan as it can be told without running it: a tree with what is known of every node.
package struct PlanOutline: Sendable {
  package struct Entry: Sendable {
    package enum Kind: String, Sendable {
      case stage, group, step, parallel
    }

    package let kind: Kind
    package let path: StepPath
    package let name: String
    package let type: String
    /// Where a stage runs on Harness.
    package let infrastructure: Infrastructure?
    package let when: When?
    package let strategy: Strategy?
    /// Why it does not run on this machine.
    package let obstacle: String?
    /// What is different on this machine.
    package let difference: String?
    /// The image that a step runs in, as written.
    package let image: String?
    package let build: BuildForecast?
    /// The same on the stage's own infrastructure, when another one was asked about.
    package let ownBuild: BuildForecast?
    package let children: [Entry]
  }

  package let pipeline: Pipeline
  package let entries: [Entry]

  /// - Parameter infrastructure: asked about in place of every stage's own.
  package init(_ plan: Plan, on infrastructure: Infrastructure? = nil) {
    pipeline = plan.pipeline
    entries = Builder(plan: plan, override: infrastructure).children(of: Plan.root, in: nil)
  }

  private struct Builder {
    let plan: Plan
    let override: Infrastructure?

    func children(of index: Plan.Index, in stage: Stage?) -> [Entry] {
      plan.nodes[index].children.map { entry($0, in: stage) }
    }

    private func entry(_ index: Plan.Index, in stage: Stage?) -> Entry {
      let node = plan.nodes[index]
      switch node.content {
      case .stage(let stage):
        let infrastructure = isRunHere(stage) ? override ?? plan.pipeline.infrastructure(of: stage) : nil
        return entry(
          .stage, node, infrastructure: infrastructure, when: stage.when, strategy: stage.strategy,
          obstacle: obstacle(to: stage), children: children(of: index, in: stage))
      case .group(let group):
        return entry(
          .group, node, when: group.when, strategy: group.strategy,
          obstacle: group.template.map { "the template '\($0.reference.raw)' is not here" },
          children: children(of: index, in: stage))
      case .step(let step): return self.step(step, node, in: stage)
      case .strategy:
        // One instance tells what all of them do.
        var opened = plan
        let instance = opened.expand(index, StrategyExpansion([StrategyExpansion.Values(postfix: "")])).lowerBound
        return Builder(plan: opened, override: override).entry(instance, in: stage)
      case .parallel, .pipeline: return entry(.parallel, node, children: children(of: index, in: stage))
      }
    }

    private func step(_ step: Step, _ node: Plan.Node, in stage: Stage?) -> Entry {
      var build: BuildForecast?
      var ownBuild: BuildForecast?
      if case .buildAndPush(let spec) = step.spec, let stage {
        func forecast(_ infrastructure: Infrastructure) -> BuildForecast {
          BuildForecast(spec, on: infrastructure, stage: stage.variables, pipeline: plan.pipeline.variables)
        }
        let own = plan.pipeline.infrastructure(of: stage)
        build = forecast(override ?? own)
        if let override, override != own { ownBuild = forecast(own) }
      }
      var difference: String?
      if case .differs(let sentence)? = StepType.named(step.type)?.support { difference = sentence }
      return entry(
        .step, node, when: step.when, strategy: step.strategy, obstacle: obstacle(to: step), difference: difference,
        image: step.spec.image?.raw, build: build, ownBuild: ownBuild)
    }

    private func obstacle(to stage: Stage) -> String? {
      switch stage.kind {
      case .template(let template): "the template '\(template.reference.raw)' is not here"
      case .ci, .securityTests, .recognised: StageType.named(stage.kind.name)?.obstacle
      }
    }

    private func obstacle(to step: Step) -> String? {
      switch step.spec {
      case .template(let template): "the template '\(template.reference.raw)' is not here"
      case .open: "what it does hangs on a runtime input"
      default: StepType.named(step.type)?.obstacle
      }
    }

    private func isRunHere(_ stage: Stage) -> Bool { stage.kind == .ci || stage.kind == .securityTests }

    private func entry(
      _ kind: Entry.Kind, _ node: Plan.Node, infrastructure: Infrastructure? = nil, when: When? = nil,
      strategy: Strategy? = nil, obstacle: String? = nil, difference: String? = nil, image: String? = nil,
      build: BuildForecast? = nil, ownBuild: BuildForecast? = nil, children: [Entry] = []
    ) -> Entry {
      Entry(
        kind: kind, path: node.template, name: node.name, type: node.type, infrastructure: infrastructure, when: when,
        strategy: strategy, obstacle: obstacle, difference: difference, image: image, build: build,
        ownBuild: ownBuild, children: children)
    }
  }
}

extension StepSpec {
  /// The image of the step's own container.
  package var image: Text? {
    switch self {
    case .run(let step): step.image
    case .test(let step): step.script.image
    case .runTests(let step): step.container.image
    case .background(let step): step.container.image
    case .plugin(let step): step.container.image
    default: nil
    }
  }
}
