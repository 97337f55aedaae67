extension Value {
  /// Canonical JSON after RFC 8785: no white space, keys sorted by UTF-16 code unit, the shortest escapes.
  ///
  /// The same value always gives the same bytes, so that a digest over them means something.
  package var canonicalJSON: String {
    var text = ""
    appendCanonicalJSON(to: &text)
    return text
  }

  private func appendCanonicalJSON(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .double(let number): text += Self.ecmaScriptNumber(number)
    case .string(let string): Self.appendQuoted(string, to: &text)
    case .list(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        element.appendCanonicalJSON(to: &text)
      }
      text += "]"
    case .map(let entries):
      text += "{"
      let sorted = entries.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      for (index, entry) in sorted.enumerated() {
        if index > 0 { text += "," }
        Self.appendQuoted(entry.key, to: &text)
        text += ":"
        entry.value.appendCanonicalJSON(to: &text)
      }
      text += "}"
    }
  }

  /// RFC 8785 §3.2.2.3 writes numbers as ECMAScript does; JSON has no NaN and no infinities, so those become `null`.
  private static func ecmaScriptNumber(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    if number == 0 { return "0" }
    if number.magnitude < 1e21, number == number.rounded(), let whole = Int(exactly: number) { return String(whole) }
    let swift = number.description
    guard let e = swift.firstIndex(of: "e") else { return swift }
    let mantissa = swift[..<e].hasSuffix(".0") ? swift[..<e].dropLast(2) : swift[..<e]
    // Swift writes two digits at the least, ECMAScript none too many.
    let exponent = swift[swift.index(after: e)...]
    let digits = exponent.drop { $0 == "+" || $0 == "-" || $0 == "0" }
    return mantissa + "e" + (exponent.hasPrefix("-") ? "-" : "+") + digits
  }

  private static func appendQuoted(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{08}": text += "\\b"
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\u{0C}": text += "\\f"
      case "\r": text += "\\r"
      case "\u{00}"..."\u{1F}":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
