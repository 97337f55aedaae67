import Model

/// Finds where a part of a string field stands in the file: strings may be quoted, or be blocks of many lines.
struct TextPlace {
  private let text: Text
  private let source: SourceText?

  init(_ text: Text, sources: [String: SourceText]) {
    self.text = text
    source = text.span.flatMap { sources[$0.file] }
  }

  /// - Parameter range: in UTF-8 bytes of the text.
  /// - Returns: the whole text's place when the part is written another way in the file, as with escapes; nil without a place.
  func span(of range: Range<Int>) -> SourceSpan? {
    guard let whole = text.span else { return nil }
    guard let source, whole.end.offset <= source.bytes.count, whole.start.offset < whole.end.offset else {
      return whole
    }
    let bytes = Array(text.raw.utf8)
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, !range.isEmpty else { return whole }
    let part = bytes[range]
    // The n-th time that the part occurs in the text is the n-th time that it occurs in the file's form of it.
    let number = Self.starts(of: part, in: bytes[..<range.lowerBound]).count
    let written = source.bytes[whole.start.offset..<whole.end.offset]
    let found = Self.starts(of: part, in: written)
    guard found.indices.contains(number) else { return whole }
    let start = Self.position(from: whole.start, to: found[number], in: source.bytes)
    let end = Self.position(from: start, to: found[number] + part.count, in: source.bytes)
    return SourceSpan(file: whole.file, start: start, end: end)
  }

  /// Occurrences that do not overlap.
  private static func starts(of part: ArraySlice<UInt8>, in bytes: ArraySlice<UInt8>) -> [Int] {
    guard let first = part.first else { return [] }
    var found = [Int]()
    var index = bytes.startIndex
    while index + part.count <= bytes.endIndex {
      if bytes[index] == first, bytes[index..<(index + part.count)].elementsEqual(part) {
        found.append(index)
        index += part.count
      } else {
        index += 1
      }
    }
    return found
  }

  private static func position(from start: SourcePosition, to offset: Int, in bytes: [UInt8]) -> SourcePosition {
    var (line, column, index) = (start.line, start.column, start.offset)
    while index < offset {
      let byte = bytes[index]
      index += 1
      if byte == 0x0A || byte == 0x0D && !(index < bytes.count && bytes[index] == 0x0A) {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80, byte != 0x0D {
        column += 1
      }
    }
    return SourcePosition(line: line, column: column, offset: offset)
  }
}
