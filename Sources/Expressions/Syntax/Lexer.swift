import Model

/// Cuts the text of an expression into tokens.
struct Lexer {
  private let bytes: [UInt8]
  private let base: Int
  private let joins: Bool
  private var index = 0
  private var tokens = [Token]()

  /// - Parameters:
  ///   - offset: where the source starts in the field.
  ///   - joins: whether touching expressions and bare text become one token.
  static func tokens(of source: String, at offset: Int, joins: Bool = true) throws(ExpressionError) -> [Token] {
    try tokens(of: Array(source.utf8), at: offset, joins: joins)
  }

  private static func tokens(of bytes: [UInt8], at offset: Int, joins: Bool) throws(ExpressionError) -> [Token] {
    guard bytes.count <= Limits.sourceLength else {
      throw ExpressionError(.tooLarge, "the expression is longer than \(Limits.sourceLength) bytes")
    }
    var lexer = Lexer(bytes: bytes, base: offset, joins: joins)
    while try lexer.next() {}
    lexer.append(.end)
    return lexer.tokens
  }

  private init(bytes: [UInt8], base: Int, joins: Bool) {
    self.bytes = bytes
    self.base = base
    self.joins = joins
  }

  private mutating func append(_ kind: Token.Kind) {
    tokens.append(Token(kind: kind, offset: base + index))
  }

  private var isAfterDot: Bool {
    if case .symbol(.dot)? = tokens.last?.kind { true } else { false }
  }

