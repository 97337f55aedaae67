package import Model

/// What a pipeline comes to once its shape is known: a tree of nodes with stable paths, stored flat.
///
/// A sequence starts its children one after the other, a parallel block and a strategy all at once. Expressions stay unevaluated.
/// A strategy has no instances until the run comes to it: then the plan grows by ``expand(_:_:)``, and no node ever changes its index.
package struct Plan: Sendable {
  /// A node's place in `nodes`.
  package typealias Index = Int

  /// What a strategy repeats, as the file says it once.
  package indirect enum Looped: Sendable {
    case stage(Stage)
    case group(StepGroup)
    case step(Step)

    package var strategy: Strategy? {
      switch self {
      case .stage(let stage): stage.strategy
      case .group(let group): group.strategy
      case .step(let step): step.strategy
      }
    }

    package var name: String {
      switch self {
      case .stage(let stage): stage.name
      case .group(let group): group.name
      case .step(let step): step.name
      }
    }
  }

  package struct Node: Sendable {
    // Each in a box of its own, so that a node is small and handed on at the cost of a few references.
    package indirect enum Content: Sendable {
      case pipeline
      case stage(Stage)
      case group(StepGroup)
      case step(Step)
      /// A `parallel:` block. It has no path of its own and shares its parent's.
      case parallel
      /// Holds the instances of what has a `strategy:`. It has the path that the file gives it; its instances lie beside it, with their
      /// postfix in their identifier.
      case strategy(Looped)
    }

    package let path: StepPath
    /// The path without any postfix: what the file calls it.
    package let template: StepPath
    package let content: Content
    package let parent: Index?
    /// The position among the parent's children.
    package let position: Int
    package fileprivate(set) var children: [Index]
    /// Set for an instance of a strategy.
    package let iteration: StrategyIteration?

    package var startsChildrenTogether: Bool {
      switch content {
      case .parallel, .strategy: true
      case .pipeline, .stage, .group, .step: false
      }
    }

    package var isStrategy: Bool {
      if case .strategy = content { true } else { false }
    }

    package var strategy: Strategy? {
      if case .strategy(let looped) = content { looped.strategy } else { nil }
    }

    /// A strategy has none: each instance is judged by itself.
    package var when: When? {
      switch content {
      case .stage(let stage): stage.when ?? .byDefault
      case .group(let group): group.when ?? .byDefault
      case .step(let step): step.when ?? .byDefault
      case .pipeline, .parallel, .strategy: nil
      }
    }

    package var failureStrategies: [FailureStrategy] {
      switch content {
      case .stage(let stage): stage.failureStrategies
      case .group(let group): group.failureStrategies
      case .step(let step): step.failureStrategies
      case .pipeline, .parallel, .strategy: []
      }
    }

    package var timeout: Text? {
      switch content {
      case .stage(let stage): stage.timeout
      case .step(let step): step.timeout
      case .group(let group): group.timeout
      case .pipeline, .parallel, .strategy: nil
      }
    }

    package var kind: RunNode.Kind? {
      switch content {
      case .stage, .strategy(.stage): .stage
      case .group, .strategy(.group), .strategy(.step): .group
      case .step: .step
      case .pipeline, .parallel: nil
      }
    }

    package var name: String {
      switch content {
      case .stage(let stage): stage.name
      case .group(let group): group.name
      case .step(let step): step.name
      case .strategy(let looped): looped.name
      case .pipeline, .parallel: ""
      }
    }

    package var type: String {
      switch content {
      case .stage(let stage), .strategy(.stage(let stage)): stage.kind.name
      case .step(let step): step.type
      case .pipeline, .parallel, .group, .strategy: ""
      }
    }
  }

  package let pipeline: Pipeline
  /// Parents before their children, siblings in the file's order.
  package private(set) var nodes: [Node]
  private var indices: [StepPath: Index]
  /// Why a stage, group or step of the file is left out of this run, by its template.
  package let omissions: [StepPath: String]

  package static let root: Index = 0

  private let ignoresStrategies: Bool

  /// - Parameters:
  ///   - omissions: what is left out of the run, and why; it ends as skipped with this as its message.
  ///   - ignoringStrategies: makes every stage, group and step one node, as the file names it: for looking at a pipeline.
  package init(
    _ pipeline: Pipeline, omitting omissions: [StepPath: String] = [:], ignoringStrategies: Bool = false
  ) {
    self.pipeline = pipeline
    ignoresStrategies = ignoringStrategies
    self.omissions = omissions
    nodes = []
    indices = [:]
    let root = append(.pipeline, Place(path: .pipeline, template: .pipeline), parent: nil)
    for element in pipeline.stages {
      switch element {
      case .stage(let stage): add(stage, to: root)
      case .parallel(let stages):
        let block = append(.parallel, Place(path: .pipeline, template: .pipeline), parent: root)
        for stage in stages { add(stage, to: block) }
      }
    }
  }

  /// The stage, group, step or strategy at `path`.
  package func index(of path: StepPath) -> Index? { indices[path] }

  package subscript(path: StepPath) -> Node? { indices[path].map { nodes[$0] } }

  /// The steps below a node, in the file's order.
  package func steps(below index: Index) -> [Index] {
    if case .step = nodes[index].content { return [index] }
    return nodes[index].children.flatMap(steps(below:))
  }

  /// The stage that a node lies in, or is.
  package func stage(around index: Index) -> Index? {
    var current: Index? = index
    while let candidate = current {
      if case .stage = nodes[candidate].content { return candidate }
      current = nodes[candidate].parent
    }
    return nil
  }

  // MARK: Growing

  /// Puts the instances of a strategy in their place.
  ///
  /// - Returns: the new nodes.
  package mutating func expand(_ index: Index, _ expansion: StrategyExpansion) -> Range<Index> {
    guard case .strategy(let looped) = nodes[index].content, nodes[index].children.isEmpty else {
      preconditionFailure("only a strategy without instances is expanded")
    }
    let first = nodes.count
    nodes[index].children.reserveCapacity(expansion.iterations.count)
    let container = nodes[index].path.parent ?? .pipeline
    let template = nodes[index].template
    for (number, values) in expansion.iterations.enumerated() {
      let own = nodes[index].path.last?.description ?? ""
      let identifier = instanceIdentifier(own, values.postfix, in: container)
      let place = Place(
        path: container.appending(identifier), template: template,
        iteration: StrategyIteration(index: number, total: expansion.iterations.count, values: values))
      switch looped {
      case .stage(var stage):
        stage.identifier = identifier
        stage.name += values.postfix
        addInstance(of: stage, at: place, to: index)
      case .group(var group):
        group.identifier = identifier
        group.name += values.postfix
        addInstance(of: group, at: place, to: index)
      case .step(var step):
        step.identifier = identifier
        step.name += values.postfix
        append(.step(step), place, parent: index)
      }
    }
    return first..<nodes.count
  }

  /// The identifier with its postfix, as an identifier may be written, and unlike any other beside it.
  private func instanceIdentifier(_ own: String, _ postfix: String, in container: StepPath) -> Identifier {
    let word = postfix.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) || scalar == "_"
        ? Character(scalar) : "_"
    }
    var number = 0
    while true {
      let ending = number == 0 ? "" : "_\(number)"
      let kept = 128 - own.count - ending.utf8.count
      let text =
        kept > 8 ? own + String(word.prefix(kept)) + ending : own.prefix(100) + String(word.suffix(20)) + ending
      // Letters, digits and underscores behind an identifier are one.
      if let identifier = try? Identifier(text), indices[container.appending(identifier)] == nil { return identifier }
      number += 1
    }
  }

  // MARK: Adding

  private struct Place {
    let path: StepPath
    let template: StepPath
    var iteration: StrategyIteration?

    func child(_ identifier: Identifier) -> Place {
      Place(path: path.appending(identifier), template: template.appending(identifier))
    }
  }

  private mutating func add(_ stage: Stage, to parent: Index) {
    let path = StepPath(stage: stage.identifier)
    let place = Place(path: path, template: path)
    if stage.strategy != nil, !ignoresStrategies {
      append(.strategy(.stage(stage)), place, parent: parent)
    } else {
      addInstance(of: stage, at: place, to: parent)
    }
  }

  private mutating func addInstance(of stage: Stage, at place: Place, to parent: Index) {
    let index = append(.stage(stage), place, parent: parent)
    add(stage.steps, in: place, to: index)
  }

  private mutating func addInstance(of group: StepGroup, at place: Place, to parent: Index) {
    let index = append(.group(group), place, parent: parent)
    add(group.steps, in: place, to: index)
  }

  private mutating func add(_ elements: [ExecutionElement], in container: Place, to parent: Index) {
    for element in elements {
      switch element {
      case .step(let step):
        let place = container.child(step.identifier)
        append(step.strategy == nil || ignoresStrategies ? .step(step) : .strategy(.step(step)), place, parent: parent)
      case .group(let group):
        let place = container.child(group.identifier)
        if group.strategy != nil, !ignoresStrategies {
          append(.strategy(.group(group)), place, parent: parent)
        } else {
          addInstance(of: group, at: place, to: parent)
        }
      case .parallel(let members):
        let block = append(.parallel, Place(path: container.path, template: container.template), parent: parent)
        add(members, in: container, to: block)
      }
    }
  }

  @discardableResult
  private mutating func append(_ content: Node.Content, _ place: Place, parent: Index?) -> Index {
    let index = nodes.count
    let position = parent.map { nodes[$0].children.count } ?? 0
    nodes.append(
      Node(
        path: place.path, template: place.template, content: content, parent: parent, position: position, children: [],
        iteration: place.iteration))
    if let parent { nodes[parent].children.append(index) }
    if nodes[index].kind != nil { indices[place.path] = index }
    return index
  }
}

extension StepGroup {
  /// Not among the keys of Harness's schema, but read by its engine.
  package var timeout: Text? {
    guard case .mapping(let mapping)? = definition, case .scalar(let scalar)? = mapping["timeout"], !scalar.text.isEmpty
    else { return nil }
    return Text(scalar.text, at: scalar.span)
  }
}
