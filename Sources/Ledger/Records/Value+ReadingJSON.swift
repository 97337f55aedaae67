import Model

extension Value {
  /// Reads JSON text (RFC 8259), as the ledger's JSON columns hold it. Numbers without fraction and exponent that fit
  /// become integers. Of a key that is given twice the last counts.
  /// - Throws: ``JSONTextError``.
  init(json text: String) throws(JSONTextError) {
    var reader = JSONTextReader(bytes: Array(text.utf8))
    self = try reader.readDocument()
  }
}

/// JSON text is malformed at this byte, counted from 0.
struct JSONTextError: Error, Equatable {
  let offset: Int
}

private struct JSONTextReader {
  /// Deeper nesting than anything that is stored; protects the stack from a text that somebody else wrote.
  private static let depthLimit = 512

  let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func readDocument() throws(JSONTextError) -> Value {
    let value = try readValue()
    skipWhiteSpace()
    guard position == bytes.count else { throw malformed }
    return value
  }

  private var malformed: JSONTextError { JSONTextError(offset: position) }
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipWhiteSpace() {
    while let byte = next, " \t\n\r".utf8.contains(byte) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipWhiteSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func readValue() throws(JSONTextError) -> Value {
    skipWhiteSpace()
    switch next {
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "["): return try readList()
    case UInt8(ascii: "{"): return try readMap()
    case UInt8(ascii: "t"): return try readWord("true", .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    default: return try readNumber()
    }
  }

  private mutating func readWord(_ word: StaticString, _ value: Value) throws(JSONTextError) -> Value {
    let length = word.utf8CodeUnitCount
    let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
    guard isThere else { throw malformed }
    position += length
    return value
  }

  private mutating func readList() throws(JSONTextError) -> Value {
    try enter()
    defer { depth -= 1 }
    var elements = [Value]()
    if take("]") { return .list([]) }
    repeat { elements.append(try readValue()) } while take(",")
    guard take("]") else { throw malformed }
    return .list(elements)
  }

  private mutating func readMap() throws(JSONTextError) -> Value {
    try enter()
    defer { depth -= 1 }
    var entries = [String: Value]()
    if take("}") { return .map([:]) }
    repeat {
      skipWhiteSpace()
      guard next == UInt8(ascii: "\"") else { throw malformed }
      let key = try readString()
      guard take(":") else { throw malformed }
      entries[key] = try readValue()
    } while take(",")
    guard take("}") else { throw malformed }
    return .map(entries)
  }

  private mutating func enter() throws(JSONTextError) {
    position += 1
    depth += 1
    guard depth <= Self.depthLimit else { throw malformed }
  }

  private mutating func readNumber() throws(JSONTextError) -> Value {
    let start = position
    while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let whole = Int(text) { return .integer(whole) }
    guard let number = Double(text) else { throw malformed }
    return .double(number)
  }

  private mutating func readString() throws(JSONTextError) -> String {
    position += 1
    var text = [UInt8]()
    while true {
      guard let byte = next, byte >= 0x20 else { throw malformed }
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: Array(String(try readEscape()).utf8))
      default: text.append(byte)
      }
    }
  }

  private mutating func readEscape() throws(JSONTextError) -> Character {
    guard let byte = next else { throw malformed }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return Character(try readUnicodeEscape())
    default: throw malformed
    }
  }

  private mutating func readUnicodeEscape() throws(JSONTextError) -> Unicode.Scalar {
    let high = try readHexadecimal()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard (0xD800..<0xDC00).contains(high), bytes[position...].starts(with: "\\u".utf8) else { throw malformed }
    position += 2
    let low = try readHexadecimal()
    guard (0xDC00..<0xE000).contains(low) else { throw malformed }
    guard let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) else { throw malformed }
    return scalar
  }

  private mutating func readHexadecimal() throws(JSONTextError) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    let isHexadecimal = digits.count == 4 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    guard isHexadecimal, let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw malformed
    }
    position += 4
    return number
  }
}
