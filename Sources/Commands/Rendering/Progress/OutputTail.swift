/// The last lines of a step's output.
struct OutputTail {
  /// So many lines are kept.
  static let capacity = 20
  /// More of a line no screen shows.
  private static let longestLine = 1024

  private var assembler = OutputLines()
  private var kept: [String] = []

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    // What would be pushed out again by the same bytes needs no look.
    var start = bytes.endIndex
    var lines = 0
    while start > bytes.startIndex, lines <= Self.capacity {
      start -= 1
      if bytes[start] == 0x0A { lines += 1 }
    }
    if lines > Self.capacity {
      assembler = OutputLines()
      start += 1
    }
    var fresh = [String]()
    assembler.append(bytes[start...]) { fresh.append(Self.text($0)) }
    kept = Array((kept + fresh).suffix(Self.capacity))
  }

  mutating func removeAll() {
    self = OutputTail()
  }

  /// The last lines, an unfinished one among them.
  func lines(_ count: Int) -> [String] {
    let unfinished = assembler.unfinished
    return Array((unfinished.isEmpty ? kept : kept + [Self.text(unfinished)]).suffix(min(max(0, count), Self.capacity)))
  }

  private static func text(_ line: ArraySlice<UInt8>) -> String {
    HarmlessText.inLine(String(decoding: line.prefix(longestLine), as: UTF8.self))
  }
}
