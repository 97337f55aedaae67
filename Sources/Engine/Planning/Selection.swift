package import Model

/// The part of a pipeline that a run is asked for.
package struct Selection: Hashable, Sendable {
  /// `--stage`
  package var stages: [Identifier] = []
  /// `--step`: these steps and groups, and nothing else but the services that their stages depend on.
  package var steps: [StepPath] = []
  /// `--from`: this and everything after it, and the services that its stage starts before it.
  package var start: StepPath?
  /// `--skip`
  package var skipped: [StepPath] = []

  package init() {}

  package var isEverything: Bool { self == Selection() }
}

extension Selection {
  /// The plan of a run of no more than this.
  ///
  /// Its paths are those that the file gives: an instance is in where its template is.
  package func plan(of pipeline: Pipeline) -> Plan {
    guard !isEverything else { return Plan(pipeline) }
    return Plan(pipeline, omitting: Plan(pipeline, ignoringStrategies: true).omissions(for: self))
  }
}

extension Plan {
  /// What a selection leaves out of this plan, and why.
  fileprivate func omissions(for selection: Selection) -> [StepPath: String] {
    var omissions: [StepPath: String] = [:]
    for node in nodes where node.kind != nil {
      let path = node.template
      if path.isStage, !selection.stages.isEmpty, !selection.stages.contains(where: { $0 == path.last }) {
        omissions[path] = "left out: --stage asks for \(Self.names(selection.stages.map(\.description)))"
      } else if !selection.steps.isEmpty, !selection.steps.contains(where: { Self.isAlongside($0, path) }),
        !(node.isServiceDependency && selection.steps.contains { $0.stage == path.stage })
      {
        omissions[path] = "left out: --step asks for \(Self.names(selection.steps.map(\.shortDescription)))"
      } else if selection.skipped.contains(path) {
        omissions[path] = "left out by --skip"
      }
    }
    if let start = selection.start, let index = index(of: start) {
      // What comes later may need the services that its stage has started by then.
      for earlier in indicesBefore(index) where nodes[earlier].kind != nil && !nodes[earlier].startsService {
        omissions[nodes[earlier].template] = "left out: the run begins at \(start.shortDescription) (--from)"
      }
    }
    return omissions
  }

  private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }

  private static func isAlongside(_ chosen: StepPath, _ path: StepPath) -> Bool {
    chosen == path || path.isInside(chosen) || chosen.isInside(path)
  }

  /// The earlier members of every sequence that leads to a node. Members of a parallel block are not before one another.
  private func indicesBefore(_ index: Index) -> [Index] {
    var found = [Index]()
    var current = index
    while let parent = nodes[current].parent {
      if !nodes[parent].startsChildrenTogether {
        for earlier in nodes[parent].children.prefix(nodes[current].position) { found += named(earlier) }
      }
      current = parent
    }
    return found
  }

  /// The nodes with a path of their own at the top of a subtree: a parallel block has none.
  private func named(_ index: Index) -> [Index] {
    nodes[index].kind == nil ? nodes[index].children.flatMap(named) : [index]
  }
}

extension Plan {
  /// `<+pipeline.selectedStages>`
  package var selectedStages: [Identifier] {
    pipeline.allStages.map(\.identifier).filter { omissions[StepPath(stage: $0)] == nil }
  }
}

extension Plan.Node {
  fileprivate var isServiceDependency: Bool {
    if case .step(let step) = content { step.isServiceDependency } else { false }
  }

  var startsService: Bool {
    if case .step(let step) = content { step.startsService } else { false }
  }
}

extension StepPath {
  /// `STAGE/GROUP/STEP`
  package var shortDescription: String { components.map(\.description).joined(separator: "/") }
}

extension Pipeline {
  /// - Throws: the identifier that no stage has.
  package func checkStages(_ wanted: [Identifier]) throws(NoSuchStage) {
    if let missing = wanted.first(where: { name in !allStages.contains { $0.identifier == name } }) {
      throw NoSuchStage(identifier: missing, stages: allStages.map(\.identifier))
    }
  }

  /// The pipeline without the stages that are not asked for.
  ///
  /// - Throws: the identifier that no stage has.
  package func selecting(_ wanted: [Identifier]) throws(NoSuchStage) -> Pipeline {
    guard !wanted.isEmpty else { return self }
    try checkStages(wanted)
    var selected = self
    selected.stages = stages.compactMap { element in
      switch element {
      case .stage(let stage): return wanted.contains(stage.identifier) ? element : nil
      case .parallel(let members):
        let members = members.filter { wanted.contains($0.identifier) }
        return members.isEmpty ? nil : .parallel(members)
      }
    }
    return selected
  }
}

/// A stage was asked for that the pipeline does not have.
package struct NoSuchStage: Error, Hashable {
  package let identifier: Identifier
  package let stages: [Identifier]
}
