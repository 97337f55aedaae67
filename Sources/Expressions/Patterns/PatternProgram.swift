/// A regular expression as instructions for ``PatternMatcher``.
struct PatternProgram {
  enum Instruction {
    /// One character of the set with that number.
    case one(Int)
    /// As many characters of a set as its greed takes.
    case run(set: Int, min: Int, max: Int, PatternNode.Greed)
    /// Goes on at the first place, and at the second where that leads nowhere.
    case split(Int, Int)
    case jump(Int)
    /// Keeps the position in a slot: where a group starts or ends.
    case save(Int)
    /// Keeps the position at the start of a round, so that a round that takes nothing is the last one.
    case startRound(Int)
    case endRound(Int, exit: Int)
    case boundary(PatternNode.Boundary)
    case backReference(Int, ignoresCase: Bool)
    /// What follows, up to its `accept`, is matched once and for all; then on at `next`.
    case atomic(next: Int)
    case look(isAhead: Bool, isNegative: Bool, least: Int, most: Int, next: Int)
    case accept
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [CompiledSet] = []
  private(set) var rounds = 0
  let groups: Int

  /// - Throws: `invalidRegularExpression` for one that comes to too many instructions.
  init(_ node: PatternNode, groups: Int) throws(ExpressionError) {
    self.groups = groups
    try add(node)
    try append(.accept)
  }

  private mutating func append(_ instruction: Instruction) throws(ExpressionError) {
    guard instructions.count < Limits.patternInstructions else {
      throw ExpressionError(
        .invalidRegularExpression, "the regular expression is too long, its repetitions written out")
    }
    instructions.append(instruction)
  }

  private mutating func reserve() throws(ExpressionError) -> Int {
    try append(.jump(0))
    return instructions.count - 1
  }

  private mutating func add(_ node: PatternNode) throws(ExpressionError) {
    switch node {
    case .empty: break
    case .one(let set):
      sets.append(CompiledSet(set))
      try append(.one(sets.count - 1))
    case .sequence(let nodes): for node in nodes { try add(node) }
    case .alternatives(let nodes):
      var exits = [Int]()
      for (position, node) in nodes.enumerated() {
        guard position + 1 < nodes.count else {
          try add(node)
          break
        }
        let split = try reserve()
        try add(node)
        exits.append(try reserve())
        instructions[split] = .split(split + 1, instructions.count)
      }
      for exit in exits { instructions[exit] = .jump(instructions.count) }
    case .group(let number, let node):
      try append(.save(number * 2))
      try add(node)
      try append(.save(number * 2 + 1))
    case .repeated(let node, let min, let max, let greed): try add(node, min: min, max: max, greed)
    case .atomic(let node):
      let start = try reserve()
      try add(node)
      try append(.accept)
      instructions[start] = .atomic(next: instructions.count)
    case .look(let node, let isAhead, let isNegative):
      let start = try reserve()
      try add(node)
      try append(.accept)
      let length = node.length
      instructions[start] = .look(
        isAhead: isAhead, isNegative: isNegative, least: length.least, most: length.most ?? 0, next: instructions.count)
    case .backReference(let group, let ignoresCase): try append(.backReference(group, ignoresCase: ignoresCase))
    case .boundary(let boundary): try append(.boundary(boundary))
    }
  }

  private mutating func add(
    _ node: PatternNode, min: Int, max: Int?, _ greed: PatternNode.Greed
  ) throws(ExpressionError) {
    if case .one(let set) = node {
      sets.append(CompiledSet(set))
      return try append(.run(set: sets.count - 1, min: min, max: max ?? Int.max, greed))
    }
    if greed == .possessive { return try add(.atomic(.repeated(node, min: min, max: max, .greedy))) }
    func split(_ inside: Int, _ outside: Int) -> Instruction {
      greed == .greedy ? .split(inside, outside) : .split(outside, inside)
    }
    for _ in 0..<min { try add(node) }
    guard let max else {
      let round = rounds
      rounds += 1
      let start = try reserve()
      try append(.startRound(round))
      try add(node)
      let end = try reserve()
      try append(.jump(start))
      instructions[end] = .endRound(round, exit: instructions.count)
      instructions[start] = split(start + 1, instructions.count)
      return
    }
    var splits = [Int]()
    for _ in min..<max {
      splits.append(try reserve())
      try add(node)
    }
    for place in splits { instructions[place] = split(place + 1, instructions.count) }
  }
}

/// A set with the answers for ASCII worked out.
struct CompiledSet {
  private let low: UInt64
  private let high: UInt64
  private let set: ScalarSet

  init(_ set: ScalarSet) {
    var bits: (UInt64, UInt64) = (0, 0)
    for value in UInt8(0)..<64 where set.contains(Unicode.Scalar(value)) { bits.0 |= 1 << UInt64(value) }
    for value in UInt8(64)..<128 where set.contains(Unicode.Scalar(value)) { bits.1 |= 1 << UInt64(value - 64) }
    (low, high) = bits
    self.set = set
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 64 { return low >> UInt64(value) & 1 == 1 }
    if value < 128 { return high >> UInt64(value - 64) & 1 == 1 }
    return set.contains(scalar)
  }
}
