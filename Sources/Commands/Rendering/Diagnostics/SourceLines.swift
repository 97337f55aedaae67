import PipelineFile

/// A file cut into lines once, so that showing many of them costs one walk over it.
struct SourceLines: Sendable {
  private let bytes: [UInt8]
  /// Where each line starts and where its text ends.
  private let ranges: [Range<Int>]

  init(_ source: SourceText) {
    bytes = source.bytes
    var ranges = [Range<Int>]()
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x0A || byte == 0x0D else {
        index += 1
        continue
      }
      ranges.append(start..<index)
      let isPair = byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
      index += isPair ? 2 : 1
      start = index
    }
    ranges.append(start..<bytes.count)
    self.ranges = ranges
  }

  /// What stands further to the right is not shown: such a line was not written by a person.
  static let lastColumn = SourceText.longestLine / 4

  /// The text of a 1-based line without its end, at most ``SourceText/longestLine`` bytes of it; nil when there is no such line.
  func line(_ number: Int) -> String? {
    guard ranges.indices.contains(number - 1) else { return nil }
    return String(decoding: bytes[ranges[number - 1]].prefix(SourceText.longestLine), as: UTF8.self)
  }
}
