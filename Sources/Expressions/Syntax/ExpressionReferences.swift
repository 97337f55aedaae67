package import Model

/// What a text's expressions mention, found without evaluating anything: for linting.
package struct ExpressionReferences: Hashable, Sendable {
  /// A name with its members.
  package struct Path: Hashable, Sendable {
    /// As written, aliases included: `["matrix", "image"]`. It ends where the rest is computed.
    package let names: [String]
    /// Where the `<+` that holds it starts in the field, in UTF-8 bytes.
    package let offset: Int
  }

  /// A function of the scope with its arguments.
  package struct Call: Hashable, Sendable {
    /// With what stands before it: `secrets.getValue`, `currentDate`.
    package let function: String
    /// nil for each argument that is computed.
    package let arguments: [Value?]
    package let offset: Int
  }

  package private(set) var paths: [Path] = []
  /// Calls that a scope answers; those of the language's own functions are left out.
  package private(set) var calls: [Call] = []

  /// - Throws: what is wrong with the text as it stands: `unclosed`, `syntax`, `tooDeep`, `unsupported`.
  package init(in text: String) throws(ExpressionError) {
    for expression in try ExpressionText(text).expressions { try add(expression) }
  }

  /// The references of a condition, which may be written without an outer `<+…>`.
  package init(inCondition text: String) throws(ExpressionError) {
    do {
      let node = try Parser.parse(text, at: 0)
      try add(node, offset: 0)
    } catch {
      throw error.located(in: text, at: 0)
    }
  }

  private mutating func add(_ expression: EmbeddedExpression) throws(ExpressionError) {
    let trimmed = expression.source.trimmingSpaces
    if let path = HyphenatedPath.names(in: trimmed), HyphenatedPath.isPlain(trimmed) {
      paths.append(Path(names: path, offset: expression.offset))
      return
    }
    do {
      let node = try Parser.parse(expression.source, at: expression.contentOffset)
      try add(node, offset: expression.offset)
    } catch {
      guard error.code == .syntax, error.expression == nil,
        let parts = try JoinableText.parts(of: expression.source, at: expression.contentOffset)
      else { throw error.located(in: expression.written, at: expression.offset) }
      try add(parts)
    }
  }

  private mutating func add(_ parts: [ExpressionText.Part]) throws(ExpressionError) {
    for case .expression(let expression) in parts { try add(expression) }
  }

  private mutating func add(_ node: SyntaxNode, offset: Int) throws(ExpressionError) {
    switch node {
    case .literal: break
    case .text(let parts): try add(parts)
    case .joined(let parts, let reading, let hasArithmetic):
      if let reading, !hasArithmetic { try add(reading, offset: offset) } else { try add(parts) }
    case .embedded(let expression): try add(expression)
    case .list(let elements): for element in elements { try add(element, offset: offset) }
    case .map(let entries):
      for entry in entries {
        if case .name = entry.key {} else { try add(entry.key, offset: offset) }
        try add(entry.value, offset: offset)
      }
    case .name(let name): paths.append(Path(names: [name], offset: offset))
    case .access(let base, let accesses): try add(base, accesses, offset: offset)
    case .function(let name, let arguments):
      if !DateTimeFunctor.names.contains(name) { add(call: name, arguments, offset: offset) }
      for argument in arguments { try add(argument, offset: offset) }
    case .operators(let first, let rest):
      try add(first, offset: offset)
      for (_, operand) in rest { try add(operand, offset: offset) }
    case .not(let operand), .negative(let operand), .empty(let operand), .size(let operand):
      try add(operand, offset: offset)
    case .conditional(let condition, let then, let otherwise):
      try add(condition, offset: offset)
      try add(then, offset: offset)
      try add(otherwise, offset: offset)
    case .elvis(let left, let right), .coalesce(let left, let right):
      try add(left, offset: offset)
      try add(right, offset: offset)
    }
  }

  private mutating func add(
    _ base: SyntaxNode, _ accesses: [SyntaxNode.Access], offset: Int
  ) throws(ExpressionError) {
    var path: [String]?
    if case .name(let name) = base { path = [name] } else { try add(base, offset: offset) }
    for access in accesses {
      switch access {
      case .member(let name): path?.append(name)
      case .computedMember(let parts):
        if let names = path { paths.append(Path(names: names, offset: offset)) }
        path = nil
        try add(parts)
      case .index(let node):
        if path != nil, case .text(let parts) = node, case .literal(let key)? = parts.first, parts.count == 1 {
          path?.append(key)
        } else {
          if let names = path { paths.append(Path(names: names, offset: offset)) }
          path = nil
          try add(node, offset: offset)
        }
      case .call(let name, let arguments):
        if let names = path {
          if names.count == 1, Functors.names.contains(names[0]) {
            // The language's own function: its value depends on its arguments alone.
          } else if Self.isMethod(name) {
            paths.append(Path(names: names, offset: offset))
          } else {
            add(call: (names + [name]).joined(separator: "."), arguments, offset: offset)
          }
        }
        path = nil
        for argument in arguments { try add(argument, offset: offset) }
      }
    }
    if let path { paths.append(Path(names: path, offset: offset)) }
  }

  private static func isMethod(_ name: String) -> Bool {
    Methods.ofStrings.contains(name) || Methods.ofLists.contains(name) || Methods.ofMaps.contains(name)
  }

  private mutating func add(call function: String, _ arguments: [SyntaxNode], offset: Int) {
    let values = arguments.map { (argument) -> Value? in
      switch argument {
      case .literal(let value): return value
      case .text(let parts):
        if parts.isEmpty { return "" }
        if parts.count == 1, case .literal(let text) = parts[0] { return .string(text) }
        return nil
      default: return nil
      }
    }
    calls.append(Call(function: function, arguments: values, offset: offset))
  }
}

extension ExpressionText {
  /// The paths that a text's expressions mention, each once, in the order of the text.
  package static func dependencies(of text: String) throws(ExpressionError) -> [[String]] {
    var seen = Set<[String]>()
    return try ExpressionReferences(in: text).paths.map(\.names).filter { seen.insert($0).inserted }
  }
}
