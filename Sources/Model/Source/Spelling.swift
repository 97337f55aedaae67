/// Finds the name that was probably meant: the "did you mean" of every message.
package enum Spelling {
  /// The candidate nearest to `word`, if one is near enough to be a slip of the fingers.
  ///
  /// Compared without regard to case, hyphens and underscores, since `image_name` for `imageName` is the commonest slip.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let folded = fold(word)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let distance = editDistance(folded, fold(candidate))
      guard distance <= max(1, folded.count / 3) else { continue }
      if let found = best, (found.distance, found.candidate) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.candidate
  }

  /// Whether two words are the same but for case, hyphens and underscores.
  package static func differsInStyleOnly(_ left: String, _ right: String) -> Bool { fold(left) == fold(right) }

  private static func fold(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.filter { $0 != "-" && $0 != "_" }
  }

  /// Optimal string alignment: insertions, deletions, substitutions and swaps of two neighbours.
  private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast = [Int]()
    var last = Array(0...right.count)
    for i in 1...left.count {
      var current = [i] + Array(repeating: 0, count: right.count)
      for j in 1...right.count {
        let cost = left[i - 1] == right[j - 1] ? 0 : 1
        current[j] = min(last[j] + 1, current[j - 1] + 1, last[j - 1] + cost)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          current[j] = min(current[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
