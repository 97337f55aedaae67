/// What stands in brackets, and the escapes that stand for one character.
extension PatternReader {
  /// Behind its `[`: `a-z`, `^…`, `[…]` within, `&&` for what both sides have.
  mutating func characterClass(depth: Int = 1) throws(ExpressionError) -> ScalarSet {
    guard depth <= Limits.patternNesting else { throw invalid("it is nested too deep") }
    let isInverted = take("^")
    var intersected = [ScalarSet]()
    var members = [ScalarSet]()
    var ranges = [ClosedRange<UInt32>]()
    var isFirst = true
    func union() -> ScalarSet { members.isEmpty ? .ranges(ranges) : .union(members + [.ranges(ranges)]) }
    while true {
      guard let scalar = current else { throw invalid("'[' is not closed with ']'") }
      if scalar == "]", !isFirst {
        index += 1
        break
      }
      isFirst = false
      if take("&&") {
        intersected.append(union())
        members = []
        ranges = []
      } else if take("[") {
        members.append(try characterClass(depth: depth + 1))
      } else if take("\\Q") {
        while index < scalars.count, !take("\\E") {
          ranges.append(scalars[index].value...scalars[index].value)
          index += 1
        }
      } else {
        try member(&members, &ranges)
      }
    }
    intersected.append(union())
    let set: ScalarSet = intersected.count == 1 ? intersected[0] : .intersection(intersected)
    return isInverted ? .inverted(set) : set
  }

  private mutating func member(
    _ members: inout [ScalarSet], _ ranges: inout [ClosedRange<UInt32>]
  ) throws(ExpressionError) {
    guard let low = try singleCharacter(&members) else { return }
    // A `-` before `]` or `[` stands for itself.
    guard current == "-", index + 1 < scalars.count, scalars[index + 1] != "]", scalars[index + 1] != "[" else {
      ranges.append(low.value...low.value)
      return
    }
    index += 1
    var sets = [ScalarSet]()
    guard let high = try singleCharacter(&sets), low.value <= high.value else {
      throw invalid("a range in brackets ends before it starts")
    }
    ranges.append(low.value...high.value)
  }

  /// The next character of a class, or nil where an escape stood for several, which are added.
  private mutating func singleCharacter(_ members: inout [ScalarSet]) throws(ExpressionError) -> Unicode.Scalar? {
    guard let scalar = current else { throw invalid("'[' is not closed with ']'") }
    index += 1
    guard scalar == "\\" else { return scalar }
    let set = try escapedSet()
    if case .ranges(let ranges) = set, ranges.count == 1, ranges[0].count == 1,
      let single = Unicode.Scalar(ranges[0].lowerBound)
    {
      return single
    }
    members.append(set)
    return nil
  }

  /// Behind a backslash.
  mutating func escapedSet() throws(ExpressionError) -> ScalarSet {
    guard let scalar = current else { throw invalid("it ends with a backslash") }
    index += 1
    switch scalar {
    case "d": return .digit
    case "D": return .inverted(.digit)
    case "w": return .word
    case "W": return .inverted(.word)
    case "s": return .space
    case "S": return .inverted(.space)
    case "h": return .horizontalSpace
    case "H": return .inverted(.horizontalSpace)
    case "v": return .verticalSpace
    case "V": return .inverted(.verticalSpace)
    case "p", "P": return try property(isInverted: scalar == "P")
    case "t": return .one("\t")
    case "n": return .one("\n")
    case "r": return .one("\r")
    case "f": return .one("\u{0C}")
    case "a": return .one("\u{07}")
    case "e": return .one("\u{1B}")
    case "0": return .one(try octal())
    case "x":
      if take("{") {
        let value = hexadecimal(most: 8)
        guard take("}"), let value, let found = Unicode.Scalar(value) else {
          throw invalid("'\\x{…}' names no character")
        }
        return .one(found)
      }
      return .one(try codedCharacter(digits: 2))
    case "u": return .one(try codedCharacter(digits: 4))
    case "c":
      guard let control = current, control.isASCII else { throw invalid("'\\c' needs a character") }
      index += 1
      return .one(Unicode.Scalar(UInt8(control.value ^ 64)))
    default:
      // Java keeps the letters that mean nothing yet for itself.
      if ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) {
        index -= 1
        throw invalid("'\\\(scalar)' is no escape")
      }
      return .one(scalar)
    }
  }

  private mutating func property(isInverted: Bool) throws(ExpressionError) -> ScalarSet {
    var name = ""
    if take("{") {
      while let scalar = current, scalar != "}" {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      guard take("}") else { throw invalid("'\\p{' is not closed with '}'") }
    } else if let scalar = current {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard let set = ScalarSet.named(name) else { throw invalid("'\\p{\(name.prefix(40))}' is not known here") }
    return isInverted ? .inverted(set) : set
  }

  private mutating func octal() throws(ExpressionError) -> Unicode.Scalar {
    var value: UInt32?
    for _ in 0..<3 {
      guard let digit = current, ("0"..."7").contains(digit), (value ?? 0) * 8 + digit.value - 0x30 <= 0o377 else {
        break
      }
      value = (value ?? 0) * 8 + digit.value - 0x30
      index += 1
    }
    guard let value, let scalar = Unicode.Scalar(value) else { throw invalid("'\\0' needs an octal number") }
    return scalar
  }

  private mutating func codedCharacter(digits: Int) throws(ExpressionError) -> Unicode.Scalar {
    let start = index
    guard let value = hexadecimal(most: digits), index - start == digits, let scalar = Unicode.Scalar(value) else {
      throw invalid("an escape needs \(digits) hexadecimal digits")
    }
    return scalar
  }

  private mutating func hexadecimal(most: Int) -> UInt32? {
    let start = index
    while index < min(scalars.count, start + most), scalars[index].properties.isASCIIHexDigit { index += 1 }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<index])
    return UInt32(String(text), radix: 16)
  }
}
