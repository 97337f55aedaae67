/// Masks one stream of output, whatever its chunks are cut like: a secret that is split over two writes is found too.
///
/// Bytes that may be the beginning of a secret are held back until more has come.
package struct MaskingStream {
  private let masker: Masker
  private var automaton: MaskingAutomaton?
  private var version = 0
  private var state: Int32 = 0
  /// Bytes that are not decided yet, and how many of them, from the front, belong to a secret at the latest.
  private var held: [UInt8] = []
  private var isSecret: [Bool] = []
  /// Whether the last byte that was let go belonged to a secret: one mask stands for a whole secret.
  private var endedInSecret = false

  package init(_ masker: Masker) {
    self.masker = masker
  }

  package mutating func mask(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    if let update = masker.current(unless: version) {
      // New secrets came up: what is held back is looked at again with all of them. What is known to belong to one stays so: its beginning
      // may have been let go already.
      automaton = update.automaton
      version = update.version
      let (again, marks) = (held, isSecret)
      (held, isSecret, state) = ([], [], 0)
      if !again.isEmpty { return scan(again[...], marks: marks) + scan(bytes) }
    }
    return scan(bytes)
  }

  /// What was held back, when nothing more comes.
  package mutating func finish() -> [UInt8] {
    let rest = release(held.count)
    state = 0
    endedInSecret = false
    return rest
  }

  /// - Parameter marks: for each byte, whether it is known to belong to a secret; empty when nothing is known.
  private mutating func scan(_ bytes: ArraySlice<UInt8>, marks: [Bool] = []) -> [UInt8] {
    guard let automaton else { return Array(bytes) }
    var output = [UInt8]()
    output.reserveCapacity(bytes.count)
    for (offset, byte) in bytes.enumerated() {
      state = automaton.next(after: state, byte)
      let isMarked = !marks.isEmpty && marks[offset]
      if state == 0, held.isEmpty, !isMarked {
        output.append(byte)
        endedInSecret = false
        continue
      }
      held.append(byte)
      isSecret.append(isMarked)
      let length = Int(automaton.matchLength[Int(state)])
      if length > 0 {
        for index in (held.count - min(length, held.count))..<held.count { isSecret[index] = true }
      }
      let undecided = Int(automaton.depth[Int(state)])
      if held.count > undecided { output += release(held.count - undecided) }
    }
    return output
  }

  private mutating func release(_ count: Int) -> [UInt8] {
    var output = [UInt8]()
    for index in 0..<count {
      if isSecret[index] {
        if !endedInSecret { output += Masker.mask.utf8 }
        endedInSecret = true
      } else {
        output.append(held[index])
        endedInSecret = false
      }
    }
    held.removeFirst(count)
    isSecret.removeFirst(count)
    return output
  }
}
