import Model

/// `shell.escape`, `quote`, `doubleQuote`, `enclose`, `escapeChars`: for values that end up in a Bash script.
enum ShellFunctor {
  static let names = ["doubleQuote", "enclose", "escape", "escapeChars", "quote"]

  static func call(_ function: String, _ arguments: Arguments) throws(ExpressionError) -> Value? {
    switch function {
    case "escape":
      try arguments.expect(1)
      return .string(escaping("'`$&()|;\"", in: try arguments.text(0)))
    case "quote":
      try arguments.expect(1)
      return .string("'\(try arguments.text(0))'")
    case "doubleQuote":
      try arguments.expect(1)
      return .string("\"\(try arguments.text(0))\"")
    case "enclose":
      try arguments.expect(2)
      let mark = try arguments.text(0)
      return .string("\(mark)\(try arguments.text(1))\(mark)")
    case "escapeChars":
      try arguments.expect(2)
      return .string(escaping(try arguments.text(1), in: try arguments.text(0)))
    default: return nil
    }
  }

  private static func escaping(_ characters: String, in text: String) -> String {
    let special = Set(characters.unicodeScalars)
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if special.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }
}
