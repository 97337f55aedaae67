/// Finds many byte strings in a stream at once (Aho and Corasick, 1975): a few look-ups a byte, however many there are.
///
/// A secret of some kilobytes has forms of some ten thousand bytes, each a state. Nearly every state has one successor, so a state holds its
/// edges and what to fall back to, and no table of 256 entries; only the first state, where ordinary text stays, has one.
struct MaskingAutomaton: Sendable {
  private struct Edge {
    let byte: UInt8
    let target: Int32
  }

  private let first: [Int32]
  /// The edges of state `s` are `edges[edgeStarts[s]..<edgeStarts[s + 1]]`.
  private let edges: [Edge]
  private let edgeStarts: [Int32]
  private let fallback: [Int32]
  /// How many bytes of some pattern the state stands for: those can still become a match.
  let depth: [Int32]
  /// The length of the longest pattern that ends in the state, or 0.
  let matchLength: [Int32]

  /// - Parameter patterns: none of them empty.
  init(_ patterns: some Sequence<[UInt8]>) {
    var children: [[Edge]] = [[]]
    var depth: [Int32] = [0]
    var match: [Int32] = [0]
    for pattern in patterns {
      var state = 0
      for byte in pattern {
        if let edge = children[state].first(where: { $0.byte == byte }) {
          state = Int(edge.target)
        } else {
          let next = children.count
          children[state].append(Edge(byte: byte, target: Int32(next)))
          children.append([])
          depth.append(depth[state] + 1)
          match.append(0)
          state = next
        }
      }
      match[state] = Int32(pattern.count)
    }

    var first = [Int32](repeating: 0, count: 256)
    for edge in children[0] { first[Int(edge.byte)] = edge.target }
    var edges = [Edge]()
    var edgeStarts: [Int32] = [0]
    for list in children {
      edges += list
      edgeStarts.append(Int32(edges.count))
    }
    self.first = first
    self.edges = edges
    self.edgeStarts = edgeStarts
    self.depth = depth

    var fallback = [Int32](repeating: 0, count: children.count)
    // Shorter prefixes first: what a state falls back to is shorter than itself.
    var queue = children[0].map(\.target)
    var head = 0
    while head < queue.count {
      let state = Int(queue[head])
      head += 1
      match[state] = max(match[state], match[Int(fallback[state])])
      for edge in children[state] {
        fallback[Int(edge.target)] = Self.next(
          after: fallback[state], edge.byte, first: first, edges: edges, edgeStarts: edgeStarts, fallback: fallback)
        queue.append(edge.target)
      }
    }
    self.fallback = fallback
    matchLength = match
  }

  func next(after state: Int32, _ byte: UInt8) -> Int32 {
    if state == 0 { return first[Int(byte)] }
    return Self.next(
      after: state, byte, first: first, edges: edges, edgeStarts: edgeStarts, fallback: fallback)
  }

  private static func next(
    after state: Int32, _ byte: UInt8, first: [Int32], edges: [Edge], edgeStarts: [Int32], fallback: [Int32]
  ) -> Int32 {
    var state = Int(state)
    while state != 0 {
      for index in Int(edgeStarts[state])..<Int(edgeStarts[state + 1]) where edges[index].byte == byte {
        return edges[index].target
      }
      state = Int(fallback[state])
    }
    return first[Int(byte)]
  }
}
