/// What matching may still cost, for all patterns of one field together.
final class MatchingBudget {
  private var steps = Limits.matchingSteps

  /// A longer text may cost more.
  func allow(for text: [Unicode.Scalar]) { steps += text.count * Limits.matchingStepsForCharacter }

  /// - Throws: `tooLarge`, for a pattern that tries ever more ways through the same text.
  func spend(_ count: Int = 1) throws(ExpressionError) {
    steps -= count
    guard steps >= 0 else {
      throw ExpressionError(
        .tooLarge, "the regular expression takes more than \(Limits.matchingSteps) steps on a text like this",
        help: "a repetition within a repetition, as in '(a+)+', multiplies its ways: write it so that only one fits")
    }
  }
}

/// Runs a pattern over a text, with a stack of its own in place of recursion: no text makes it crash.
struct PatternMatcher {
  /// A way that was not taken, or something to put back on the way there.
  private enum Undo {
    case branch(Int, position: Int)
    /// A run of single characters that can give back, or take, one at a time.
    case run(Int, next: Int, last: Int)
    case slot(Int, Int)
    case round(Int, Int)
  }

  private let program: PatternProgram
  private let text: [Unicode.Scalar]
  private let budget: MatchingBudget
  /// Where group n starts, at 2n, and ends, at 2n + 1; -1 where it took no part.
  private(set) var slots: [Int]
  private var rounds: [Int]
  private var stack: [Undo] = []

  init(_ program: PatternProgram, _ text: [Unicode.Scalar], _ budget: MatchingBudget) {
    self.program = program
    self.text = text
    self.budget = budget
    budget.allow(for: text)
    slots = Array(repeating: -1, count: (program.groups + 1) * 2)
    rounds = Array(repeating: -1, count: program.rounds)
  }

  /// Tries the whole pattern at one place.
  ///
  /// - Parameter isWhole: whether it must reach the text's end.
  mutating func matches(at start: Int, isWhole: Bool = false) throws(ExpressionError) -> Bool {
    for index in slots.indices { slots[index] = -1 }
    stack.removeAll(keepingCapacity: true)
    guard let end = try run(from: 0, at: start, mustEndAt: isWhole ? text.count : nil) else { return false }
    slots[0] = start
    slots[1] = end
    return true
  }

  private mutating func push(_ undo: Undo) throws(ExpressionError) {
    guard stack.count < Limits.matchingStack else {
      throw ExpressionError(.tooLarge, "the regular expression leaves too many ways open on this text")
    }
    stack.append(undo)
  }

  private mutating func run(
    from first: Int, at start: Int, mustEndAt end: Int?
  ) throws(ExpressionError) -> Int? {
    let base = stack.count
    var pc = first
    var position = start
    while true {
      try budget.spend()
      var fails = false
      switch program.instructions[pc] {
      case .one(let set):
        if position < text.count, program.sets[set].contains(text[position]) {
          position += 1
          pc += 1
        } else {
          fails = true
        }
      case .run(let set, let min, let max, let greed):
        if let reached = try take(set, min: min, max: max, greed, from: position, at: pc) {
          position = reached
          pc += 1
        } else {
          fails = true
        }
      case .split(let preferred, let other):
        try push(.branch(other, position: position))
        pc = preferred
      case .jump(let target): pc = target
      case .save(let slot):
        try push(.slot(slot, slots[slot]))
        slots[slot] = position
        pc += 1
      case .startRound(let round):
        try push(.round(round, rounds[round]))
        rounds[round] = position
        pc += 1
      case .endRound(let round, let exit): pc = rounds[round] == position ? exit : pc + 1
      case .boundary(let boundary): if isAt(boundary, position) { pc += 1 } else { fails = true }
      case .backReference(let group, let ignoresCase):
        if let length = try repeats(group, at: position, ignoresCase: ignoresCase) {
          position += length
          pc += 1
        } else {
          fails = true
        }
      case .atomic(let next):
        let inner = stack.count
        if let reached = try run(from: pc + 1, at: position, mustEndAt: nil) {
          dropBranches(above: inner)
          position = reached
          pc = next
        } else {
          fails = true
        }
      case .look(let isAhead, let isNegative, let least, let most, let next):
        let inner = stack.count
        let holds = try looks(isAhead: isAhead, least: least, most: most, from: pc + 1, at: position)
        if isNegative { undo(to: inner) } else { dropBranches(above: inner) }
        if holds != isNegative { pc = next } else { fails = true }
      case .accept:
        if end == nil || end == position { return position }
        fails = true
      }
      if fails {
        guard let way = try nextWay(above: base) else { return nil }
        (pc, position) = way
      }
    }
  }

