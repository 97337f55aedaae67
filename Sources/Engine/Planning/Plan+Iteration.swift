package import Model

/// What expressions and environments say about the strategies around a node.
extension Plan {
  /// The iterations that a node lies in, innermost first, with the node that each belongs to.
  package func iterations(around path: StepPath) -> [(node: Index, iteration: StrategyIteration)] {
    var current = nearestIndex(of: path)
    var found: [(node: Index, iteration: StrategyIteration)] = []
    while let index = current {
      if let iteration = nodes[index].iteration { found.append((index, iteration)) }
      current = nodes[index].parent
    }
    return found
  }

  private func nearestIndex(of path: StepPath) -> Index? {
    var path: StepPath? = path
    while let candidate = path, candidate != .pipeline {
      if let index = index(of: candidate) { return index }
      path = candidate.parent
    }
    return nil
  }

  /// `<+matrix.X>`, `<+repeat.item>`, `<+strategy.…>` as seen from a node. The innermost strategy that has such a value gives it.
  ///
  /// - Parameter status: of a node, for `strategy.currentStatus` and `strategy.node.ID.currentStatus`.
  /// - Returns: nil where the name is none of theirs, or no strategy is around.
  package func strategyValue(
    of path: [String], at place: StepPath, status: (StepPath) -> Status
  ) -> Value? {
    guard let first = path.first, ["matrix", "repeat", "strategy"].contains(first) else { return nil }
    let around = iterations(around: place)
    if path.count == 4, first == "strategy", path[1] == "node", path[3] == "currentStatus" {
      // Of a strategy beside this node, or beside something that it lies in.
      var container: StepPath? = place.parent
      while let candidate = container {
        if let name = try? Identifier(path[2]) {
          let sibling = candidate.appending(name)
          if let node = self[sibling], node.isStrategy { return .string(status(sibling).rawValue) }
        }
        container = candidate.parent
      }
      return nil
    }
    if path == ["strategy", "currentStatus"] {
      return around.first.flatMap { nodes[$0.node].parent }.map { .string(status(nodes[$0].path).rawValue) }
    }
    return around.lazy.compactMap { $0.iteration.value(of: path) }.first
  }

  /// `<+stage.matrix.X>`, `<+step.iteration>`: what a node says of the strategy that it is an instance of.
  package func strategyAttribute(_ path: [String], of node: StepPath) -> Value? {
    guard let iteration = self[node]?.iteration, let first = path.first else { return nil }
    let isBare = first == "matrix" || first == "repeat"
    return iteration.value(of: isBare ? path : ["strategy"] + path)
  }

  /// `HARNESS_{STAGE,STEP,NODE}_{INDEX,TOTAL}`: NODE speaks of the step's own strategy, else of its stage's.
  package func iterationVariables(of path: StepPath) -> [String: String] {
    var variables: [String: String] = [:]
    func set(_ word: String, _ iteration: StrategyIteration) {
      variables["HARNESS_\(word)_INDEX"] = String(iteration.index)
      variables["HARNESS_\(word)_TOTAL"] = String(iteration.total)
    }
    let around = iterations(around: path)
    let stage = around.first { nodes[$0.node].kind == .stage }?.iteration
    let step = around.first { nodes[$0.node].kind != .stage }?.iteration
    if let stage { set("STAGE", stage) }
    if let step { set("STEP", step) }
    if let nearest = step ?? stage { set("NODE", nearest) }
    return variables
  }
}

extension StrategyIteration {
  /// `matrix.X`, `repeat.item`, `strategy.iteration`.
  func value(of path: [String]) -> Value? {
    switch path.first {
    case "matrix":
      if path.count == 1 { return values.matrix.isEmpty ? nil : .map(values.matrix) }
      return path.dropFirst(2).reduce(values.matrix[path[1]]) { $0?[$1] }
    case "repeat":
      if path.count == 1 {
        var fields: [String: Value] = [:]
        if let item = values.item { fields["item"] = item }
        if let partition = values.partition { fields["partition"] = .list(partition) }
        return fields.isEmpty ? nil : .map(fields)
      }
      if path[1] == "item" { return path.dropFirst(2).reduce(values.item) { $0?[$1] } }
      if path[1] == "partition", path.count == 2 { return values.partition.map(Value.list) }
      return nil
    case "strategy":
      let rest = Array(path.dropFirst())
      switch rest {
      case ["iteration"]: return .integer(index)
      case ["iterations"], ["totalIterations"]: return .integer(total)
      case ["identifierPostFix"]: return .string(values.postfix)
      default: return rest.first == "matrix" || rest.first == "repeat" ? value(of: rest) : nil
      }
    default: return nil
    }
  }
}
