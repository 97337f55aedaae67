import Model

/// The operators of JEXL 3 on values, with its coercions.
///
/// Texts are coerced only inside an operator (`"5" > 4`), never in a result.
enum Arithmetic {
  static func apply(
    _ symbol: BinaryOperator, _ left: Value, _ right: Value, _ budget: MatchingBudget
  ) throws(ExpressionError) -> Value {
    switch symbol {
    case .or: .bool(isTrue(left) || isTrue(right))
    case .and: .bool(isTrue(left) && isTrue(right))
    case .equal: .bool(areEqual(left, right))
    case .notEqual: .bool(!areEqual(left, right))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: .bool(try areOrdered(symbol, left, right))
    case .matches: .bool(try matches(left, right, budget))
    case .notMatches: .bool(try !matches(left, right, budget))
    case .startsWith: .bool(try affix(left, right, isPrefix: true))
    case .notStartsWith: .bool(try !affix(left, right, isPrefix: true))
    case .endsWith: .bool(try affix(left, right, isPrefix: false))
    case .notEndsWith: .bool(try !affix(left, right, isPrefix: false))
    case .add: try add(left, right)
    case .subtract, .multiply, .divide, .remainder: try calculate(symbol, left, right)
    }
  }

  // MARK: Truth and equality

  /// A text is true unless it is empty or `false`, a number unless it is zero; null is false; all else is true.
  static func isTrue(_ value: Value) -> Bool {
    switch value {
    case .null: false
    case .bool(let flag): flag
    case .integer(let number): number != 0
    case .double(let number): number != 0 && !number.isNaN
    case .string(let text): !text.isEmpty && !text.hasSameBytes(as: "false")
    case .list, .map: true
    }
  }

  static func isEmpty(_ value: Value) -> Bool {
    switch value {
    case .null: true
    case .bool: false
    case .integer(let number): number == 0
    case .double(let number): number == 0 || number.isNaN
    case .string(let text): text.isEmpty
    case .list(let elements): elements.isEmpty
    case .map(let entries): entries.isEmpty
    }
  }

