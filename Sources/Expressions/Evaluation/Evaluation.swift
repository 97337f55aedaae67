import Model

/// One field's evaluation: what has been spent, how deep it is, and which texts are being evaluated right now.
struct Evaluation {
  /// Where a text stands decides what happens when it is no expression.
  enum Position {
    /// Between `<+` and `>`.
    case expression
    /// In a value that a path led to: written as a text, read as an expression only where it computes something.
    case value
    /// A whole field that must be an expression.
    case condition
  }

  let scope: any ExpressionScope
  let now: @Sendable () -> Duration
  let budget = MatchingBudget()
  private var evaluations = 0
  private var totalLength = 0
  var depth = 0
  var activeNodes = 0
  var activeTexts = [String]()

  init(scope: any ExpressionScope, now: @escaping @Sendable () -> Duration) {
    self.scope = scope
    self.now = now
  }

  static var nullError: ExpressionError {
    ExpressionError(
      .null, "it is null here, and a text is needed", help: "'??' gives a value for that case: <+<+x> ?? \"none\">")
  }

  // MARK: Texts

  mutating func render(_ parts: [ExpressionText.Part]) throws(ExpressionError) -> String {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .expression(let expression):
        guard let rendered = try value(of: expression).value.rendered else {
          throw Self.nullError.located(in: expression.written, at: expression.offset)
        }
        guard text.utf8.count + rendered.utf8.count <= Limits.textLength else {
          throw Arithmetic.tooLong.located(in: expression.written, at: expression.offset)
        }
        text += rendered
      }
    }
    return text
  }

  mutating func value(of expression: EmbeddedExpression) throws(ExpressionError) -> Operand {
    do {
      try enter()
      defer { depth -= 1 }
      let operand = try evaluate(expression.source, at: expression.contentOffset, as: .expression)
      try charge(operand.value)
      return operand
    } catch {
      throw error.located(in: expression.written, at: expression.offset)
    }
  }

  mutating func enter() throws(ExpressionError) {
    evaluations += 1
    guard evaluations <= Limits.evaluations else {
      throw ExpressionError(.tooLarge, "more than \(Limits.evaluations) expressions are evaluated for one field")
    }
    guard depth < Limits.depth else {
      throw ExpressionError(
        .tooDeep, "expressions lead to each other in more than \(Limits.depth) levels")
    }
    depth += 1
  }

  mutating func charge(_ value: Value) throws(ExpressionError) {
    totalLength += value.length
    guard totalLength <= Limits.totalLength else {
      throw ExpressionError(.tooLarge, "the values of one field take more than \(Limits.totalLength) bytes")
    }
  }

  /// Evaluates the inside of an expression, a condition, or a value that holds expressions.
  mutating func evaluate(
    _ source: String, at offset: Int, as position: Position
  ) throws(ExpressionError) -> Operand {
    let trimmed = source.trimmingSpaces
    guard !trimmed.isEmpty else { throw ExpressionError(.syntax, "an expression is empty") }
    let hyphenated = position == .expression ? HyphenatedPath.names(in: trimmed).map(expanded) : nil
    if let hyphenated, let found = try lookUp(hyphenated) { return found }
    let node: SyntaxNode
    do {
      node = try Parser.parse(source, at: offset)
    } catch {
      guard error.code == .syntax, error.expression == nil, position != .condition,
        let text = try text(of: source, at: offset, as: position)
      else { throw error }
      return text
    }
    if position == .value, !node.isComputation, let text = try text(of: source, at: offset, as: position) {
      return text
    }
    do {
      return try evaluate(node, as: position)
    } catch {
      // Errors without an expression are of this very text; those of nested expressions are never softened.
      guard error.expression == nil else { throw error }
      if position == .value,
        [.unresolved, .typeMismatch, .unknownFunction, .unknownMethod, .null].contains(error.code),
        let text = try text(of: source, at: offset, as: position)
      {
        return text
      }
      if error.code == .unresolved, let hyphenated, HyphenatedPath.isPlain(trimmed) { throw unresolved(hyphenated) }
      throw withQuoteHint(error, node)
    }
  }

  /// `<+x> == bluegreen`: the word was meant as a text.
  func withQuoteHint(_ error: ExpressionError, _ node: SyntaxNode) -> ExpressionError {
    guard error.code == .unresolved, error.help == nil, case .operators = node else { return error }
    var error = error
    error.help = "a text is written in quotes"
    return error
  }

  /// The source as text with expressions in it, where it may be read so.
  mutating func text(
    of source: String, at offset: Int, as position: Position
  ) throws(ExpressionError) -> Operand? {
    let parts: [ExpressionText.Part]?
    if position == .value {
      parts = try ExpressionText(bytes: Array(source.utf8), offset: offset).parts
    } else {
      parts = try JoinableText.parts(of: source, at: offset)
    }
    return if let parts { .plain(.string(try render(parts))) } else { nil }
  }

  // MARK: Nodes

  mutating func evaluate(_ node: SyntaxNode, as position: Position) throws(ExpressionError) -> Operand {
    activeNodes += 1
    defer { activeNodes -= 1 }
    guard activeNodes <= Limits.activeNodes else {
      throw ExpressionError(.tooDeep, "the expression is nested too deep")
    }
    switch node {
    case .literal(let value): return .plain(value)
    case .text(let parts): return .plain(.string(try render(parts)))
    case .joined(let parts, let reading, let hasArithmetic):
      return try evaluateJoined(parts, reading: reading, hasArithmetic: hasArithmetic, as: position)
    case .embedded(let expression): return try value(of: expression)
    case .list(let elements):
      var values = [Value]()
      for element in elements { values.append(try evaluate(element, as: position).value) }
      return .plain(.list(values))
    case .map(let entries): return .plain(.map(try evaluateEntries(entries, as: position)))
    case .name(let name): return try resolve([name])
    case .access(let base, let accesses): return try evaluateAccess(base, accesses, as: position)
    case .function(let name, let arguments):
      return try call(name, try evaluateArguments(arguments, as: position))
    case .operators(let first, let rest): return try evaluateOperators(first, rest, as: position)
    case .not(let operand): return .plain(.bool(!Arithmetic.isTrue(try evaluate(operand, as: position).value)))
    case .negative(let operand): return .plain(try Arithmetic.negative(try evaluate(operand, as: position).value))
    case .empty(let operand): return .plain(.bool(Arithmetic.isEmpty(try optional(operand, as: position).value)))
    case .size(let operand): return .plain(.integer(try Methods.size(of: try optional(operand, as: position).value)))
    case .conditional(let condition, let then, let otherwise):
      return try evaluate(
        Arithmetic.isTrue(try evaluate(condition, as: position).value) ? then : otherwise, as: position)
    case .elvis(let left, let right):
      let value = try optional(left, as: position)
      return Arithmetic.isTrue(value.value) ? value : try evaluate(right, as: position)
    case .coalesce(let left, let right):
      let value = try optional(left, as: position)
      return value.value == .null ? try evaluate(right, as: position) : value
    }
  }

  /// The value where there is one, null where a name is unknown: for the operators that exist to ask just that.
  mutating func optional(_ node: SyntaxNode, as position: Position) throws(ExpressionError) -> Operand {
    do {
      return try evaluate(node, as: position)
    } catch {
      guard error.code == .unresolved || error.code == .null else { throw error }
      return .plain(.null)
    }
  }

  mutating func evaluateEntries(
    _ entries: [(key: SyntaxNode, value: SyntaxNode)], as position: Position
  ) throws(ExpressionError) -> [String: Value] {
    var map = [String: Value]()
    for entry in entries {
      let key: String?
      if case .name(let name) = entry.key {
        key = name
      } else {
        key = try evaluate(entry.key, as: position).value.rendered
      }
      guard let key else { throw ExpressionError(.null, "a key of a map is null") }
      map[key] = try evaluate(entry.value, as: position).value
    }
    return map
  }

  mutating func evaluateArguments(
    _ arguments: [SyntaxNode], as position: Position
  ) throws(ExpressionError) -> [Value] {
    var values = [Value]()
    for argument in arguments { values.append(try evaluate(argument, as: position).value) }
    return values
  }

  mutating func evaluateOperators(
    _ first: SyntaxNode, _ rest: [(symbol: BinaryOperator, operand: SyntaxNode)], as position: Position
  ) throws(ExpressionError) -> Operand {
    // `<+x> == null` asks whether there is an x.
    let asksForNull = rest.count == 1 && (rest[0].symbol == .equal || rest[0].symbol == .notEqual)
    var value =
      asksForNull && rest[0].operand.isNull
      ? try optional(first, as: position).value : try evaluate(first, as: position).value
    for (symbol, operand) in rest {
      if symbol == .or, Arithmetic.isTrue(value) {
        value = .bool(true)
      } else if symbol == .and, !Arithmetic.isTrue(value) {
        value = .bool(false)
      } else {
        let right =
          asksForNull && first.isNull
          ? try optional(operand, as: position).value : try evaluate(operand, as: position).value
        value = try Arithmetic.apply(symbol, value, right, budget)
        if case .string = value { try charge(value) }
      }
    }
    return .plain(value)
  }

  /// Joins touching texts, unless the values say that a calculation or a path was meant.
  mutating func evaluateJoined(
    _ parts: [ExpressionText.Part], reading: SyntaxNode?, hasArithmetic: Bool, as position: Position
  ) throws(ExpressionError) -> Operand {
    // In a variable's text `1-<+n>` is a text; a calculation there has spaces.
    guard let reading, !(hasArithmetic && position == .value) else { return .plain(.string(try render(parts))) }
    if hasArithmetic {
      for case .expression(let expression) in parts {
        switch try value(of: expression).value {
        case .integer, .double: continue
        default: return .plain(.string(try render(parts)))
        }
      }
    } else if case .expression(let expression)? = parts.first {
      switch try value(of: expression).value {
      case .map, .list: break
      default: return .plain(.string(try render(parts)))
      }
    }
    do {
      return try evaluate(reading, as: position)
    } catch {
      guard error.expression == nil else { throw error }
      if !hasArithmetic, position != .value, case .literal(let text)? = parts.first, text.first?.isNumber != true {
        throw error
      }
      return .plain(.string(try render(parts)))
    }
  }
}
