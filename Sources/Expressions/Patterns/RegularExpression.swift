/// A pattern that an author wrote for Java's `Pattern`.
///
/// Matching has a budget, since a pattern of a dozen characters can take longer than anybody waits. Like Java it works on
/// Unicode scalars, and `\d`, `\w` and `\s` mean ASCII.
struct RegularExpression {
  private let program: PatternProgram
  private let names: [String: Int]
  private let budget: MatchingBudget

  /// - Throws: `invalidRegularExpression`, also for patterns that are too long or nest too deep.
  init(_ pattern: String, _ budget: MatchingBudget) throws(ExpressionError) {
    guard pattern.utf8.count <= Limits.patternLength else {
      throw ExpressionError(
        .invalidRegularExpression, "the regular expression is longer than \(Limits.patternLength) bytes")
    }
    var reader = PatternReader(pattern)
    let node = try reader.read()
    program = try PatternProgram(node, groups: reader.groups)
    names = reader.names
    self.budget = budget
  }

  func matchesWhole(_ text: String) throws(ExpressionError) -> Bool {
    var matcher = PatternMatcher(program, Array(text.unicodeScalars), budget)
    return try matcher.matches(at: 0, isWhole: true)
  }

  func matchesSomewhere(_ text: String) throws(ExpressionError) -> Bool {
    try matches(in: Array(text.unicodeScalars), most: 1).first != nil
  }

  func firstNonEmptyMatch(in text: String) throws(ExpressionError) -> String? {
    let scalars = Array(text.unicodeScalars)
    return try matches(in: scalars) { $0.start < $0.end }.last.flatMap { match in
      match.start < match.end ? Self.text(scalars[match.start..<match.end]) : nil
    }
  }

  /// `$1`, `${name}` and `\$` in the replacement mean what they mean in Java.
  func replacing(in text: String, with replacement: String, all: Bool = true) throws(ExpressionError) -> String {
    let template = try ReplacementTemplate(replacement)
    let scalars = Array(text.unicodeScalars)
    var result = ""
    var position = 0
    for match in try matches(in: scalars, most: all ? Int.max : 1) {
      result += Self.text(scalars[position..<match.start])
      try template.append(match, of: scalars, names: names, to: &result)
      guard result.utf8.count <= Limits.textLength else { throw Arithmetic.tooLong }
      position = match.end
    }
    return result + Self.text(scalars[position...])
  }

  /// Java's `String.split`: without a limit, empty texts at the end are dropped; an empty match at the start splits nothing off.
  func split(_ text: String, limit: Int) throws(ExpressionError) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var parts = [String]()
    var position = 0
    for match in try matches(in: scalars) {
      if limit > 0, parts.count == limit - 1 { break }
      if match.end == 0 || (match.start == match.end && match.start == scalars.count) { continue }
      parts.append(Self.text(scalars[position..<match.start]))
      position = match.end
    }
    if parts.isEmpty { return [text] }
    parts.append(Self.text(scalars[position...]))
    if limit == 0 { while parts.last?.isEmpty == true { parts.removeLast() } }
    return parts
  }

  // MARK: Searching

  fileprivate struct Match {
    /// As the matcher has them: where group n starts, at 2n, and ends, at 2n + 1.
    let slots: [Int]
    var start: Int { slots[0] }
    var end: Int { slots[1] }
  }

  /// The matches from left to right, none of which overlap.
  ///
  /// - Parameter isLast: ends the search behind the first match for which it holds.
  private func matches(
    in text: [Unicode.Scalar], most: Int = Int.max, until isLast: (Match) -> Bool = { _ in false }
  ) throws(ExpressionError) -> [Match] {
    var found = [Match]()
    var matcher = PatternMatcher(program, text, budget)
    var position = 0
    while position <= text.count, found.count < most {
      guard try matcher.matches(at: position) else {
        position += 1
        continue
      }
      let match = Match(slots: matcher.slots)
      found.append(match)
      if isLast(match) { break }
      position = match.end == match.start ? match.end + 1 : match.end
    }
    return found
  }

  fileprivate static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
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

  func append(
    _ match: RegularExpression.Match, of text: [Unicode.Scalar], names: [String: Int], to result: inout String
  ) throws(ExpressionError) {
    func append(_ group: Int) {
      let (start, end) = (match.slots[group * 2], match.slots[group * 2 + 1])
      if start >= 0, end >= start { result += RegularExpression.text(text[start..<end]) }
    }
    let groups = match.slots.count / 2
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .number(let digits):
        var count = digits.count
        while count > 1, Int(digits.prefix(count)).map({ $0 < groups }) != true { count -= 1 }
        guard let group = Int(digits.prefix(count)), group < groups else {
          throw ExpressionError(.wrongArguments, "the pattern has no group \(digits.prefix(count))")
        }
        append(group)
        result += digits.dropFirst(count)
      case .name(let name):
        guard let group = names[name] else {
          throw ExpressionError(.wrongArguments, "the pattern has no group '\(name.prefix(60))'")
        }
        append(group)
      }
    }
  }
}
