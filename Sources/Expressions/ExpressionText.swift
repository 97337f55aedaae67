/// A field's text, cut into what stands for itself and the outermost `<+…>` in it.
package struct ExpressionText: Hashable, Sendable {
  /// A stretch of the text.
  package enum Part: Hashable, Sendable {
    case literal(String)
    case expression(EmbeddedExpression)
  }

  /// In the order of the text. Two literals are never neighbours and none is empty.
  package let parts: [Part]

  /// - Throws: `unclosed` where a `<+` has no `>`, `tooDeep` where expressions are nested in more than 15 levels.
  package init(_ text: String) throws(ExpressionError) {
    try self.init(bytes: Array(text.utf8), offset: 0)
  }

  /// - Parameter offset: where the bytes start in the field.
  init(bytes: [UInt8], offset: Int) throws(ExpressionError) {
    var parts = [Part]()
    var literalStart = 0
    var count = 0
    var index = 0
    while index < bytes.count {
      guard EmbeddedExpression.starts(at: index, in: bytes) else {
        index += 1
        continue
      }
      if literalStart < index { parts.append(.literal(String(decoding: bytes[literalStart..<index], as: UTF8.self))) }
      let expression = try EmbeddedExpression(at: index, in: bytes, offset: offset)
      count += 1
      guard count <= Limits.evaluations else {
        throw ExpressionError(.tooLarge, "the text has more than \(Limits.evaluations) expressions").at(offset + index)
      }
      parts.append(.expression(expression))
      index += expression.length
      literalStart = index
    }
    if literalStart < bytes.count {
      parts.append(.literal(String(decoding: bytes[literalStart...], as: UTF8.self)))
    }
    self.parts = parts
  }

  package var hasExpressions: Bool {
    parts.contains { if case .expression = $0 { true } else { false } }
  }

  /// The expression, where the field is that and nothing else: such a field keeps its value's type.
  package var singleExpression: EmbeddedExpression? {
    if parts.count == 1, case .expression(let expression) = parts[0] { expression } else { nil }
  }

  package var isSingleExpression: Bool { singleExpression != nil }

  package var expressions: [EmbeddedExpression] {
    parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
  }
}

extension ExpressionText {
  /// Whether a text holds a `<+` with its `>`. Never fails, so that a text with an open `<+` counts as having none.
  package static func hasExpressions(_ text: String) -> Bool {
    guard mayHaveExpressions(text) else { return false }
    do {
      return try ExpressionText(text).hasExpressions
    } catch {
      return error.code == .tooDeep || error.code == .tooLarge
    }
  }

  static func mayHaveExpressions(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if previous == UInt8(ascii: "<"), byte == UInt8(ascii: "+") { return true }
      previous = byte
    }
    return false
  }
}
