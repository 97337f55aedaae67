import Model

/// Turns libyaml's marks, which count Unicode scalars, into positions with line, column and byte offset.
///
/// It remembers where it was: marks come nearly in order, so that a whole file costs one walk over its bytes. libyaml's own
/// lines are not used, since it also counts U+0085, U+2028 and U+2029 as line ends, which no editor does.
struct PositionCursor {
  /// Scalars before the cursor, without a byte order mark.
  private var index = 0
  private var offset = 0
  /// Where the text begins: behind the byte order mark, if there is one.
  private var start = 0
  private var line = 1
  private var column = 1

  init() {}

  /// A cursor at a place that is known; it finds only places by their bytes from there.
  init(at position: SourcePosition) {
    offset = position.offset
    line = position.line
    column = position.column
  }

  /// The place before the scalar number `target`, counted from 0, a byte order mark not counted.
  mutating func position(ofScalar target: Int, in bytes: UnsafeBufferPointer<UInt8>) -> SourcePosition {
    skipByteOrderMark(in: bytes)
    while index < target, offset < bytes.count { advance(in: bytes) }
    while index > target, offset > start { retreat(in: bytes) }
    return SourcePosition(line: line, column: column, offset: offset)
  }

  /// The place of the byte at `target`.
  mutating func position(atOffset target: Int, in bytes: UnsafeBufferPointer<UInt8>) -> SourcePosition {
    skipByteOrderMark(in: bytes)
    while offset < target, offset < bytes.count { advance(in: bytes) }
    while offset > target, offset > start { retreat(in: bytes) }
    return SourcePosition(line: line, column: column, offset: offset)
  }

  private mutating func skipByteOrderMark(in bytes: UnsafeBufferPointer<UInt8>) {
    if offset == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      offset = 3
      start = 3
    }
  }

  private mutating func advance(in bytes: UnsafeBufferPointer<UInt8>) {
    let byte = bytes[offset]
    offset += 1
    index += 1
    // Only a leading byte has others behind it: in what is no UTF-8 they may stand anywhere.
    if byte >= 0xC0 { while offset < bytes.count, Self.isContinuation(bytes[offset]) { offset += 1 } }
    let endsLine = byte == 0x0A || (byte == 0x0D && !(offset < bytes.count && bytes[offset] == 0x0A))
    if endsLine {
      line += 1
      column = 1
    } else {
      column += 1
    }
  }

  private mutating func retreat(in bytes: UnsafeBufferPointer<UInt8>) {
    offset -= 1
    var lead = offset
    while lead > 0, Self.isContinuation(bytes[lead]) { lead -= 1 }
    if bytes[lead] >= 0xC0 { offset = lead }
    index -= 1
    let byte = bytes[offset]
    let endsLine = byte == 0x0A || (byte == 0x0D && !(offset + 1 < bytes.count && bytes[offset + 1] == 0x0A))
    if endsLine {
      line -= 1
      column = Self.column(of: offset, in: bytes)
    } else {
      column -= 1
    }
  }

  private static func column(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var column = 1
    var index = offset - 1
    while index >= 0, bytes[index] != 0x0A, bytes[index] != 0x0D || index == offset - 1 && bytes[offset] == 0x0A {
      if !isContinuation(bytes[index]) { column += 1 }
      index -= 1
    }
    return column
  }

  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
