import Model

/// What stands in `[?( … )]`: comparisons of the element's members with literals, joined by `&&` and `||`.
struct JSONFilter {
  enum Operand {
    case literal(Value)
    /// Relative to the element.
    case path(JSONPath)
  }

  struct Comparison {
    let left: Operand
    /// nil asks whether the left side exists.
    let comparator: (symbol: BinaryOperator, right: Operand)?
    let isNegated: Bool
  }

  /// Alternatives, each a list of comparisons that must all hold.
  let alternatives: [[Comparison]]

  func holds(for element: Value) throws(ExpressionError) -> Bool {
    for alternative in alternatives {
      var all = true
      for comparison in alternative where try Self.holds(comparison, for: element) == comparison.isNegated {
        all = false
        break
      }
      if all { return true }
    }
    return false
  }

  private static func holds(_ comparison: Comparison, for element: Value) throws(ExpressionError) -> Bool {
    let left = try value(comparison.left, of: element)
    guard let (symbol, right) = comparison.comparator else { return left != nil }
    let rightValue = try value(right, of: element) ?? .null
    let leftValue = left ?? .null
    switch symbol {
    case .equal: return Arithmetic.areEqual(leftValue, rightValue)
    case .notEqual: return !Arithmetic.areEqual(leftValue, rightValue)
    default:
      // JSONPath compares only what is alike; a number is neither above nor below a text.
      switch (leftValue, rightValue) {
      case (.string, .string), (.integer, .integer), (.integer, .double), (.double, .integer), (.double, .double):
        return try Arithmetic.areOrdered(symbol, leftValue, rightValue)
      default: return false
      }
    }
  }

  private static func value(_ operand: Operand, of element: Value) throws(ExpressionError) -> Value? {
    switch operand {
    case .literal(let value): value
    case .path(let path): try path.select(from: element)
    }
  }
}