  static func areEqual(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.null, _), (_, .null): false
    case (.bool, _), (_, .bool): isTrue(left) == isTrue(right)
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.integer(let left), .integer(let right)): left == right
    case (.integer, _), (.double, _), (_, .integer), (_, .double):
      if let left = number(left), let right = number(right) { left == right } else { false }
    case (.list(let left), .list(let right)):
      left.count == right.count && zip(left, right).allSatisfy { areIdentical($0, $1) }
    case (.map(let left), .map(let right)):
      left.count == right.count
        && left.allSatisfy { entry in right[entry.key].map { areIdentical($0, entry.value) } ?? false }
    default: false
    }
  }

  /// Inside lists and maps Java compares objects, without coercion.
  private static func areIdentical(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.integer, .integer), (.double, .double), (.bool, .bool), (.string, .string), (.null, .null), (.list, .list),
      (.map, .map):
      areEqual(left, right)
    default: false
    }
  }

  // MARK: Order

  /// Whether `<`, `<=`, `>` or `>=` holds.
  static func areOrdered(_ symbol: BinaryOperator, _ left: Value, _ right: Value) throws(ExpressionError) -> Bool {
    try compare(left, right) { order in
      switch symbol {
      case .less: order < 0
      case .lessOrEqual: order <= 0
      case .greater: order > 0
      default: order >= 0
      }
    }
  }

  private static func compare(
    _ left: Value, _ right: Value, _ holds: (Int) -> Bool
  ) throws(ExpressionError) -> Bool {
    switch (left, right) {
    case (.null, .null): return holds(0)
    case (.null, _), (_, .null): return false
    case (.string(let left), .string(let right)): return holds(left.order(comparedTo: right))
    case (.integer(let left), .integer(let right)): return holds(left < right ? -1 : left == right ? 0 : 1)
    case (.integer, _), (.double, _), (_, .integer), (_, .double):
      if let left = number(left), let right = number(right) { return holds(left < right ? -1 : left == right ? 0 : 1) }
    default: break
    }
    throw ExpressionError(.typeMismatch, "\(left.kindWithArticle) and \(right.kindWithArticle) have no order")
  }

  // MARK: Patterns

  private static func matches(
    _ value: Value, _ container: Value, _ budget: MatchingBudget
  ) throws(ExpressionError) -> Bool {
    switch container {
    case .list(let elements):
      if case .list(let wanted) = value { return wanted.allSatisfy { one in elements.contains { areEqual($0, one) } } }
      return elements.contains { areEqual($0, value) }
    case .map(let entries):
      guard let key = value.rendered else { return false }
      return entries[key] != nil
    case .string(let pattern):
      guard let text = value.rendered else { return false }
      return try RegularExpression(pattern, budget).matchesWhole(text)
    case .null: return value == .null
    case .bool, .integer, .double:
      throw ExpressionError(
        .typeMismatch, "the right side of '=~' is a pattern, a list or a map and not \(container.kindWithArticle)")
    }
  }

  private static func affix(_ value: Value, _ affix: Value, isPrefix: Bool) throws(ExpressionError) -> Bool {
    switch (value, affix) {
    case (.null, .null): return true
    case (.null, _), (_, .null): return false
    case (.list, _), (.map, _):
      throw ExpressionError(.typeMismatch, "\(value.kindWithArticle) has no beginning or end that is a text")
    default:
      let text = value.rendered ?? ""
      let part = affix.rendered ?? ""
      return isPrefix ? text.utf8.starts(with: part.utf8) : text.utf8.reversed().starts(with: part.utf8.reversed())
    }
  }

  // MARK: Numbers

  private static func add(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
    if case .string = left { return try concatenate(left, right) }
    if case .string = right { return try concatenate(left, right) }
    return try calculate(.add, left, right)
  }

  private static func concatenate(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
    guard let start = left.rendered, let end = right.rendered else { throw nullOperand("'+'") }
    guard start.utf8.count + end.utf8.count <= Limits.textLength else { throw tooLong }
    return .string(start + end)
  }

  static var tooLong: ExpressionError {
    ExpressionError(.tooLarge, "the text grows beyond \(Limits.textLength) bytes")
  }

  private static func nullOperand(_ name: String) -> ExpressionError {
    ExpressionError(.null, "\(name) has an operand that is null")
  }

  static func negative(_ value: Value) throws(ExpressionError) -> Value {
    try calculate(.subtract, .integer(0), value)
  }

  private static func calculate(
    _ symbol: BinaryOperator, _ left: Value, _ right: Value
  ) throws(ExpressionError) -> Value {
    if left == .null || right == .null { throw nullOperand("'\(sign(symbol))'") }
    if let left = wholeNumber(left), let right = wholeNumber(right) {
      if symbol == .divide || symbol == .remainder, right == 0 {
        throw ExpressionError(.arithmetic, "a number is divided by zero")
      }
      let (result, overflow) =
        switch symbol {
        case .add: left.addingReportingOverflow(right)
        case .subtract: left.subtractingReportingOverflow(right)
        case .multiply: left.multipliedReportingOverflow(by: right)
        case .divide: left.dividedReportingOverflow(by: right)
        default: left.remainderReportingOverflow(dividingBy: right)
        }
      guard !overflow else { throw ExpressionError(.arithmetic, "the result of '\(sign(symbol))' is too large") }
      return .integer(result)
    }
    guard let leftNumber = number(left), let rightNumber = number(right) else {
      throw ExpressionError(
        .typeMismatch,
        "'\(sign(symbol))' needs numbers, and has \(left.kindWithArticle) and \(right.kindWithArticle)")
    }
    switch symbol {
    case .add: return .double(leftNumber + rightNumber)
    case .subtract: return .double(leftNumber - rightNumber)
    case .multiply: return .double(leftNumber * rightNumber)
    default:
      guard rightNumber != 0 else { throw ExpressionError(.arithmetic, "a number is divided by zero") }
      return .double(
        symbol == .divide ? leftNumber / rightNumber : leftNumber.truncatingRemainder(dividingBy: rightNumber))
    }
  }

  private static func sign(_ symbol: BinaryOperator) -> String {
    switch symbol {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    default: "%"
    }
  }

  private static func wholeNumber(_ value: Value) -> Int? {
    switch value {
    case .integer(let number): number
    case .string(let text): Int(text)
    case .bool(let flag): flag ? 1 : 0
    default: nil
    }
  }

  private static func number(_ value: Value) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .double(let number): number
    case .string(let text): Double(text)
    case .bool(let flag): flag ? 1 : 0
    default: nil
    }
  }
}

extension String {
  /// Java compares code units, so that two spellings of `é` differ.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Below zero where this comes first, in the order of UTF-16 code units; the difference that `compareTo` of Java gives.
  func order(comparedTo other: String) -> Int {
    let left = Array(utf16)
    let right = Array(other.utf16)
    for (one, two) in zip(left, right) where one != two { return Int(one) - Int(two) }
    return left.count - right.count
  }
}
