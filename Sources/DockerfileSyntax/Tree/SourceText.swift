import Model

/// A Dockerfile's text, cut into lines that know where they stand in the file.
struct SourceText {
  struct Line {
    /// With its line ending, as heredocs keep it.
    let raw: String
    /// Without its line ending.
    let content: String
    /// In UTF-8 bytes from the start of the file.
    let offset: Int

    var isTooLong: Bool {
      raw.utf8.count - (raw.utf8.last == UInt8(ascii: "\n") ? 1 : 0) > SourceText.maximumLineLength
    }
  }

  /// In bytes; the reference builder refuses longer lines.
  static let maximumLineLength = 65_535

  let file: String
  let lines: [Line]

  init(_ text: String, file: String) {
    self.file = file
    var lines: [Line] = []
    var text = text[...]
    var offset = 0
    if text.unicodeScalars.first == "\u{FEFF}" {
      text.unicodeScalars.removeFirst()
      offset = 3
    }
    let bytes = text.utf8
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      let end = newline.map { bytes.index(after: $0) } ?? bytes.endIndex
      let raw = String(Substring(bytes[start..<end]))
      lines.append(Line(raw: raw, content: Self.withoutLineEnding(raw), offset: offset))
      offset += raw.utf8.count
      start = end
    }
    self.lines = lines
  }

  private static func withoutLineEnding(_ raw: String) -> String {
    let scalars = raw.unicodeScalars
    guard let last = scalars.lastIndex(where: { $0 != "\n" && $0 != "\r" }) else { return "" }
    return String(scalars[...last])
  }

  /// From the first character of line `first` that is not blank to the end of line `last`; both 1-based.
  func span(from first: Int, through last: Int) -> SourceSpan {
    guard lines.indices.contains(first - 1), lines.indices.contains(last - 1) else {
      return SourceSpan(file: file, line: max(first, 1))
    }
    let indent = lines[first - 1].content.unicodeScalars.prefix { $0.isSpace }
    return SourceSpan(
      file: file,
      start: position(line: first, column: indent.count + 1, byte: String(indent).utf8.count),
      end: position(
        line: last, column: lines[last - 1].content.unicodeScalars.count + 1, byte: lines[last - 1].content.utf8.count))
  }

  /// Where `needle` stands in the lines, so that a diagnostic can underline it; nil if it was pieced together from several.
  func span(of needle: String, from first: Int, through last: Int) -> SourceSpan? {
    guard !needle.isEmpty, first <= last else { return nil }
    let wanted = Array(needle.unicodeScalars)
    for number in first...last where lines.indices.contains(number - 1) {
      let scalars = Array(lines[number - 1].content.unicodeScalars)
      guard scalars.count >= wanted.count else { continue }
      for start in 0...(scalars.count - wanted.count)
      where scalars[start..<(start + wanted.count)].elementsEqual(wanted) {
        let before = scalars[..<start].reduce(0) { $0 + UTF8.width($1) }
        return SourceSpan(
          file: file,
          start: position(line: number, column: start + 1, byte: before),
          end: position(line: number, column: start + 1 + wanted.count, byte: before + needle.utf8.count))
      }
    }
    return nil
  }

  private func position(line: Int, column: Int, byte: Int) -> SourcePosition {
    SourcePosition(line: line, column: column, offset: lines[line - 1].offset + byte)
  }
}
