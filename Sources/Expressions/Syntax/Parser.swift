import Model

/// Reads tokens as an expression: the subset of Apache Commons JEXL 3 that pipelines use.
struct Parser {
  private let tokens: [Token]
  private var index = 0
  private var nesting = 0

  /// - Parameter offset: where the source starts in the field.
  static func parse(_ source: String, at offset: Int) throws(ExpressionError) -> SyntaxNode {
    try refuseScript(source)
    return try parse(Lexer.tokens(of: source, at: offset))
  }

  private static func parse(_ tokens: [Token]) throws(ExpressionError) -> SyntaxNode {
    var parser = Parser(tokens: tokens)
    let node = try parser.expression()
    _ = parser.take(.semicolon)
    guard case .end = parser.current.kind else { throw parser.unexpected() }
    return node
  }

  private init(tokens: [Token]) { self.tokens = tokens }

  /// JEXL has scripts too; what they look like is told apart before their first `=` is called a mistake.
  private static func refuseScript(_ source: String) throws(ExpressionError) {
    let text = source.drop { $0.isWhitespace }
    let word = text.prefix { $0.isLetter }
    let rest = text.dropFirst(word.count)
    let isScript =
      switch word {
      case "var", "let", "const", "function", "return":
        rest.first?.isWhitespace == true && rest.first { !$0.isWhitespace }.map { $0.isLetter || $0 == "_" } == true
      case "if", "for", "while": rest.first { !$0.isWhitespace } == "("
      default: false
      }
    if isScript {
      throw ExpressionError(.unsupported, "scripts ('\(word) …') are not supported, only single expressions")
    }
  }

  // MARK: Tokens

  private var current: Token { tokens[index] }

  private mutating func advance() { index = min(index + 1, tokens.count - 1) }

  private func isHere(_ symbol: Symbol) -> Bool {
    if case .symbol(symbol) = current.kind { true } else { false }
  }

  private mutating func take(_ symbol: Symbol) -> Bool {
    guard isHere(symbol) else { return false }
    advance()
    return true
  }

  private mutating func expect(_ symbol: Symbol, closing: String) throws(ExpressionError) {
    guard take(symbol) else {
      throw ExpressionError(.syntax, "'\(symbol.rawValue)' is missing after \(closing), before \(described(current))")
        .at(current.offset)
    }
  }

  private func unexpected() -> ExpressionError {
    ExpressionError(.syntax, "\(described(current)) is not expected here").at(current.offset)
  }

  private func described(_ token: Token) -> String {
    switch token.kind {
    case .name(let name): "'\(name.prefix(60))'"
    case .number: "a number"
    case .text: "a text in quotes"
    case .embedded(let expression): "'\(expression.written.prefix(60))'"
    case .joined: "a text with expressions"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .end: "the end"
    }
  }

