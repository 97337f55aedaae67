import Model

/// Finds where a byte of a scalar's text stands in the file.
///
/// Reading a scalar changes only white space (indentation, folded lines) and what quoted styles escape. So the n-th character
/// that is no white space is the n-th one in both, once escapes are read as what they stand for.
struct ScalarPlaces {
  private let source: SourceText
  private let scalar: Node.Scalar

  init(_ scalar: Node.Scalar, in source: SourceText) {
    self.scalar = scalar
    self.source = source
  }

  /// - Parameter range: in UTF-8 bytes of the scalar's text.
  func span(of range: Range<Int>) -> SourceSpan {
    let text = Array(scalar.text.utf8)
    let start = min(max(0, range.lowerBound), text.count)
    let end = min(max(start, range.upperBound), text.count)
    // Ends stand behind the last character, so that a line end after it does not count.
    let places = offsets(of: [ordinal(of: start, in: text), max(0, ordinal(of: end, in: text) - 1)], in: text)
    guard let first = places[0] ?? places[1].map({ $0.upperBound..<$0.upperBound }) else { return scalar.span }
    let last = start == end ? first : places[1] ?? first
    let upper = start == end ? first.lowerBound + 1 : max(first.upperBound, last.upperBound)
    return source.span(
      from: first.lowerBound, to: min(upper, source.bytes.count), behind: scalar.span.start)
  }

  /// How many characters that are no white space stand before a byte.
  private func ordinal(of offset: Int, in text: [UInt8]) -> Int {
    text[..<offset].reduce(0) { $0 + (Self.counts($1) ? 1 : 0) }
  }

  private static func counts(_ byte: UInt8) -> Bool { !isSpace(byte) && byte & 0xC0 != 0x80 }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  /// The places in the file of the characters with these numbers, in one walk; nil behind the last one.
  private func offsets(of ordinals: [Int], in text: [UInt8]) -> [Range<Int>?] {
    var found: [Range<Int>?] = ordinals.map { _ in nil }
    var ordinal = 0
    var index = contentStart
    let end = min(scalar.span.end.offset, source.bytes.count)
    while index < end {
      let (length, count) = unit(at: index)
      for (position, wanted) in ordinals.enumerated() where count > 0 && (ordinal..<ordinal + count).contains(wanted) {
        found[position] = index..<(index + length)
      }
      ordinal += count
      index += length
    }
    return found
  }

  /// How long the character here is in the file, escapes included, and whether it counts.
  private func unit(at index: Int) -> (length: Int, count: Int) {
    let bytes = source.bytes
    let byte = bytes[index]
    var length = 1
    while index + length < bytes.count, bytes[index + length] & 0xC0 == 0x80 { length += 1 }
    guard !Self.isSpace(byte) else { return (length, 0) }
    switch scalar.style {
    case .singleQuoted where byte == UInt8(ascii: "'"):
      // Two are one; a single one ends the scalar.
      return index + 1 < bytes.count && bytes[index + 1] == byte ? (2, 1) : (1, 0)
    case .doubleQuoted where byte == UInt8(ascii: "\""): return (1, 0)
    case .doubleQuoted where byte == UInt8(ascii: "\\") && index + 1 < bytes.count: return escape(at: index)
    default: return (length, 1)
    }
  }

  private func escape(at index: Int) -> (length: Int, count: Int) {
    let digits: Int
    switch source.bytes[index + 1] {
    case UInt8(ascii: "x"): digits = 2
    case UInt8(ascii: "u"): digits = 4
    case UInt8(ascii: "U"): digits = 8
    // A line end, and what stands for white space.
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r"), 0x20, 0x09, 0x0A, 0x0D: return (2, 0)
    default: return (2, 1)
    }
    let end = min(index + 2 + digits, source.bytes.count)
    let value = UInt32(String(decoding: source.bytes[index + 2..<end], as: UTF8.self), radix: 16) ?? 0
    return (end - index, value < 0x80 && Self.isSpace(UInt8(value)) ? 0 : 1)
  }

  /// Behind an anchor, a tag, an opening quote, and the first line of a block.
  private var contentStart: Int {
    let bytes = source.bytes
    let end = min(scalar.span.end.offset, bytes.count)
    var index = scalar.span.start.offset
    while index < end, bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "!") {
      while index < end, !Self.isSpace(bytes[index]) { index += 1 }
      while index < end, Self.isSpace(bytes[index]) { index += 1 }
    }
    switch scalar.style {
    case .literal, .folded:
      while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
    case .singleQuoted, .doubleQuoted:
      // `!!str 1` counts as quoted and has no quotes.
      if index < end, bytes[index] == UInt8(ascii: "'") || bytes[index] == UInt8(ascii: "\"") { index += 1 }
    case .plain: break
    }
    return index
  }
}
