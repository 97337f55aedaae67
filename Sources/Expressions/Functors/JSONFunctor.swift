import Model

/// `json.select(path, text)`, `json.list(path, text)`, `json.object(text)`, `json.format(value)`: the path comes first.
enum JSONFunctor {
  static let names = ["format", "list", "object", "select"]

  static func call(_ function: String, _ arguments: Arguments) throws(ExpressionError) -> Value? {
    switch function {
    case "select":
      try arguments.expect(2)
      return try JSONPath(try arguments.text(0)).select(from: try document(1, arguments)) ?? .null
    case "list":
      try arguments.expect(2)
      let found = try JSONPath(try arguments.text(0)).select(from: try document(1, arguments)) ?? .null
      guard case .list = found else {
        throw ExpressionError(.typeMismatch, "'json.list' found \(found.kindWithArticle) and no list")
      }
      return found
    case "object":
      try arguments.expect(1)
      let found = try document(0, arguments)
      guard case .map = found else {
        throw ExpressionError(.typeMismatch, "'json.object' found \(found.kindWithArticle) and no object")
      }
      return found
    case "format":
      try arguments.expect(1)
      return .string(arguments.values[0].canonicalJSON)
    default: return nil
    }
  }

  private static func document(_ index: Int, _ arguments: Arguments) throws(ExpressionError) -> Value {
    switch arguments.values[index] {
    case .string(let text): return try JSONReader.read(text)
    case .null: throw ExpressionError(.null, "argument \(index + 1) of '\(arguments.function)' is null")
    case let value: return value
    }
  }
}
