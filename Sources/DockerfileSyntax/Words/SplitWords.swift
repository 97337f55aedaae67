/// Collects scalars into words: blanks that nothing protects end one.
struct SplitWords {
  private var finished: [String] = []
  private var word = String.UnicodeScalarView()

  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isSpace { finish() } else { word.append(scalar) }
  }

  mutating func append(_ text: String) {
    for scalar in text.unicodeScalars { append(scalar) }
  }

  mutating func appendProtected(_ text: String) {
    word.append(contentsOf: text.unicodeScalars)
  }

  /// What was collected so far; an empty word counts for none, even if it was quoted.
  mutating func take() -> [String] {
    finish()
    return finished
  }

  private mutating func finish() {
    if !word.isEmpty { finished.append(String(word)) }
    word = String.UnicodeScalarView()
  }
}
