package import Model

/// What a pipeline comes to once its shape is known: a tree of nodes with stable paths, stored flat.
///
/// A sequence starts its children one after the other, a parallel block all at once. Expressions stay unevaluated.
package struct Plan: Sendable {
  /// A node's place in `nodes`.
  package typealias Index = Int

  package struct Node: Sendable {
    package enum Content: Sendable {
      case pipeline
      case stage(Stage)
      case group(StepGroup)
      case step(Step)
      /// A `parallel:` block. It has no path of its own and shares its parent's.
      case parallel
    }

    package let path: StepPath
    package let content: Content
    package let parent: Index?
    /// The position among the parent's children.
    package let position: Int
    package fileprivate(set) var children: [Index]

    package var startsChildrenTogether: Bool {
      if case .parallel = content { true } else { false }
    }

    package var when: When? {
      switch content {
      case .stage(let stage): stage.when ?? .byDefault
      case .group(let group): group.when ?? .byDefault
      case .step(let step): step.when ?? .byDefault
      case .pipeline, .parallel: nil
      }
    }

    package var failureStrategies: [FailureStrategy] {
      switch content {
      case .stage(let stage): stage.failureStrategies
      case .group(let group): group.failureStrategies
      case .step(let step): step.failureStrategies
      case .pipeline, .parallel: []
      }
    }

    package var timeout: Text? {
      switch content {
      case .stage(let stage): stage.timeout
      case .step(let step): step.timeout
      case .pipeline, .parallel, .group: nil
      }
    }

    package var kind: RunNode.Kind? {
      switch content {
      case .stage: .stage
      case .group: .group
      case .step: .step
      case .pipeline, .parallel: nil
      }
    }

    package var name: String {
      switch content {
      case .stage(let stage): stage.name
      case .group(let group): group.name
      case .step(let step): step.name
      case .pipeline, .parallel: ""
      }
    }

    package var type: String {
      switch content {
      case .stage(let stage): stage.kind.name
      case .step(let step): step.type
      case .pipeline, .parallel, .group: ""
      }
    }
  }

  package let pipeline: Pipeline
  /// Parents before their children, siblings in the file's order.
  package private(set) var nodes: [Node]
  private var indices: [StepPath: Index]

  package static let root: Index = 0

  package init(_ pipeline: Pipeline) {
    self.pipeline = pipeline
    nodes = []
    indices = [:]
    let root = add(.pipeline, path: .pipeline, parent: nil)
    for element in pipeline.stages {
      switch element {
      case .stage(let stage): add(stage, to: root)
      case .parallel(let stages):
        let block = add(.parallel, path: .pipeline, parent: root)
        for stage in stages { add(stage, to: block) }
      }
    }
  }

  /// The stage, group or step at `path`.
  package func index(of path: StepPath) -> Index? { indices[path] }

  package subscript(path: StepPath) -> Node? { indices[path].map { nodes[$0] } }

  /// The steps below a node, in the file's order.
  package func steps(below index: Index) -> [Index] {
    if case .step = nodes[index].content { return [index] }
    return nodes[index].children.flatMap(steps(below:))
  }

  private mutating func add(_ stage: Stage, to parent: Index) {
    let index = add(.stage(stage), path: StepPath(stage: stage.identifier), parent: parent)
    add(stage.steps, to: index)
  }

  private mutating func add(_ elements: [ExecutionElement], to parent: Index) {
    let path = nodes[parent].path
    for element in elements {
      switch element {
      case .step(let step): add(.step(step), path: path.appending(step.identifier), parent: parent)
      case .group(let group):
        let index = add(.group(group), path: path.appending(group.identifier), parent: parent)
        add(group.steps, to: index)
      case .parallel(let members):
        let block = add(.parallel, path: path, parent: parent)
        add(members, to: block)
      }
    }
  }

  @discardableResult
  private mutating func add(_ content: Node.Content, path: StepPath, parent: Index?) -> Index {
    let index = nodes.count
    let position = parent.map { nodes[$0].children.count } ?? 0
    nodes.append(Node(path: path, content: content, parent: parent, position: position, children: []))
    if let parent { nodes[parent].children.append(index) }
    if nodes[index].kind != nil { indices[path] = index }
    return index
  }
}

extension Pipeline {
  /// The pipeline without the stages that are not asked for.
  ///
  /// - Throws: the identifier that no stage has.
  package func selecting(_ wanted: [Identifier]) throws(NoSuchStage) -> Pipeline {
    guard !wanted.isEmpty else { return self }
    if let missing = wanted.first(where: { name in !allStages.contains { $0.identifier == name } }) {
      throw NoSuchStage(identifier: missing, stages: allStages.map(\.identifier))
    }
    let kept: [StageElement] = stages.compactMap { element in
      switch element {
      case .stage(let stage): return wanted.contains(stage.identifier) ? element : nil
      case .parallel(let members):
        let members = members.filter { wanted.contains($0.identifier) }
        return members.isEmpty ? nil : .parallel(members)
      }
    }
    var selected = self
    selected.stages = kept
    return selected
  }
}

/// A stage was asked for that the pipeline does not have.
package struct NoSuchStage: Error, Hashable {
  package let identifier: Identifier
  package let stages: [Identifier]
}
