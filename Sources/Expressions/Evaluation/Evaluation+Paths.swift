import Model

/// Names, members and calls.
extension Evaluation {
  mutating func evaluateAccess(
    _ base: SyntaxNode, _ accesses: [SyntaxNode.Access], as position: Position
  ) throws(ExpressionError) -> Operand {
    var rest = accesses[...]
    var operand: Operand
    if case .name(let root) = base {
      var path = [root]
      while let access = rest.first, let name = try name(of: access, as: position) {
        path.append(name)
        rest.removeFirst()
      }
      if case .call(let function, let arguments)? = rest.first {
        operand = try call(function, on: path, try evaluateArguments(arguments, as: position))
        rest.removeFirst()
      } else {
        operand = try resolve(path)
      }
    } else {
      operand = try evaluate(base, as: position)
    }
    for access in rest { operand = try apply(access, to: operand, as: position) }
    return operand
  }

  /// The name that an access adds to a path; nil where it takes an element out of a value or calls something.
  mutating func name(
    of access: SyntaxNode.Access, as position: Position
  ) throws(ExpressionError) -> String? {
    switch access {
    case .member(let name): name
    case .computedMember(let parts): try render(parts)
    case .index(.text(let parts)): try render(parts)
    case .index(.embedded(let expression)): try value(of: expression).value.string
    case .index, .call: nil
    }
  }

  mutating func apply(
    _ access: SyntaxNode.Access, to operand: Operand, as position: Position
  ) throws(ExpressionError) -> Operand {
    switch access {
    case .member(let name): return .plain(try Methods.member(name, of: operand.value))
    case .computedMember(let parts): return .plain(try Methods.member(try render(parts), of: operand.value))
    case .index(let node):
      return .plain(try Methods.element(try evaluate(node, as: position).value, of: operand.value))
    case .call(let name, let arguments):
      return try method(name, of: operand, try evaluateArguments(arguments, as: position))
    }
  }

  func call(_ name: String, _ arguments: [Value]) throws(ExpressionError) -> Operand {
    if let result = try DateTimeFunctor.call(Arguments(of: name, arguments, budget), named: name, now: now) {
      return result
    }
    if let result = try scope.call(name, arguments) { return .plain(result) }
    throw ExpressionError(
      .unknownFunction, "there is no function '\(name)'",
      suggestion: Spelling.nearest(to: name, among: DateTimeFunctor.names + ["empty", "size"]))
  }

  /// A function behind a path, or a method of the path's value.
  mutating func call(
    _ function: String, on path: [String], _ arguments: [Value]
  ) throws(ExpressionError) -> Operand {
    if path.count == 1, Functors.names.contains(path[0]) {
      let result = try Functors.call(path[0], function, arguments, now: now, budget)
      try charge(result.value)
      return result
    }
    if let result = try scope.call((path + [function]).joined(separator: "."), arguments) { return .plain(result) }
    return try method(function, of: try resolve(path), arguments)
  }

  private mutating func method(
    _ name: String, of operand: Operand, _ arguments: [Value]
  ) throws(ExpressionError) -> Operand {
    let result = try Methods.call(name, on: operand, Arguments(of: name, arguments, budget))
    // A chain of methods copies the text once for each.
    try charge(result.value)
    return result
  }

  mutating func resolve(_ path: [String]) throws(ExpressionError) -> Operand {
    if let alias = StaticAliases.expressions[path[0]] {
      guard path.count == 1 else { throw unresolved(path) }
      return try evaluateText(alias, of: path[0], as: .condition)
    }
    let path = expanded(path)
    guard let found = try lookUp(path) else { throw unresolved(path) }
    return found
  }

  func expanded(_ path: [String]) -> [String] {
    StaticAliases.paths[path[0]].map { $0 + path.dropFirst() } ?? path
  }

  mutating func lookUp(_ path: [String]) throws(ExpressionError) -> Operand? {
    for count in stride(from: path.count, to: 0, by: -1) {
      let known = Array(path.prefix(count))
      guard let value = try scope.value(of: known) else { continue }
      guard value != .null else { return .plain(.null) }
      var operand = try evaluated(value, at: known)
      for index in count..<path.count {
        guard let next = Methods.memberIfPresent(path[index], of: operand.value) else { return nil }
        guard next != .null else { return .plain(.null) }
        operand = try evaluated(next, at: Array(path.prefix(index + 1)))
      }
      return operand
    }
    return nil
  }

  // MARK: Unknown names

  func unresolved(_ path: [String]) -> ExpressionError {
    let written = path.joined(separator: ".")
    if path == ["input"] {
      return ExpressionError(
        .unresolved, "a runtime input has no value yet", help: "give it on the command line or in a file of inputs")
    }
    for index in path.indices {
      let parent = Array(path.prefix(index))
      let inScope = scope.names(in: parent)
      if inScope.isEmpty { break }
      let candidates = index == 0 ? inScope + StaticAliases.names : inScope
      if candidates.contains(path[index]) { continue }
      let message =
        index == 0
        ? "nothing is named '\(path[0])' here" : "'\(parent.joined(separator: "."))' has no '\(path[index])'"
      return ExpressionError(
        .unresolved, message, names: inScope, suggestion: Spelling.nearest(to: path[index], among: candidates))
    }
    return ExpressionError(.unresolved, "'\(written)' has no value here")
  }
}
