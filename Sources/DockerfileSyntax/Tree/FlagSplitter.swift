/// Takes the flags off the front of an instruction's text: the words that begin with `--`, up to a bare `--`.
struct FlagSplitter {
  let escape: EscapeToken

  /// The flags lose their quotes and escapes here, since nothing later would know them from the value's own.
  func split(_ text: String) -> (flags: [String], rest: String) {
    let scalars = Array(text.unicodeScalars)
    var flags: [String] = []
    var index = 0
    while true {
      while index < scalars.count, scalars[index].isSpace { index += 1 }
      guard index + 1 < scalars.count, scalars[index] == "-", scalars[index + 1] == "-" else {
        return (flags, String(String.UnicodeScalarView(scalars[index...])))
      }
      let flag = word(in: scalars, from: &index)
      if flag == "--" { return (flags, String(String.UnicodeScalarView(scalars[index...]))) }
      flags.append(flag)
    }
  }

  private func word(in scalars: [Unicode.Scalar], from index: inout Int) -> String {
    var word = String.UnicodeScalarView()
    var quote: Unicode.Scalar?
    while index < scalars.count {
      let scalar = scalars[index]
      if quote == nil, scalar.isSpace { break }
      index += 1
      if scalar == escape.rawValue {
        guard index < scalars.count else { break }
        word.append(scalars[index])
        index += 1
      } else if scalar == quote {
        quote = nil
      } else if quote == nil, scalar == "'" || scalar == "\"" {
        quote = scalar
      } else {
        word.append(scalar)
      }
    }
    return String(word)
  }
}
