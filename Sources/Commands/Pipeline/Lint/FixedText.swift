import Model
import PipelineFile

/// A file with fixes made in it. What they do not touch stays as it is, byte for byte.
struct FixedText {
  /// One stretch of the original that has become another.
  struct Change {
    let range: Range<Int>
    let replacement: [UInt8]
  }

  let source: SourceText
  /// In the file's order; they do not overlap.
  let changes: [Change]
  let applied: Int
  /// How many were left out because others change the same place.
  let skipped: Int

  /// - Parameter fixes: with edits of this file only. Of two that overlap, the first one is made.
  init(_ source: SourceText, fixes: [DiagnosticFix]) {
    self.source = source
    var accepted = [DiagnosticFix.Edit]()
    var seen = Set<DiagnosticFix>()
    var (applied, skipped) = (0, 0)
    // A fix is made whole or not at all.
    for fix in fixes where seen.insert(fix).inserted {
      var candidates = accepted
      let isPossible = fix.edits.allSatisfy { edit in
        guard edit.range.upperBound <= source.bytes.count else { return false }
        let index = Self.index(of: edit.range.lowerBound, in: candidates)
        let meetsBefore = index > 0 && Self.meet(candidates[index - 1].range, edit.range)
        let meetsAfter = index < candidates.count && Self.meet(candidates[index].range, edit.range)
        if meetsBefore || meetsAfter { return false }
        candidates.insert(edit, at: index)
        return true
      }
      if isPossible, !fix.edits.isEmpty {
        accepted = candidates
        applied += 1
      } else {
        skipped += 1
      }
    }
    changes = accepted.map { Change(range: $0.range, replacement: Array($0.replacement.utf8)) }
    self.applied = applied
    self.skipped = skipped
  }

  /// Two insertions at one place meet, too: nobody could say which comes first.
  private static func meet(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    left.overlaps(right) || left.lowerBound == right.lowerBound
  }

  /// Where an edit belongs among those that are in the file's order.
  private static func index(of offset: Int, in edits: [DiagnosticFix.Edit]) -> Int {
    var (low, high) = (0, edits.count)
    while low < high {
      let middle = (low + high) / 2
      if edits[middle].range.lowerBound < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  var bytes: [UInt8] { Self.bytes(of: source.bytes[...], changes) }

  /// A part of the original with the changes that lie in it.
  static func bytes(of part: ArraySlice<UInt8>, _ changes: some Sequence<Change>) -> [UInt8] {
    var result = [UInt8]()
    var offset = part.startIndex
    for change in changes {
      result += part[offset..<change.range.lowerBound]
      result += change.replacement
      offset = change.range.upperBound
    }
    return result + part[offset...]
  }
}
