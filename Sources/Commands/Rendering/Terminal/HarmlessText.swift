/// Text by others, fit for a terminal: nothing in it can move the cursor, change colours, set titles or turn the direction
/// of writing.
enum HarmlessText {
  /// Appends `bytes` with control characters made visible (`^[` for ESC), apart from line feeds and tabs.
  ///
  /// Bytes beyond ASCII stay as they are, so that characters may be split between two calls.
  static func append(_ bytes: some Sequence<UInt8>, to result: inout [UInt8]) {
    for byte in bytes {
      switch byte {
      case 0x0A, 0x09, 0x20..<0x7F, 0x80...: result.append(byte)
      default: result += [UInt8(ascii: "^"), byte ^ 0x40]
      }
    }
  }

  /// Appends one whole line. What is no UTF-8 comes out as U+FFFD.
  static func append(line: some Collection<UInt8>, to result: inout [UInt8]) {
    if line.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x09 }) {
      result += line
    } else {
      result += harmless(String(decoding: line, as: UTF8.self), tab: "\t").utf8
    }
  }

  /// The text as a part of one line: line ends and tabs are spaces.
  static func inLine(_ text: some StringProtocol) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(text) }
    return harmless(text, tab: " ")
  }

  /// The first line of a text.
  static func firstLine(_ text: String) -> String {
    inLine(text.prefix { !$0.isNewline })
  }

  private static func harmless(_ text: some StringProtocol, tab: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09: result += tab
      case 0x0A, 0x0D, 0x2028, 0x2029: result += " "
      default: result += visible(scalar) ?? String(scalar)
      }
    }
    return result
  }

  /// How a scalar is written that would otherwise command the terminal; nil for all others.
  static func visible(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0..<0x20, 0x7F: "^" + String(UnicodeScalar(UInt8(scalar.value) ^ 0x40))
    // C1 controls, and what embeds, overrides or isolates a direction of writing.
    case 0x80..<0xA0, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
      "<U+" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
        + String(scalar.value, radix: 16, uppercase: true) + ">"
    default: nil
    }
  }
}
