extension Unicode.Scalar {
  /// The Unicode `White_Space` property, which is what the reference builder calls a space.
  var isSpace: Bool {
    value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
  }

  /// What separates the words of a line: everything blank that ASCII has but the newline, which ends the line.
  var separatesWords: Bool {
    self == " " || self == "\t" || self == "\u{0B}" || self == "\u{0C}" || self == "\r"
  }

  /// A letter or digit of any script or the underscore: what a variable's name consists of.
  var continuesName: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
    default: self == "_"
    }
  }

  var isDecimalDigit: Bool { properties.generalCategory == .decimalNumber }
}

extension StringProtocol {
  var trimmed: String {
    let scalars = trimmedStart.unicodeScalars
    guard let last = scalars.lastIndex(where: { !$0.isSpace }) else { return "" }
    return String(scalars[...last])
  }

  var trimmedStart: String {
    String(String.UnicodeScalarView(unicodeScalars.drop(while: \.isSpace)))
  }

  /// The parts before and after the first `separator`, which belongs to neither; nil where there is none.
  func cut(at separator: Unicode.Scalar) -> (before: String, after: String)? {
    let scalars = String(self).unicodeScalars
    guard let index = scalars.firstIndex(of: separator) else { return nil }
    return (String(scalars[..<index]), String(scalars[scalars.index(after: index)...]))
  }

  /// Split at every run of separating blanks; a leading run gives an empty first word.
  func splitIntoWords(atMost limit: Int = .max) -> [String] {
    var words: [String] = []
    var rest = String(self).unicodeScalars[...]
    while words.count + 1 < limit, let start = rest.firstIndex(where: \.separatesWords) {
      words.append(String(rest[..<start]))
      rest = rest[start...].drop(while: \.separatesWords)
    }
    words.append(String(rest))
    return words
  }
}
