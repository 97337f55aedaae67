import PipelineFile

/// What fixes change, as `patch` reads it.
struct UnifiedDiff {
  private static let context = 3

  let lines: [StyledLine]

  init(_ fixed: FixedText) {
    guard !fixed.changes.isEmpty else {
      lines = []
      return
    }
    let bytes = fixed.source.bytes
    let starts = Self.lineStarts(bytes)
    let name = HarmlessText.inLine(fixed.source.file)
    var lines = [StyledLine("--- \(name)", .bold), StyledLine("+++ \(name)", .bold)]
    var shift = 0
    var rest = fixed.changes[...]
    while let first = rest.first {
      var hunk = [first]
      rest = rest.dropFirst()
      var last = Self.line(of: first.range.upperBound, starts)
      while let next = rest.first, Self.line(of: next.range.lowerBound, starts) <= last + 2 * Self.context {
        hunk.append(next)
        last = Self.line(of: next.range.upperBound, starts)
        rest = rest.dropFirst()
      }
      let start = max(0, Self.line(of: first.range.lowerBound, starts) - Self.context)
      let end = min(starts.count, last + 1 + Self.context)
      let range = starts[start]..<(end < starts.count ? starts[end] : bytes.count)
      let old = Self.split(Array(bytes[range]))
      let new = Self.split(FixedText.bytes(of: bytes[range], hunk))
      lines.append(StyledLine("@@ -\(start + 1),\(old.count) +\(start + 1 + shift),\(new.count) @@", .cyan))
      lines += Self.compare(old, new)
      shift += new.count - old.count
    }
    self.lines = lines
  }

  private static func compare(_ old: [String], _ new: [String]) -> [StyledLine] {
    let difference = new.difference(from: old)
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines = [StyledLine]()
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, removed.contains(i) {
        lines.append(StyledLine("-" + HarmlessText.inLine(old[i]), .red))
        i += 1
      } else if j < new.count, inserted.contains(j) {
        lines.append(StyledLine("+" + HarmlessText.inLine(new[j]), .green))
        j += 1
      } else {
        if i < old.count { lines.append(StyledLine(" " + HarmlessText.inLine(old[i]))) }
        i += 1
        j += 1
      }
    }
    return lines
  }

  private static func lineStarts(_ bytes: [UInt8]) -> [Int] {
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A && index + 1 < bytes.count { starts.append(index + 1) }
    return starts
  }

  private static func line(of offset: Int, _ starts: [Int]) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  private static func split(_ bytes: [UInt8]) -> [String] {
    var parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }
}
