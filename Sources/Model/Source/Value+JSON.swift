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
  ///
  /// The digits are those of Swift's own description, the fewest that give the number back; only the point is put elsewhere
  /// (ECMA-262, Number::toString).
  private static func ecmaScriptNumber(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    if number == 0 { return "0" }
    let parts = number.magnitude.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    var digits = Array(mantissa.joined())
    let leadingZeros = digits.prefix { $0 == "0" }.count
    digits.removeFirst(leadingZeros)
    while digits.last == "0" { digits.removeLast() }
    /// How many of the digits stand before the point; zeros are filled in on either side.
    let point = mantissa[0].count + exponent - leadingZeros

    let text: String
    if point > 21 || point < -5 {
      let fraction = digits.count > 1 ? "." + String(digits[1...]) : ""
      text = String(digits[0]) + fraction + "e" + (point > 0 ? "+" : "") + String(point - 1)
    } else if point <= 0 {
      text = "0." + String(repeating: "0", count: -point) + String(digits)
    } else if point >= digits.count {
      text = String(digits) + String(repeating: "0", count: point - digits.count)
    } else {
      text = String(digits[..<point]) + "." + String(digits[point...])
    }
    return number < 0 ? "-" + text : text
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
