import Model

/// `regex.extract(pattern, text)`, `regex.replace(pattern, replacement, text)`, `regex.match(pattern, text)`.
enum RegexFunctor {
  static let names = ["extract", "match", "replace"]

  static func call(_ function: String, _ arguments: Arguments) throws(ExpressionError) -> Value? {
    switch function {
    case "extract":
      try arguments.expect(2)
      // A missing text is an empty one here, alone among the three.
      if arguments.values[1] == .null { return "" }
      let expression = try RegularExpression(try arguments.text(0), arguments.budget)
      return .string(try expression.firstNonEmptyMatch(in: try arguments.text(1)) ?? "")
    case "match":
      try arguments.expect(2)
      return .bool(
        try RegularExpression(try arguments.text(0), arguments.budget).matchesSomewhere(try arguments.text(1)))
    case "replace":
      try arguments.expect(3)
      let expression = try RegularExpression(try arguments.text(0), arguments.budget)
      return .string(try expression.replacing(in: try arguments.text(2), with: try arguments.text(1)))
    default: return nil
    }
  }
}
