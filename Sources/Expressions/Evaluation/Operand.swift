import Model

/// A value during evaluation: those of pipelines, and the dates that exist only inside an expression.
enum Operand {
  case plain(Value)
  case date(CalendarDate)
  case time(CalendarTime)

  /// What leaves the expression: dates leave as text.
  var value: Value {
    switch self {
    case .plain(let value): value
    case .date(let date): .string(date.description)
    case .time(let time): .string(time.description)
    }
  }
}

extension Value {
  /// For messages, which name kinds and never quote values.
  var kindWithArticle: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .double: "a number"
    case .string: "a text"
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// The text that stands in a rendered field, written as Java writes it; nil for null.
  var rendered: String? {
    switch self {
    case .null: nil
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .double(let number): Self.javaText(number)
    case .string(let text): text
    case .list, .map: canonicalJSON
    }
  }

  /// `1.5`, `2.0`, `1.0E10`: what `Double.toString` of Java gives.
  private static func javaText(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
    let magnitude = number.magnitude
    let text = magnitude.description
    let parts = text.split(separator: "e")
    var digits = parts[0].split(separator: ".").map(String.init)
    if digits.count == 1 { digits.append("0") }
    let all = digits[0] + digits[1]
    let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + digits[0].count
    let significant = String(all.drop { $0 == "0" })
    let scale = exponent - (all.count - significant.count)
    let trimmed = String(significant.reversed().drop { $0 == "0" }.reversed())
    let sign = number < 0 ? "-" : ""
    if magnitude >= 1e-3, magnitude < 1e7 {
      if scale <= 0 { return sign + "0." + String(repeating: "0", count: -scale) + trimmed }
      let whole = trimmed.prefix(scale) + String(repeating: "0", count: max(0, scale - trimmed.count))
      let fraction = trimmed.dropFirst(scale)
      return sign + whole + "." + (fraction.isEmpty ? "0" : fraction)
    }
    let fraction = trimmed.dropFirst()
    return "\(sign)\(trimmed.prefix(1)).\(fraction.isEmpty ? "0" : fraction)E\(scale - 1)"
  }

  /// Roughly how much memory its texts take, in bytes.
  var length: Int {
    switch self {
    case .null, .bool, .integer, .double: 8
    case .string(let text): 16 + text.utf8.count
    case .list(let elements): elements.reduce(16) { $0 + $1.length }
    case .map(let entries): entries.reduce(16) { $0 + $1.key.utf8.count + $1.value.length }
    }
  }
}