  private mutating func next() throws(ExpressionError) -> Bool {
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    guard index < bytes.count else { return false }
    if joins, let (joined, end) = try joinedText() {
      append(.joined(joined))
      index = end
      return true
    }
    if EmbeddedExpression.starts(at: index, in: bytes) {
      let expression = try EmbeddedExpression(at: index, in: bytes, offset: base)
      append(.embedded(expression))
      index += expression.length
      return true
    }
    let byte = bytes[index]
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      try text(quote: byte)
    } else if Self.isDigit(byte), !isAfterDot {
      try number()
    } else if Self.isWord(byte) {
      let start = index
      while index < bytes.count, Self.isWord(bytes[index]) { index += 1 }
      let name = String(decoding: bytes[start..<index], as: UTF8.self)
      tokens.append(Token(kind: .name(name), offset: base + start))
    } else {
      try symbol()
    }
    return true
  }

  // MARK: Symbols

  private mutating func symbol() throws(ExpressionError) {
    // `\>` is how `>` is written in an expression.
    let start = bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.count ? index + 1 : index
    for length in [2, 1] where start + length <= bytes.count {
      // `<+` always opens an expression, so that `a <+b>` never reads as `a < +b`.
      guard let symbol = Symbol(rawValue: String(decoding: bytes[start..<start + length], as: UTF8.self)) else {
        continue
      }
      append(.symbol(symbol))
      index = start + length
      return
    }
    var character = ""
    character.unicodeScalars.append(Unicode.Scalar(bytes[index]))
    let help = bytes[index] == UInt8(ascii: "=") ? "two values are compared with '=='" : nil
    throw ExpressionError(.syntax, "'\(character)' is not understood here", help: help).at(base + index)
  }

  // MARK: Literals

  private mutating func text(quote: UInt8) throws(ExpressionError) {
    let start = index
    var parts = [ExpressionText.Part]()
    var literal = [UInt8]()
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == quote {
        index += 1
        if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
        tokens.append(Token(kind: .text(parts), offset: base + start))
        return
      }
      if EmbeddedExpression.starts(at: index, in: bytes) {
        let expression = try EmbeddedExpression(at: index, in: bytes, offset: base)
        if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
        literal = []
        parts.append(.expression(expression))
        index += expression.length
      } else if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
        escape(into: &literal, quote: quote)
      } else {
        literal.append(byte)
        index += 1
      }
    }
    throw ExpressionError(
      .syntax, "a text in quotes is not closed", help: "a '>' inside an expression is written '\\>', in quotes too"
    )
    .at(base + start)
  }

  /// JEXL knows few escapes and keeps the backslash of all others, so that `"\d+"` is a pattern as it stands.
  private mutating func escape(into literal: inout [UInt8], quote: UInt8) {
    let next = bytes[index + 1]
    index += 2
    switch next {
    case quote, UInt8(ascii: "\\"), UInt8(ascii: ">"): literal.append(next)
    case UInt8(ascii: "n"): literal.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "t"): literal.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "r"): literal.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "u"):
      if index + 4 <= bytes.count,
        let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(unit)
      {
        literal.append(contentsOf: Array(String(Character(scalar)).utf8))
        index += 4
      } else {
        literal.append(contentsOf: [UInt8(ascii: "\\"), next])
      }
    default: literal.append(contentsOf: [UInt8(ascii: "\\"), next])
    }
  }

  private mutating func number() throws(ExpressionError) {
    let start = index
    func digits(_ index: inout Int) { while index < bytes.count, Self.isDigit(bytes[index]) { index += 1 } }
    digits(&index)
    var isWhole = true
    if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "."), Self.isDigit(bytes[index + 1]) {
      isWhole = false
      index += 1
      digits(&index)
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      var end = index + 1
      if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") { end += 1 }
      if end < bytes.count, Self.isDigit(bytes[end]) {
        isWhole = false
        digits(&end)
        index = end
      }
    }
    let digitsText = String(decoding: bytes[start..<index], as: UTF8.self)
    // The suffixes of Java's number types say nothing here, where all whole numbers have 64 bits.
    if index < bytes.count, "lLhHfFdDbB".utf8.contains(bytes[index]) {
      if "fFdDbB".utf8.contains(bytes[index]) { isWhole = false }
      index += 1
    }
    if index < bytes.count, Self.isWord(bytes[index]) {
      throw ExpressionError(
        .syntax, "a name cannot start with a digit", help: "a name such as '1st' is read with [\"1st\"]"
      )
      .at(base + start)
    }
    guard let value = isWhole ? Int(digitsText).map(Value.integer) : Double(digitsText).map(Value.double) else {
      throw ExpressionError(.arithmetic, "the number \(digitsText.prefix(40)) is too large").at(base + start)
    }
    tokens.append(Token(kind: .number(value), offset: base + start))
  }

  // MARK: Touching expressions and text

  private static let wordOperators: Set<String> = [
    "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "div", "mod", "empty", "size",
  ]

  /// The longest stretch from here on without space or operator that mixes expressions with bare text.
  private func joinedText() throws(ExpressionError) -> (JoinedText, end: Int)? {
    var parts = [ExpressionText.Part]()
    var literal = [UInt8]()
    var position = index
    var hasExpression = false
    var hasArithmetic = false
    var isPlain = true
    func flush() {
      if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
      literal = []
    }
    scan: while position < bytes.count {
      if EmbeddedExpression.starts(at: position, in: bytes) {
        let expression = try EmbeddedExpression(at: position, in: bytes, offset: base)
        flush()
        parts.append(.expression(expression))
        hasExpression = true
        position += expression.length
        continue
      }
      switch bytes[position] {
      case let byte where Self.isWord(byte):
        literal.append(byte)
        position += 1
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"):
        guard position > index, isOperand(at: position + 1), !isCall(at: position) else { break scan }
        if bytes[position] != UInt8(ascii: ".") { hasArithmetic = true }
        isPlain = false
        literal.append(bytes[position])
        position += 1
      default: break scan
      }
    }
    flush()
    guard hasExpression, parts.count > 1 else { return nil }
    if case .literal(let word) = parts[0], Self.wordOperators.contains(word) { return nil }
    if hasArithmetic, isAmongArithmetic(end: position) { return nil }
    var reading: [Token]?
    if !isPlain {
      do {
        reading = try Self.tokens(of: Array(bytes[index..<position]), at: base + index, joins: false)
      } catch {
        // It cannot be read as an expression, so it is text.
        reading = nil
      }
    }
    return (JoinedText(parts: parts, reading: reading, hasArithmetic: hasArithmetic), position)
  }

  private func isOperand(at position: Int) -> Bool {
    position < bytes.count && (Self.isWord(bytes[position]) || EmbeddedExpression.starts(at: position, in: bytes))
  }

  /// Whether `.name(` starts here.
  private func isCall(at dot: Int) -> Bool {
    guard bytes[dot] == UInt8(ascii: ".") else { return false }
    var position = dot + 1
    while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
    return position > dot + 1 && position < bytes.count && bytes[position] == UInt8(ascii: "(")
  }

  /// Whether an arithmetic operator stands before or after, as in `2 * <+a>-<+b>`, which is a calculation throughout.
  private func isAmongArithmetic(end: Int) -> Bool {
    if case .symbol(let symbol)? = tokens.last?.kind, [.plus, .minus, .times, .slash, .percent].contains(symbol) {
      return true
    }
    var position = end
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    return position < bytes.count && "+-*/%".utf8.contains(bytes[position])
  }

  // MARK: Classes of characters

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "@"),
      UInt8(ascii: "#"), 0x80...:
      true
    default: false
    }
  }
}
