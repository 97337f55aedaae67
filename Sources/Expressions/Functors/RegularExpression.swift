/// A pattern that an author wrote for Java's `Pattern`, run by Swift's own engine.
///
/// Like Java it works on Unicode scalars, and `\d`, `\w` and `\s` mean ASCII.
struct RegularExpression {
  private let regex: Regex<AnyRegexOutput>

  /// - Throws: `invalidRegularExpression`, also for patterns that nest too deep for the engine's parser.
  init(_ pattern: String) throws(ExpressionError) {
    var nesting = 0
    var deepest = 0
    for byte in pattern.utf8 {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): nesting += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): nesting -= 1
      default: break
      }
      deepest = max(deepest, nesting)
    }
    guard pattern.utf8.count <= Limits.patternLength, deepest <= Limits.patternNesting else {
      throw ExpressionError(.invalidRegularExpression, "the regular expression is too long or nested too deep")
    }
    do {
      regex = try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyDigits().asciiOnlyWordCharacters()
        .asciiOnlyWhitespace()
    } catch {
      throw ExpressionError(.invalidRegularExpression, "the regular expression is not valid: \(error)")
    }
  }

  func matchesWhole(_ text: String) throws(ExpressionError) -> Bool {
    do {
      return try regex.wholeMatch(in: text) != nil
    } catch {
      throw ExpressionError(.invalidRegularExpression, "the regular expression failed: \(error)")
    }
  }

  func matchesSomewhere(_ text: String) throws(ExpressionError) -> Bool {
    do {
      return try regex.firstMatch(in: text) != nil
    } catch {
      throw ExpressionError(.invalidRegularExpression, "the regular expression failed: \(error)")
    }
  }

  func firstNonEmptyMatch(in text: String) -> String? {
    text.matches(of: regex).first { !$0.range.isEmpty }.map { String(text[$0.range]) }
  }

  /// `$1`, `${name}` and `\$` in the replacement mean what they mean in Java.
  func replacing(in text: String, with replacement: String, all: Bool = true) throws(ExpressionError) -> String {
    let template = try ReplacementTemplate(replacement)
    let matches = text.matches(of: regex)
    var result = ""
    var position = text.startIndex
    for match in all ? matches[...] : matches.prefix(1) {
      result += text[position..<match.range.lowerBound]
      try template.append(match.output, of: text, to: &result)
      guard result.utf8.count <= Limits.textLength else { throw Arithmetic.tooLong }
      position = match.range.upperBound
    }
    result += text[position...]
    return result
  }

  /// Java's `String.split`: without a limit, empty texts at the end are dropped; an empty match at the start splits nothing off.
  func split(_ text: String, limit: Int) -> [String] {
    var parts = [String]()
    var position = text.startIndex
    for match in text.matches(of: regex) {
      if limit > 0, parts.count == limit - 1 { break }
      if match.range.isEmpty, match.range.lowerBound == text.startIndex || match.range.lowerBound == text.endIndex {
        continue
      }
      if match.range.upperBound == text.startIndex { continue }
      parts.append(String(text[position..<match.range.lowerBound]))
      position = match.range.upperBound
    }
    if parts.isEmpty { return [text] }
    parts.append(String(text[position...]))
    if limit == 0 { while parts.last?.isEmpty == true { parts.removeLast() } }
    return parts
  }
}

/// What stands in place of a match.
private struct ReplacementTemplate {
  private enum Piece {
    case text(String)
    /// The digits as written: as many of them count as there are groups for.
    case number(String)
    case name(String)
  }

  private var pieces = [Piece]()

  init(_ replacement: String) throws(ExpressionError) {
    var characters = Array(replacement.unicodeScalars)[...]
    var literal = String.UnicodeScalarView()
    func flush(_ pieces: inout [Piece]) {
      if !literal.isEmpty { pieces.append(.text(String(literal))) }
      literal = String.UnicodeScalarView()
    }
    while let scalar = characters.popFirst() {
      if scalar == "\\", let escaped = characters.popFirst() {
        literal.append(escaped)
      } else if scalar == "$" {
        flush(&pieces)
        if characters.first == "{", let end = characters.firstIndex(of: "}") {
          var name = String.UnicodeScalarView()
          name.append(contentsOf: characters[characters.startIndex + 1..<end])
          pieces.append(.name(String(name)))
          characters = characters[(end + 1)...]
        } else {
          let digits = characters.prefix { ("0"..."9").contains($0) }
          guard !digits.isEmpty else {
            throw ExpressionError(.wrongArguments, "a '$' in a replacement names a group: '$1'; '\\$' is the character")
          }
          var number = String.UnicodeScalarView()
          number.append(contentsOf: digits)
          pieces.append(.number(String(number)))
          characters = characters.dropFirst(digits.count)
        }
      } else {
        literal.append(scalar)
      }
    }
    flush(&pieces)
  }

  func append(_ match: AnyRegexOutput, of text: String, to result: inout String) throws(ExpressionError) {
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .number(let digits):
        var count = digits.count
        while count > 1, Int(digits.prefix(count)).map({ $0 < match.count }) != true { count -= 1 }
        guard let group = Int(digits.prefix(count)), group < match.count else {
          throw ExpressionError(.wrongArguments, "the pattern has no group \(digits.prefix(count))")
        }
        result += match[group].substring ?? ""
        result += digits.dropFirst(count)
      case .name(let name):
        guard let group = match.first(where: { $0.name == name }) else {
          throw ExpressionError(.wrongArguments, "the pattern has no group '\(name)'")
        }
        result += group.substring ?? ""
      }
    }
  }
}