  private mutating func nested(
    _ read: (inout Parser) throws(ExpressionError) -> SyntaxNode
  ) throws(ExpressionError) -> SyntaxNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Limits.nesting else {
      throw ExpressionError(.tooDeep, "the expression is nested in more than \(Limits.nesting) levels")
        .at(current.offset)
    }
    return try read(&self)
  }

  // MARK: Operators

  private mutating func expression() throws(ExpressionError) -> SyntaxNode {
    try nested { (parser) throws(ExpressionError) in try parser.conditional() }
  }

  private mutating func conditional() throws(ExpressionError) -> SyntaxNode {
    let condition = try operators(.or)
    if take(.question) {
      let then = try expression()
      try expect(.colon, closing: "the first choice of '?'")
      return .conditional(condition, then: then, otherwise: try expression())
    }
    if take(.elvis) { return .elvis(condition, try expression()) }
    if take(.coalesce) { return .coalesce(condition, try expression()) }
    return condition
  }

  /// From the loosest to the tightest.
  private enum Rank: Int {
    case or, and, equality, relation, sum, product

    var tighter: Rank? { Rank(rawValue: rawValue + 1) }
  }

  private mutating func operators(_ rank: Rank) throws(ExpressionError) -> SyntaxNode {
    let first = try operand(tighterThan: rank)
    var rest = [(symbol: BinaryOperator, operand: SyntaxNode)]()
    while let found = operatorHere(), found.rank == rank {
      advance()
      rest.append((found.symbol, try operand(tighterThan: rank)))
    }
    return rest.isEmpty ? first : .operators(first, rest)
  }

  private mutating func operand(tighterThan rank: Rank) throws(ExpressionError) -> SyntaxNode {
    if let tighter = rank.tighter { try operators(tighter) } else { try prefixed() }
  }

  private func operatorHere() -> (rank: Rank, symbol: BinaryOperator)? {
    switch current.kind {
    case .symbol(.or), .name("or"): (.or, .or)
    case .symbol(.and), .name("and"): (.and, .and)
    case .symbol(.equal), .name("eq"): (.equality, .equal)
    case .symbol(.notEqual), .name("ne"): (.equality, .notEqual)
    case .symbol(.less), .name("lt"): (.relation, .less)
    case .symbol(.lessOrEqual), .name("le"): (.relation, .lessOrEqual)
    case .symbol(.greater), .name("gt"): (.relation, .greater)
    case .symbol(.greaterOrEqual), .name("ge"): (.relation, .greaterOrEqual)
    case .symbol(.matches): (.relation, .matches)
    case .symbol(.notMatches): (.relation, .notMatches)
    case .symbol(.startsWith): (.relation, .startsWith)
    case .symbol(.notStartsWith): (.relation, .notStartsWith)
    case .symbol(.endsWith): (.relation, .endsWith)
    case .symbol(.notEndsWith): (.relation, .notEndsWith)
    case .symbol(.plus): (.sum, .add)
    case .symbol(.minus): (.sum, .subtract)
    case .symbol(.times): (.product, .multiply)
    case .symbol(.slash), .name("div"): (.product, .divide)
    case .symbol(.percent), .name("mod"): (.product, .remainder)
    default: nil
    }
  }

  private mutating func prefixed() throws(ExpressionError) -> SyntaxNode {
    switch current.kind {
    case .symbol(.not), .name("not"):
      advance()
      return .not(try nested { (parser) throws(ExpressionError) in try parser.prefixed() })
    case .symbol(.minus):
      advance()
      return .negative(try nested { (parser) throws(ExpressionError) in try parser.prefixed() })
    case .symbol(.plus):
      advance()
      return try nested { (parser) throws(ExpressionError) in try parser.prefixed() }
    case .name(let word) where (word == "empty" || word == "size") && startsOperand(at: index + 1):
      advance()
      let operand = try nested { (parser) throws(ExpressionError) in try parser.prefixed() }
      return word == "empty" ? .empty(operand) : .size(operand)
    default: return try access()
    }
  }

  private func startsOperand(at index: Int) -> Bool {
    guard index < tokens.count else { return false }
    return switch tokens[index].kind {
    case .name(let word): !["eq", "ne", "lt", "le", "gt", "ge", "and", "or", "div", "mod"].contains(word)
    case .number, .text, .embedded, .joined: true
    case .symbol(let symbol): symbol == .leftParenthesis || symbol == .leftBracket || symbol == .leftBrace
    case .end: false
    }
  }

  // MARK: Paths and calls

  private mutating func access() throws(ExpressionError) -> SyntaxNode {
    let base = try primary()
    var accesses = [SyntaxNode.Access]()
    while true {
      if take(.dot) {
        // `variables.["a-b"]` is seen in the wild.
        if isHere(.leftBracket) { continue }
        accesses.append(try member())
      } else if take(.leftBracket) {
        accesses.append(.index(try expression()))
        try expect(.rightBracket, closing: "an index")
      } else {
        return accesses.isEmpty ? base : .access(base, accesses)
      }
    }
  }

  private mutating func member() throws(ExpressionError) -> SyntaxNode.Access {
    let token = current
    switch token.kind {
    case .name(let name):
      advance()
      return isHere(.leftParenthesis) ? .call(name, try arguments()) : .member(name)
    case .embedded(let expression):
      advance()
      return .computedMember([.expression(expression)])
    case .joined(let joined):
      advance()
      return .computedMember(joined.parts)
    default:
      throw ExpressionError(.syntax, "a name is missing after '.', before \(described(token))").at(token.offset)
    }
  }

  private mutating func arguments() throws(ExpressionError) -> [SyntaxNode] {
    try expect(.leftParenthesis, closing: "a function's name")
    return try elements(until: .rightParenthesis, of: "the arguments")
  }

  private mutating func elements(until end: Symbol, of whole: String) throws(ExpressionError) -> [SyntaxNode] {
    var elements = [SyntaxNode]()
    if take(end) { return elements }
    repeat { elements.append(try expression()) } while take(.comma)
    try expect(end, closing: whole)
    return elements
  }

  // MARK: Values

  private mutating func primary() throws(ExpressionError) -> SyntaxNode {
    let token = current
    switch token.kind {
    case .number(let value):
      advance()
      return .literal(value)
    case .text(let parts):
      advance()
      return .text(parts)
    case .embedded(let expression):
      advance()
      return .embedded(expression)
    case .joined(let joined):
      advance()
      return .joined(joined.parts, reading: reading(of: joined), hasArithmetic: joined.hasArithmetic)
    case .name(let name):
      advance()
      return try named(name)
    case .symbol(.leftParenthesis):
      advance()
      let node = try expression()
      try expect(.rightParenthesis, closing: "what stands in parentheses")
      return node
    case .symbol(.leftBracket):
      advance()
      return .list(try elements(until: .rightBracket, of: "a list"))
    case .symbol(.leftBrace):
      advance()
      return try braces()
    case .symbol, .end: throw unexpected()
    }
  }

  private func reading(of joined: JoinedText) -> SyntaxNode? {
    guard let tokens = joined.reading else { return nil }
    do {
      return try Self.parse(tokens)
    } catch {
      // It cannot be read as an expression, so it is text.
      return nil
    }
  }

  private mutating func named(_ name: String) throws(ExpressionError) -> SyntaxNode {
    switch name {
    case "true": return .literal(true)
    case "false": return .literal(false)
    case "null": return .literal(.null)
    default: return isHere(.leftParenthesis) ? .function(name, try arguments()) : .name(name)
    }
  }

  /// `{1, 2}` is a set, `{"a": 1}` a map, `{:}` and `{}` are empty maps.
  private mutating func braces() throws(ExpressionError) -> SyntaxNode {
    if take(.rightBrace) { return .map([]) }
    if take(.colon) {
      try expect(.rightBrace, closing: "an empty map")
      return .map([])
    }
    var elements = [SyntaxNode]()
    var entries = [(key: SyntaxNode, value: SyntaxNode)]()
    repeat {
      let key = try operators(.or)
      if take(.colon) { entries.append((key, try expression())) } else { elements.append(key) }
    } while take(.comma)
    try expect(.rightBrace, closing: "a map")
    guard elements.isEmpty || entries.isEmpty else {
      throw ExpressionError(.syntax, "a map needs 'key: value' throughout").at(tokens[max(0, index - 1)].offset)
    }
    return elements.isEmpty ? .map(entries) : .list(elements)
  }
}
