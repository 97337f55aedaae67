import Model

/// What a function or method was given, read with messages that name the function.
struct Arguments {
  let function: String
  let values: [Value]
  let budget: MatchingBudget

  init(of function: String, _ values: [Value], _ budget: MatchingBudget) {
    self.function = function
    self.values = values
    self.budget = budget
  }

  func expect(_ count: Int) throws(ExpressionError) { try expect(count...count) }

  func expect(_ counts: ClosedRange<Int>) throws(ExpressionError) {
    guard counts.contains(values.count) else {
      let wanted = counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
      throw ExpressionError(
        .wrongArguments,
        "'\(function)' takes \(wanted) argument\(counts == 1...1 ? "" : "s") and was given \(values.count)")
    }
  }

  /// - Precondition: `expect` has been asked for that many.
  func text(_ index: Int) throws(ExpressionError) -> String {
    switch values[index] {
    case .list, .map: throw mismatch(index, "a text")
    case .null: throw ExpressionError(.null, "argument \(index + 1) of '\(function)' is null")
    case let value: return value.rendered ?? ""
    }
  }

  func integer(_ index: Int) throws(ExpressionError) -> Int {
    switch values[index] {
    case .integer(let number): return number
    case .string(let text): if let number = Int(text) { return number }
    default: break
    }
    throw mismatch(index, "a whole number")
  }

  func mismatch(_ index: Int, _ wanted: String) -> ExpressionError {
    ExpressionError(
      .wrongArguments,
      "argument \(index + 1) of '\(function)' must be \(wanted) and is \(values[index].kindWithArticle)")
  }
}
