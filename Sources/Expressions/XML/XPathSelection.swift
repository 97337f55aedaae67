import Model

/// Walks a path through a document.
struct XPathSelection {
  enum Result {
    /// In document order, each node once.
    case nodes([Int])
    case text(String)
    case number(Double)
    case flag(Bool)
  }

  /// Where an expression is evaluated.
  struct Context {
    let node: Int
    var position = 1
    var size = 1
  }

  let document: XMLDocument
  private let budget: MatchingBudget

  init(_ document: XMLDocument, _ budget: MatchingBudget) {
    self.document = document
    self.budget = budget
  }

  func evaluate(_ path: XPath, _ context: Context) throws(ExpressionError) -> Result {
    try budget.spend()
    switch path {
    case .literal(let text): return .text(text)
    case .number(let number): return .number(number)
    case .negative(let operand): return .number(-number(try evaluate(operand, context)))
    case .filtered(let path, let predicates):
      guard case .nodes(let nodes) = try evaluate(path, context) else { throw Self.noNodes }
      return .nodes(try filter(nodes, predicates))
    case .union(let paths):
      var found = Set<Int>()
      for path in paths {
        guard case .nodes(let nodes) = try evaluate(path, context) else { throw Self.noNodes }
        found.formUnion(nodes)
      }
      return .nodes(found.sorted())
    case .call(let function, let arguments):
      return try XPathFunctions(selection: self, context: context).call(function, arguments)
    case .operation(let symbol, let left, let right): return try operation(symbol, left, right, context)
    case .path(let base, let isAbsolute, let steps):
      var nodes = [isAbsolute ? XMLDocument.root : context.node]
      if let base {
        guard case .nodes(let found) = try evaluate(base, context) else { throw Self.noNodes }
        nodes = found
      }
      for step in steps { nodes = try walk(step, from: nodes) }
      return .nodes(nodes)
    }
  }

  static var noNodes: ExpressionError {
    ExpressionError(.wrongArguments, "the XPath walks on from something that is no node")
  }

  // MARK: Steps

  private func walk(_ step: XPath.Step, from nodes: [Int]) throws(ExpressionError) -> [Int] {
    var found = Set<Int>()
    for node in nodes {
      var candidates = along(step.axis, from: node)
      try budget.spend(candidates.count)
      candidates = candidates.filter { passes(step.test, $0, step.axis) }
      found.formUnion(try filter(candidates, step.predicates))
    }
    return found.sorted()
  }

  private func filter(_ nodes: [Int], _ predicates: [XPath]) throws(ExpressionError) -> [Int] {
    var candidates = nodes
    for predicate in predicates {
      var kept = [Int]()
      for (index, candidate) in candidates.enumerated() {
        let context = Context(node: candidate, position: index + 1, size: candidates.count)
        let result = try evaluate(predicate, context)
        let holds = if case .number(let number) = result { number == Double(index + 1) } else { flag(result) }
        if holds { kept.append(candidate) }
      }
      candidates = kept
    }
    return candidates
  }

  /// The nodes along an axis, the nearest first.
  private func along(_ axis: XPath.Step.Axis, from node: Int) -> [Int] {
    let parent = document.nodes[node].parent
    switch axis {
    case .child: return document.nodes[node].children
    case .descendant: return document.descendants(of: node)
    case .descendantOrSelf: return [node] + document.descendants(of: node)
    case .selfOnly: return [node]
    case .parent: return parent < 0 ? [] : [parent]
    case .ancestor:
      var found = [Int]()
      var next = parent
      while next >= 0 {
        found.append(next)
        next = document.nodes[next].parent
      }
      return found
    case .attribute: return document.nodes[node].attributes
    case .followingSibling, .precedingSibling:
      guard parent >= 0, document.nodes[node].kind != .attribute else { return [] }
      let siblings = document.nodes[parent].children
      return axis == .followingSibling ? siblings.filter { $0 > node } : siblings.filter { $0 < node }.reversed()
    }
  }

  private func passes(_ test: XPath.Step.Test, _ index: Int, _ axis: XPath.Step.Axis) -> Bool {
    let node = document.nodes[index]
    switch test {
    case .node: return true
    case .text: return node.kind == .text
    case .comment: return node.kind == .comment
    case .name(let name):
      guard node.kind == (axis == .attribute ? .attribute : .element) else { return false }
      return name == nil || name == node.name
    }
  }

  // MARK: Operators

  private func operation(
    _ symbol: XPathOperator, _ left: XPath, _ right: XPath, _ context: Context
  ) throws(ExpressionError) -> Result {
    let first = try evaluate(left, context)
    if symbol == .or, flag(first) { return .flag(true) }
    if symbol == .and, !flag(first) { return .flag(false) }
    let second = try evaluate(right, context)
    switch symbol {
    case .or, .and: return .flag(flag(second))
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return .flag(try compare(symbol, first, second))
    case .add: return .number(number(first) + number(second))
    case .subtract: return .number(number(first) - number(second))
    case .multiply: return .number(number(first) * number(second))
    case .divide: return .number(number(first) / number(second))
    case .remainder: return .number(number(first).truncatingRemainder(dividingBy: number(second)))
    }
  }

  /// A set of nodes compares as any one of them (XPath 1.0, §3.4).
  private func compare(_ symbol: XPathOperator, _ left: Result, _ right: Result) throws(ExpressionError) -> Bool {
    if case .flag = left { return holds(symbol, .flag(flag(left)), .flag(flag(right))) }
    if case .flag = right { return holds(symbol, .flag(flag(left)), .flag(flag(right))) }
    if case .nodes(let nodes) = left {
      for node in nodes {
        try budget.spend()
        if try compare(symbol, .text(document.stringValue(node)), right) { return true }
      }
      return false
    }
    if case .nodes(let nodes) = right {
      for node in nodes {
        try budget.spend()
        if holds(symbol, left, .text(document.stringValue(node))) { return true }
      }
      return false
    }
    return holds(symbol, left, right)
  }

  private func holds(_ symbol: XPathOperator, _ left: Result, _ right: Result) -> Bool {
    switch symbol {
    case .equal, .notEqual:
      let isEqual =
        switch (left, right) {
        case (.flag(let left), .flag(let right)): left == right
        case (.text(let left), .text(let right)): left.hasSameBytes(as: right)
        default: number(left) == number(right)
        }
      return isEqual == (symbol == .equal)
    case .less: return number(left) < number(right)
    case .lessOrEqual: return number(left) <= number(right)
    case .greater: return number(left) > number(right)
    default: return number(left) >= number(right)
    }
  }

  // MARK: Conversions

  func text(_ result: Result) -> String {
    switch result {
    case .nodes(let nodes): return nodes.first.map(document.stringValue) ?? ""
    case .text(let text): return text
    case .flag(let flag): return flag ? "true" : "false"
    case .number(let number):
      if number.isNaN { return "NaN" }
      if let whole = Int(exactly: number) { return String(whole) }
      return Value.double(number).rendered ?? ""
    }
  }

  func number(_ result: Result) -> Double {
    switch result {
    case .number(let number): number
    case .flag(let flag): flag ? 1 : 0
    case .text, .nodes: Double(text(result).trimmingSpaces) ?? .nan
    }
  }

  func flag(_ result: Result) -> Bool {
    switch result {
    case .flag(let flag): flag
    case .number(let number): number != 0 && !number.isNaN
    case .text(let text): !text.isEmpty
    case .nodes(let nodes): !nodes.isEmpty
    }
  }
}
