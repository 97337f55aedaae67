/// Joins the pieces of a step's output to whole lines.
///
/// A carriage return begins the line anew, as on a terminal: of a progress bar the last state is left.
struct OutputLines {
  /// Longer lines are cut in several, so that output without line ends does not fill the memory.
  static let longestLine = 16 << 10

  private var partial: [UInt8] = []

  /// - Parameter line: gets each line that is complete now, without its end.
  mutating func append(_ bytes: ArraySlice<UInt8>, line: (ArraySlice<UInt8>) -> Void) {
    var rest = bytes
    while let end = rest.firstIndex(of: 0x0A) {
      if partial.isEmpty {
        Self.emit(rest[..<end], line: line)
      } else {
        partial += rest[..<end]
        Self.emit(partial[...], line: line)
        partial.removeAll(keepingCapacity: true)
      }
      rest = rest[(end + 1)...]
    }
    partial += rest
    while partial.count > Self.longestLine {
      let end = Self.characterBoundary(in: partial[...], before: Self.longestLine)
      Self.emit(partial[..<end], line: line)
      partial.removeFirst(end)
    }
  }

  /// Passes on what came after the last line end.
  mutating func finish(line: (ArraySlice<UInt8>) -> Void) {
    guard !partial.isEmpty else { return }
    Self.emit(partial[...], line: line)
    partial.removeAll()
  }

  /// The line that is being written at the moment.
  var unfinished: ArraySlice<UInt8> { Self.visible(partial[...]) }

  private static func emit(_ bytes: ArraySlice<UInt8>, line: (ArraySlice<UInt8>) -> Void) {
    var rest = bytes
    while rest.count > longestLine {
      let end = characterBoundary(in: rest, before: rest.startIndex + longestLine)
      line(visible(rest[..<end]))
      rest = rest[end...]
    }
    line(visible(rest))
  }

  private static func visible(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    while line.last == 0x0D { line.removeLast() }
    guard let start = line.lastIndex(of: 0x0D) else { return line }
    return line[(start + 1)...]
  }

  /// The last index up to `limit` that does not cut a UTF-8 sequence.
  private static func characterBoundary(in bytes: ArraySlice<UInt8>, before limit: Int) -> Int {
    for index in stride(from: limit, to: limit - 4, by: -1) where bytes[index] & 0xC0 != 0x80 { return index }
    return limit
  }
}
