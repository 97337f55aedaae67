import Model

/// Reads JSON after RFC 8259, strictly. Of two members with one name the last counts.
struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0
  private var nesting = 0

  /// - Throws: `invalidJSON` with the place; the text itself is not quoted, since it may be a secret.
  static func read(_ text: String) throws(ExpressionError) -> Value {
    var reader = JSONReader(bytes: Array(text.utf8))
    let value = try reader.value()
    reader.skipSpace()
    guard reader.index == reader.bytes.count else { throw reader.invalid("something follows the value") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func invalid(_ reason: String) -> ExpressionError {
    ExpressionError(.invalidJSON, "the text is not JSON: \(reason) at byte \(index)")
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func value() throws(ExpressionError) -> Value {
    skipSpace()
    guard index < bytes.count else { throw invalid("it ends too early") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", true)
    case UInt8(ascii: "f"): return try word("false", false)
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw invalid("no value starts")
    }
  }

  private mutating func word(_ word: String, _ value: Value) throws(ExpressionError) -> Value {
    guard bytes[index...].starts(with: word.utf8) else { throw invalid("no value starts") }
    index += word.utf8.count
    return value
  }

  private mutating func enter() throws(ExpressionError) {
    index += 1
    nesting += 1
    guard nesting <= Limits.jsonNesting else { throw invalid("it is nested in more than \(Limits.jsonNesting) levels") }
  }

  private mutating func object() throws(ExpressionError) -> Value {
    try enter()
    defer { nesting -= 1 }
    var entries = [String: Value]()
    skipSpace()
    if take(UInt8(ascii: "}")) { return .map(entries) }
    repeat {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw invalid("a name is missing") }
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw invalid("':' is missing") }
      entries[key] = try value()
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw invalid("'}' is missing") }
    return .map(entries)
  }

  private mutating func array() throws(ExpressionError) -> Value {
    try enter()
    defer { nesting -= 1 }
    var elements = [Value]()
    skipSpace()
    if take(UInt8(ascii: "]")) { return .list(elements) }
    repeat {
      elements.append(try value())
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw invalid("']' is missing") }
    return .list(elements)
  }

  private mutating func string() throws(ExpressionError) -> String {
    index += 1
    var result = [UInt8]()
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &result)
      case 0..<0x20: throw invalid("a control character stands in a text")
      default: result.append(byte)
      }
    }
    throw invalid("a text is not closed")
  }

  private mutating func escape(into result: inout [UInt8]) throws(ExpressionError) {
    guard index < bytes.count else { throw invalid("a text is not closed") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"):
      var units = [try unit()]
      if UTF16.isLeadSurrogate(units[0]), bytes[index...].starts(with: "\\u".utf8) {
        index += 2
        units.append(try unit())
      }
      result.append(contentsOf: Array(String(decoding: units, as: UTF16.self).utf8))
    default: throw invalid("an escape is unknown")
    }
  }

  private mutating func unit() throws(ExpressionError) -> UInt16 {
    guard index + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    else { throw invalid("'\\u' needs four hexadecimal digits") }
    index += 4
    return unit
  }

  private mutating func number() throws(ExpressionError) -> Value {
    let start = index
    func digits(_ reader: inout JSONReader) -> Int {
      let first = reader.index
      while reader.index < reader.bytes.count, (0x30...0x39).contains(reader.bytes[reader.index]) { reader.index += 1 }
      return reader.index - first
    }
    _ = take(UInt8(ascii: "-"))
    let leadsWithZero = index < bytes.count && bytes[index] == UInt8(ascii: "0")
    let whole = digits(&self)
    guard whole == 1 || (whole > 1 && !leadsWithZero) else { throw invalid("a number is malformed") }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      guard digits(&self) > 0 else { throw invalid("a number is malformed") }
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      index += 1
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      guard digits(&self) > 0 else { throw invalid("a number is malformed") }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole, let number = Int(text) { return .integer(number) }
    guard let number = Double(text), number.isFinite else { throw invalid("a number is too large") }
    return .double(number)
  }
}
