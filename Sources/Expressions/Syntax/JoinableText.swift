/// Decides when the inside of an expression that cannot be read as JEXL is text with expressions in it: `<+hello <+name>>`.
enum JoinableText {
  /// The parts, where each expression's nearest neighbour is text rather than an operator; nil otherwise.
  ///
  /// Harness looks at the same characters, so that what is joined there is joined here.
  static func parts(of source: String, at offset: Int) throws(ExpressionError) -> [ExpressionText.Part]? {
    let text = try ExpressionText(bytes: Array(source.utf8), offset: offset)
    guard text.hasExpressions, !text.isSingleExpression else { return nil }
    for (index, part) in text.parts.enumerated() {
      guard case .expression = part else { continue }
      guard isJoined(at: index, in: text.parts) else { return nil }
    }
    return text.parts.map(unescaped)
  }

  /// Inside an expression `\>` is how `>` is written.
  static func unescaped(_ part: ExpressionText.Part) -> ExpressionText.Part {
    guard case .literal(let text) = part, text.utf8.contains(UInt8(ascii: "\\")) else { return part }
    return .literal(
      String(decoding: Array(text.utf8).replacing([UInt8]("\\>".utf8), with: [UInt8(ascii: ">")]), as: UTF8.self))
  }

  private enum Neighbour { case text, symbol, none }

  private static func isJoined(at index: Int, in parts: [ExpressionText.Part]) -> Bool {
    if index + 1 < parts.count, case .literal(let text) = parts[index + 1], startsWithCall(text) { return false }
    switch neighbour(parts[..<index].reversed(), stop: UInt8(ascii: "("), bytes: { Array($0.utf8.reversed()) }) {
    case .text: return true
    case .symbol: return false
    case .none: break
    }
    return neighbour(Array(parts[(index + 1)...]), stop: UInt8(ascii: ")"), bytes: { Array($0.utf8) }) == .text
  }

  /// What comes nearest, apart from space and parentheses. Another expression counts as text.
  private static func neighbour(
    _ parts: [ExpressionText.Part], stop: UInt8, bytes: (String) -> [UInt8]
  ) -> Neighbour {
    for part in parts {
      guard case .literal(let text) = part else { return .text }
      for byte in bytes(text) {
        if byte == stop { return .none }
        if "+=?:&|".utf8.contains(byte) { return .symbol }
        if !" ();\r\n\t".utf8.contains(byte) { return .text }
      }
    }
    return .none
  }

  private static func startsWithCall(_ text: String) -> Bool {
    guard text.hasPrefix("."), let open = text.utf8.firstIndex(of: UInt8(ascii: "(")) else { return false }
    return text[..<open].dropFirst().allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}
