import Model

extension Methods {
  static let ofStrings = [
    "charAt", "compareTo", "compareToIgnoreCase", "concat", "contains", "empty", "endsWith", "equals",
    "equalsIgnoreCase", "indexOf", "isBlank", "isEmpty", "lastIndexOf", "length", "matches", "repeat", "replace",
    "replaceAll", "replaceFirst", "size", "split", "startsWith", "strip", "substring", "toLowerCase", "toString",
    "toUpperCase", "trim",
  ]

  /// The methods of Java's `String`. Positions count UTF-16 units, as there.
  static func ofString(_ name: String, _ text: String, _ arguments: Arguments) throws(ExpressionError) -> Value? {
    switch name {
    case "toLowerCase", "toUpperCase", "trim", "strip", "toString", "length", "size", "isEmpty", "empty", "isBlank":
      try arguments.expect(0)
      return plain(name, text)
    case "contains", "startsWith", "endsWith", "equals", "equalsIgnoreCase", "matches", "compareTo",
      "compareToIgnoreCase":
      return try comparison(name, text, arguments)
    case "concat", "replace", "replaceAll", "replaceFirst", "repeat": return try changed(name, text, arguments)
    case "substring", "charAt", "indexOf", "lastIndexOf": return try positioned(name, text, arguments)
    case "split":
      try arguments.expect(1...2)
      let limit = arguments.values.count > 1 ? try arguments.integer(1) : 0
      return .list(
        try RegularExpression(try arguments.text(0), arguments.budget).split(text, limit: limit).map(Value.string))
    default: return nil
    }
  }

  private static func plain(_ name: String, _ text: String) -> Value {
    switch name {
    case "toLowerCase": .string(text.lowercased())
    case "toUpperCase": .string(text.uppercased())
    // Java's `trim` takes away everything up to the space, control characters too.
    case "trim", "strip": .string(text.trimmingSpaces)
    case "length", "size": .integer(text.utf16.count)
    case "isEmpty", "empty": .bool(text.isEmpty)
    case "isBlank": .bool(text.trimmingSpaces.isEmpty)
    default: .string(text)
    }
  }

  private static func comparison(_ name: String, _ text: String, _ arguments: Arguments) throws(ExpressionError)
    -> Value
  {
    try arguments.expect(1)
    if name == "equals" || name == "equalsIgnoreCase" {
      guard case .string(let other) = arguments.values[0] else { return false }
      return .bool(
        name == "equals" ? text.hasSameBytes(as: other) : text.lowercased().hasSameBytes(as: other.lowercased()))
    }
    let other = try arguments.text(0)
    switch name {
    case "contains": return .bool(other.isEmpty || text.utf8.firstRange(of: other.utf8) != nil)
    case "startsWith": return .bool(text.utf8.starts(with: other.utf8))
    case "endsWith": return .bool(text.utf8.reversed().starts(with: other.utf8.reversed()))
    case "matches": return .bool(try RegularExpression(other, arguments.budget).matchesWhole(text))
    case "compareTo": return .integer(text.order(comparedTo: other))
    default: return .integer(text.lowercased().order(comparedTo: other.lowercased()))
    }
  }

  private static func changed(_ name: String, _ text: String, _ arguments: Arguments) throws(ExpressionError) -> Value {
    switch name {
    case "concat":
      try arguments.expect(1)
      let other = try arguments.text(0)
      guard text.utf8.count + other.utf8.count <= Limits.textLength else { throw Arithmetic.tooLong }
      return .string(text + other)
    case "repeat":
      try arguments.expect(1)
      let count = try arguments.integer(0)
      guard count >= 0 else { throw ExpressionError(.wrongArguments, "'repeat' needs a count that is not negative") }
      let (length, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
      guard !overflow, length <= Limits.textLength else { throw Arithmetic.tooLong }
      return .string(String(repeating: text, count: count))
    case "replace":
      try arguments.expect(2)
      return .string(try replacing(try arguments.text(0), with: try arguments.text(1), in: text))
    default:
      try arguments.expect(2)
      let expression = try RegularExpression(try arguments.text(0), arguments.budget)
      return .string(try expression.replacing(in: text, with: try arguments.text(1), all: name == "replaceAll"))
    }
  }

  private static func replacing(
    _ target: String, with replacement: String, in text: String
  ) throws(ExpressionError) -> String {
    if target.isEmpty {
      // Java puts the replacement before each unit and at the end.
      let units = text.unicodeScalars.map { String(Character($0)) }
      guard (units.count + 1) * (replacement.utf8.count + 4) <= Limits.textLength else { throw Arithmetic.tooLong }
      return replacement + units.map { $0 + replacement }.joined()
    }
    let bytes = Array(text.utf8)
    let wanted = Array(target.utf8)
    let ranges = bytes.ranges(of: wanted)
    let (added, overflow) = ranges.count.multipliedReportingOverflow(by: replacement.utf8.count)
    guard !overflow, bytes.count + added <= Limits.textLength else { throw Arithmetic.tooLong }
    return String(decoding: bytes.replacing(wanted, with: Array(replacement.utf8)), as: UTF8.self)
  }

  private static func positioned(_ name: String, _ text: String, _ arguments: Arguments) throws(ExpressionError)
    -> Value
  {
    let units = Array(text.utf16)
    switch name {
    case "substring":
      try arguments.expect(1...2)
      let start = try arguments.integer(0)
      let end = arguments.values.count > 1 ? try arguments.integer(1) : units.count
      guard start >= 0, start <= end, end <= units.count else {
        throw ExpressionError(
          .outOfBounds, "'substring' asks for \(start) to \(end) of a text with \(units.count) characters")
      }
      return .string(String(decoding: units[start..<end], as: UTF16.self))
    case "charAt":
      try arguments.expect(1)
      let index = try arguments.integer(0)
      guard units.indices.contains(index) else {
        throw ExpressionError(.outOfBounds, "'charAt' asks for \(index) of a text with \(units.count) characters")
      }
      return .string(String(decoding: [units[index]], as: UTF16.self))
    default:
      try arguments.expect(1...2)
      let wanted = Array(try arguments.text(0).utf16)
      let from = arguments.values.count > 1 ? try arguments.integer(1) : nil
      return .integer(
        name == "indexOf" ? index(of: wanted, in: units, from: from ?? 0) : lastIndex(of: wanted, in: units, from: from)
      )
    }
  }

  private static func index(of wanted: [UInt16], in units: [UInt16], from: Int) -> Int {
    let start = min(max(from, 0), units.count)
    if wanted.isEmpty { return start }
    return units[start...].firstRange(of: wanted)?.lowerBound ?? -1
  }

  private static func lastIndex(of wanted: [UInt16], in units: [UInt16], from: Int?) -> Int {
    let last = units.count - wanted.count
    var position = min(last, from ?? last)
    while position >= 0 {
      if units[position...].starts(with: wanted) { return position }
      position -= 1
    }
    return -1
  }
}
