import Model

/// Values whose text holds expressions in its turn.
extension Evaluation {
  mutating func evaluated(_ value: Value, at path: [String]) throws(ExpressionError) -> Operand {
    guard Self.mayHoldExpressions(value), scope.evaluatesText(at: path) else { return .plain(value) }
    return try evaluated(value, named: path.joined(separator: "."))
  }

  mutating func evaluated(_ value: Value, named name: String) throws(ExpressionError) -> Operand {
    switch value {
    case .string(let text):
      guard ExpressionText.hasExpressions(text) else { return .plain(value) }
      return try evaluateText(text, of: name, as: .value)
    case .list(let elements):
      var values = [Value]()
      for element in elements { values.append(try evaluated(element, named: name).value) }
      return .plain(.list(values))
    case .map(let entries):
      var map = [String: Value]()
      for (key, entry) in entries { map[key] = try evaluated(entry, named: "\(name).\(key)").value }
      return .plain(.map(map))
    case .null, .bool, .integer, .double: return .plain(value)
    }
  }

  static func mayHoldExpressions(_ value: Value) -> Bool {
    switch value {
    case .string(let text): ExpressionText.mayHaveExpressions(text)
    case .list(let elements): elements.contains(where: mayHoldExpressions)
    case .map(let entries): entries.values.contains(where: mayHoldExpressions)
    case .null, .bool, .integer, .double: false
    }
  }

  mutating func evaluateText(
    _ text: String, of name: String, as position: Position
  ) throws(ExpressionError) -> Operand {
    guard !activeTexts.contains(text) else {
      throw ExpressionError(.endlessLoop, "the text of \(name) leads back to itself")
    }
    do {
      try enter()
      activeTexts.append(text)
      defer {
        depth -= 1
        activeTexts.removeLast()
      }
      if let expression = try ExpressionText(text).singleExpression { return try value(of: expression) }
      return try evaluate(text, at: 0, as: position)
    } catch {
      throw error.located(in: text, at: 0).within(name)
    }
  }
}
