/// A regular expression as it was written.
indirect enum PatternNode {
  case empty
  /// One character out of a set.
  case one(ScalarSet)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  case group(Int, PatternNode)
  case repeated(PatternNode, min: Int, max: Int?, Greed)
  case atomic(PatternNode)
  case look(PatternNode, isAhead: Bool, isNegative: Bool)
  case backReference(Int, ignoresCase: Bool)
  case boundary(Boundary)

  enum Greed { case greedy, lazy, possessive }

  enum Boundary {
    case textStart, textEnd
    /// The end, or before the line end there.
    case lastLineEnd
    case lineStart, lineEnd
    case word, noWord
  }

  /// How many characters it takes at least and at most; nil for no bound.
  var length: (least: Int, most: Int?) {
    switch self {
    case .empty, .boundary, .look: return (0, 0)
    case .one: return (1, 1)
    case .backReference: return (0, nil)
    case .group(_, let node), .atomic(let node): return node.length
    case .sequence(let nodes):
      return nodes.reduce((0, 0)) { sum, node in
        let next = node.length
        return (Self.sum(sum.0, next.least), sum.1.flatMap { most in next.most.map { Self.sum(most, $0) } })
      }
    case .alternatives(let nodes):
      let lengths = nodes.map(\.length)
      let mosts = lengths.compactMap(\.most)
      return (lengths.map(\.least).min() ?? 0, mosts.count == lengths.count ? mosts.max() : nil)
    case .repeated(let node, let min, let max, _):
      let inner = node.length
      let most = inner.most == 0 ? 0 : inner.most.flatMap { most in max.map { Self.product(most, $0) } }
      return (Self.product(inner.least, min), most)
    }
  }

  private static func sum(_ left: Int, _ right: Int) -> Int { min(left + right, 1 << 30) }

  private static func product(_ left: Int, _ right: Int) -> Int {
    let (result, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? 1 << 30 : min(result, 1 << 30)
  }
}
