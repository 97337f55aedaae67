/// Reads the syntax of Java's `Pattern`, apart from what pipelines have no use for (`\G`, `\X`, `\N{…}`).
struct PatternReader {
  private struct Flags {
    var ignoresCase = false
    var ignoresCaseBeyondASCII = false
    var dotTakesLineEnds = false
    var isMultiline = false
    var allowsComments = false
  }

  let scalars: [Unicode.Scalar]
  var index = 0
  private var flags = Flags()
  private var nesting = 0
  private(set) var groups = 0
  private(set) var names: [String: Int] = [:]
  private var highestReference = 0

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  /// - Throws: `invalidRegularExpression`.
  mutating func read() throws(ExpressionError) -> PatternNode {
    let node = try alternatives()
    guard index == scalars.count else { throw invalid("')' has no '(' before it") }
    guard highestReference <= groups else { throw invalid("there is no group \(highestReference)") }
    return node
  }

  func invalid(_ reason: String) -> ExpressionError {
    ExpressionError(
      .invalidRegularExpression,
      "the regular expression is not valid: \(reason) (character \(min(index + 1, scalars.count)))")
  }

  // MARK: Characters

  var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    index += 1
    return true
  }

  mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  private mutating func skipComments() {
    guard flags.allowsComments else { return }
    while let scalar = current {
      if ScalarSet.space.contains(scalar) {
        index += 1
      } else if scalar == "#" {
        while let scalar = current, scalar != "\n" { index += scalar == "\n" ? 0 : 1 }
      } else {
        return
      }
    }
  }

  // MARK: Structure

  private mutating func alternatives() throws(ExpressionError) -> PatternNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Limits.patternNesting else { throw invalid("it is nested too deep") }
    var found = [try sequence()]
    while take("|") { found.append(try sequence()) }
    return found.count == 1 ? found[0] : .alternatives(found)
  }

  private mutating func sequence() throws(ExpressionError) -> PatternNode {
    var nodes = [PatternNode]()
    skipComments()
    while let scalar = current, scalar != "|", scalar != ")" {
      if take("\\Q") {
        while index < scalars.count, !take("\\E") {
          nodes.append(literal(scalars[index]))
          index += 1
        }
        if case .one? = nodes.last { nodes[nodes.count - 1] = try quantified(nodes[nodes.count - 1]) }
      } else {
        nodes.append(try quantified(try atom()))
      }
      skipComments()
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  private mutating func atom() throws(ExpressionError) -> PatternNode {
    guard let scalar = current else { throw invalid("it ends too early") }
    switch scalar {
    case "(": return try group()
    case "[":
      index += 1
      return .one(folded(try characterClass()))
    case ".":
      index += 1
      return .one(flags.dotTakesLineEnds ? .anything : .inverted(.lineEnd))
    case "^":
      index += 1
      return .boundary(flags.isMultiline ? .lineStart : .textStart)
    case "$":
      index += 1
      return .boundary(flags.isMultiline ? .lineEnd : .lastLineEnd)
    case "*", "+", "?": throw invalid("'\(scalar)' has nothing before it to repeat")
    case "\\":
      index += 1
      return try escape()
    default:
      index += 1
      return literal(scalar)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> PatternNode { .one(folded(.one(scalar))) }

  private func folded(_ set: ScalarSet) -> ScalarSet {
    flags.ignoresCase ? .ignoringCase(set, beyondASCII: flags.ignoresCaseBeyondASCII) : set
  }

  // MARK: Groups

  private mutating func group() throws(ExpressionError) -> PatternNode {
    let outer = flags
    index += 1
    guard take("?") else {
      groups += 1
      let number = groups
      return .group(number, try groupBody(outer))
    }
    if take(":") { return try groupBody(outer) }
    if take(">") { return .atomic(try groupBody(outer)) }
    if take("=") { return .look(try groupBody(outer), isAhead: true, isNegative: false) }
    if take("!") { return .look(try groupBody(outer), isAhead: true, isNegative: true) }
    if take("<=") { return try lookBehind(isNegative: false, outer) }
    if take("<!") { return try lookBehind(isNegative: true, outer) }
    if take("<") {
      var name = ""
      while let scalar = current, scalar != ">" {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      guard take(">"), !name.isEmpty, names[name] == nil else { throw invalid("a group's name is wrong or used twice") }
      groups += 1
      let number = groups
      names[name] = number
      return .group(number, try groupBody(outer))
    }
    try readFlags()
    if take(")") { return .empty }  // They hold until the group around them ends.
    guard take(":") else { throw invalid("this kind of group is not known") }
    return try groupBody(outer)
  }

  private mutating func groupBody(_ outer: Flags) throws(ExpressionError) -> PatternNode {
    let body = try alternatives()
    guard take(")") else { throw invalid("a group is not closed with ')'") }
    flags = outer
    return body
  }

  private mutating func lookBehind(isNegative: Bool, _ outer: Flags) throws(ExpressionError) -> PatternNode {
    let body = try groupBody(outer)
    guard body.length.most != nil else { throw invalid("a look-behind must have an obvious greatest length") }
    return .look(body, isAhead: false, isNegative: isNegative)
  }

  private mutating func readFlags() throws(ExpressionError) {
    var isOn = true
    while let scalar = current, scalar != ")", scalar != ":" {
      switch scalar {
      case "-": isOn = false
      case "i": flags.ignoresCase = isOn
      case "u", "U": flags.ignoresCaseBeyondASCII = isOn
      case "s": flags.dotTakesLineEnds = isOn
      case "m": flags.isMultiline = isOn
      case "x": flags.allowsComments = isOn
      case "d": break  // Only LF ends a line: near enough to what holds without it.
      default: throw invalid("there is no flag '\(scalar)'")
      }
      index += 1
    }
  }

  // MARK: Quantifiers

  private mutating func quantified(_ node: PatternNode) throws(ExpressionError) -> PatternNode {
    var node = node
    while true {
      skipComments()
      let bounds: (min: Int, max: Int?)
      if take("*") {
        bounds = (0, nil)
      } else if take("+") {
        bounds = (1, nil)
      } else if take("?") {
        bounds = (0, 1)
      } else if take("{") {
        bounds = try counts()
      } else {
        return node
      }
      let greed: PatternNode.Greed = take("?") ? .lazy : take("+") ? .possessive : .greedy
      nesting += 1
      guard nesting <= Limits.patternNesting else { throw invalid("it is nested too deep") }
      node = .repeated(node, min: bounds.min, max: bounds.max, greed)
      nesting -= 1
      // Java reads `a**` as a mistake; so is it here.
      if let next = current, next == "*" || next == "+" || next == "?" {
        throw invalid("'\(next)' has nothing before it to repeat")
      }
    }
  }

  private mutating func counts() throws(ExpressionError) -> (min: Int, max: Int?) {
    guard let least = integer() else { throw invalid("'{' needs a number, or a backslash before it") }
    var most: Int? = least
    if take(",") { most = integer() }
    guard take("}") else { throw invalid("'{' is not closed with '}'") }
    guard least <= Limits.patternRepetitions, most ?? 0 <= Limits.patternRepetitions else {
      throw invalid("it repeats more than \(Limits.patternRepetitions) times")
    }
    if let most, most < least { throw invalid("the greater number comes first") }
    return (least, most)
  }

  mutating func integer() -> Int? {
    var value: Int?
    while let scalar = current, ("0"..."9").contains(scalar) {
      value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1 << 30)
      index += 1
    }
    return value
  }

  // MARK: Escapes

  private mutating func escape() throws(ExpressionError) -> PatternNode {
    guard let scalar = current else { throw invalid("it ends with a backslash") }
    switch scalar {
    case "b", "B", "A", "z", "Z":
      index += 1
      return .boundary(
        scalar == "b"
          ? .word : scalar == "B" ? .noWord : scalar == "A" ? .textStart : scalar == "z" ? .textEnd : .lastLineEnd)
    case "R":
      index += 1
      return .alternatives([
        .sequence([.one(.one("\r")), .one(.one("\n"))]), .one(.verticalSpace),
      ])
    case "k":
      index += 1
      guard take("<"), let end = scalars[index...].firstIndex(of: ">") else {
        throw invalid("'\\k' needs a group's name")
      }
      var name = String.UnicodeScalarView()
      name.append(contentsOf: scalars[index..<end])
      guard let group = names[String(name)] else { throw invalid("there is no group of that name before '\\k'") }
      index = end + 1
      return .backReference(group, ignoresCase: flags.ignoresCase)
    case "1"..."9":
      // As many digits as there are groups for.
      var number = Int(scalar.value - 0x30)
      index += 1
      while let digit = current, ("0"..."9").contains(digit), number * 10 + Int(digit.value - 0x30) <= groups {
        number = number * 10 + Int(digit.value - 0x30)
        index += 1
      }
      highestReference = max(highestReference, number)
      return .backReference(number, ignoresCase: flags.ignoresCase)
    default: return .one(folded(try escapedSet()))
    }
  }
}
