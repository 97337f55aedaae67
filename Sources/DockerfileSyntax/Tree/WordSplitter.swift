/// Splits at blanks outside quotes; quotes and escapes stay in the words, since expansion takes them off later.
struct WordSplitter {
  let escape: EscapeToken

  func words(of text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var wasQuoted = false
    var quote: Unicode.Scalar?
    var index = 0

    func finish() {
      if wasQuoted || !word.isEmpty { words.append(String(word)) }
      word = String.UnicodeScalarView()
      wasQuoted = false
    }

    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if quote == nil, scalar.isSpace {
        finish()
        continue
      }
      if scalar == escape.rawValue, quote != "'" {
        // An escape token at the very end is dropped; elsewhere it protects what follows, a quote included.
        guard index < scalars.count else { break }
        word.append(scalar)
        word.append(scalars[index])
        index += 1
        continue
      }
      if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
        wasQuoted = true
      }
      word.append(scalar)
    }
    finish()
    return words
  }
}