  // MARK: Going back

  private mutating func nextWay(above base: Int) throws(ExpressionError) -> (Int, Int)? {
    while stack.count > base, let undo = stack.popLast() {
      switch undo {
      case .slot(let slot, let old): slots[slot] = old
      case .round(let round, let old): rounds[round] = old
      case .branch(let pc, let position): return (pc, position)
      case .run(let pc, let next, let last):
        guard case .run(let set, _, _, let greed) = program.instructions[pc] else {
          preconditionFailure("only a run leaves a run behind")
        }
        if greed == .greedy {
          if next > last { try push(.run(pc, next: next - 1, last: last)) }
          return (pc + 1, next)
        }
        guard next < last, next < text.count, program.sets[set].contains(text[next]) else { continue }
        try push(.run(pc, next: next + 1, last: last))
        return (pc + 1, next + 1)
      }
    }
    return nil
  }

  private mutating func undo(to base: Int) {
    while stack.count > base, let undo = stack.popLast() {
      switch undo {
      case .slot(let slot, let old): slots[slot] = old
      case .round(let round, let old): rounds[round] = old
      case .branch, .run: break
      }
    }
  }

  /// Keeps what was captured and forgets the other ways.
  private mutating func dropBranches(above base: Int) {
    guard stack.count > base else { return }
    let kept = stack[base...].filter { undo in
      switch undo {
      case .slot, .round: true
      case .branch, .run: false
      }
    }
    stack.replaceSubrange(base..., with: kept)
  }

  // MARK: Parts

  /// - Returns: the place after as many characters as are wanted first.
  private mutating func take(
    _ set: Int, min: Int, max: Int, _ greed: PatternNode.Greed, from start: Int, at pc: Int
  ) throws(ExpressionError) -> Int? {
    let room = text.count - start
    let most = Swift.min(max, room)
    guard min <= room else { return nil }
    var taken = 0
    let wanted = greed == .lazy ? min : most
    while taken < wanted, program.sets[set].contains(text[start + taken]) { taken += 1 }
    try budget.spend(taken / 8)
    guard taken >= min else { return nil }
    switch greed {
    case .greedy: if taken > min { try push(.run(pc, next: start + taken - 1, last: start + min)) }
    case .lazy: if taken < most { try push(.run(pc, next: start + taken, last: start + most)) }
    case .possessive: break
    }
    return start + taken
  }

  private mutating func looks(
    isAhead: Bool, least: Int, most: Int, from pc: Int, at position: Int
  ) throws(ExpressionError) -> Bool {
    if isAhead { return try run(from: pc, at: position, mustEndAt: nil) != nil }
    guard least <= position else { return false }
    for length in least...Swift.min(most, position) {
      if try run(from: pc, at: position - length, mustEndAt: position) != nil { return true }
    }
    return false
  }

  private func repeats(_ group: Int, at position: Int, ignoresCase: Bool) throws(ExpressionError) -> Int? {
    let (start, end) = (slots[group * 2], slots[group * 2 + 1])
    guard start >= 0, end >= start, end - start <= text.count - position else { return nil }
    try budget.spend((end - start) / 8)
    for index in 0..<(end - start) {
      let (wanted, found) = (text[start + index], text[position + index])
      if wanted == found { continue }
      guard ignoresCase, ScalarSet.cases(of: wanted, beyondASCII: false).contains(found) else { return nil }
    }
    return end - start
  }

  private func isAt(_ boundary: PatternNode.Boundary, _ position: Int) -> Bool {
    switch boundary {
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .lastLineEnd:
      if position == text.count { return true }
      return endsLine(at: position) && position + lineEndLength(at: position) == text.count
    case .lineStart:
      if position == 0 { return true }
      guard position < text.count, ScalarSet.lineEnd.contains(text[position - 1]) else { return false }
      return !(text[position - 1] == "\r" && text[position] == "\n")
    case .lineEnd: return position == text.count || endsLine(at: position)
    case .word, .noWord:
      let before = position > 0 && ScalarSet.word.contains(text[position - 1])
      let after = position < text.count && ScalarSet.word.contains(text[position])
      return (before != after) == (boundary == .word)
    }
  }

  /// Whether a line end starts here: not in the middle of CR LF.
  private func endsLine(at position: Int) -> Bool {
    guard ScalarSet.lineEnd.contains(text[position]) else { return false }
    return !(text[position] == "\n" && position > 0 && text[position - 1] == "\r")
  }

  private func lineEndLength(at position: Int) -> Int {
    text[position] == "\r" && position + 1 < text.count && text[position + 1] == "\n" ? 2 : 1
  }
}
