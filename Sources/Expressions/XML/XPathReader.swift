/// Reads a path for `xml.select`.
struct XPathReader {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var nesting = 0

  /// - Throws: `wrongArguments` with the place.
  static func read(_ text: String) throws(ExpressionError) -> XPath {
    guard text.utf8.count <= Limits.patternLength else {
      throw ExpressionError(.wrongArguments, "the XPath is longer than \(Limits.patternLength) bytes")
    }
    var reader = XPathReader(scalars: Array(text.unicodeScalars))
    let path = try reader.expression(0)
    reader.skipSpace()
    guard reader.index == reader.scalars.count else { throw reader.invalid("something follows the path") }
    return path
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private func invalid(_ reason: String) -> ExpressionError {
    ExpressionError(.wrongArguments, "the XPath is not valid: \(reason) at character \(index + 1)")
  }

  // MARK: Characters

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func skipSpace() { while let scalar = current, ScalarSet.space.contains(scalar) { index += 1 } }

  private mutating func take(_ text: String) -> Bool {
    skipSpace()
    let wanted = Array(text.unicodeScalars)
    guard scalars[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  /// A word that is an operator here: `and`, `or`, `div`, `mod`.
  private mutating func takeWord(_ word: String) -> Bool {
    let start = index
    guard take(word) else { return false }
    if let next = current, Self.isName(next) {
      index = start
      return false
    }
    return true
  }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": true
    default: scalar.value >= 0x80
    }
  }

  private mutating func name() throws(ExpressionError) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = current {
      // `a:b` is a name with a prefix, `a::b` an axis.
      let isPrefix = scalar == ":" && index + 1 < scalars.count && Self.isName(scalars[index + 1])
      guard Self.isName(scalar) || isPrefix else { break }
      text.append(scalar)
      index += 1
    }
    guard let first = text.first, !("0"..."9").contains(first), first != "-", first != "." else {
      throw invalid("a name is missing")
    }
    return String(text)
  }

  // MARK: Operators

  private mutating func expression(_ rank: Int) throws(ExpressionError) -> XPath {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Limits.patternNesting * 7 else { throw invalid("it is nested too deep") }
    guard rank <= 5 else { return try prefixed() }
    var left = try expression(rank + 1)
    var count = 0
    while let symbol = takeOperator(rank) {
      count += 1
      guard count <= Limits.patternNesting else { throw invalid("too many operators stand side by side") }
      left = .operation(symbol, left, try expression(rank + 1))
    }
    return left
  }

  private mutating func takeOperator(_ rank: Int) -> XPathOperator? {
    switch rank {
    case 0: takeWord("or") ? .or : nil
    case 1: takeWord("and") ? .and : nil
    case 2: take("!=") ? .notEqual : take("=") ? .equal : nil
    case 3: take("<=") ? .lessOrEqual : take(">=") ? .greaterOrEqual : take("<") ? .less : take(">") ? .greater : nil
    case 4: take("+") ? .add : take("-") ? .subtract : nil
    default: take("*") ? .multiply : takeWord("div") ? .divide : takeWord("mod") ? .remainder : nil
    }
  }

  private mutating func prefixed() throws(ExpressionError) -> XPath {
    if take("-") {
      nesting += 1
      defer { nesting -= 1 }
      guard nesting <= Limits.patternNesting * 7 else { throw invalid("it is nested too deep") }
      return .negative(try prefixed())
    }
    var paths = [try path()]
    while take("|") { paths.append(try path()) }
    return paths.count == 1 ? paths[0] : .union(paths)
  }

  // MARK: Paths

  private mutating func path() throws(ExpressionError) -> XPath {
    skipSpace()
    guard let first = current else { throw invalid("it ends too early") }
    if first == "/" {
      let isDeep = take("//")
      if !isDeep {
        index += 1
        skipSpace()
        guard let next = current, Self.startsStep(next) else { return .path(nil, isAbsolute: true, []) }
      }
      return .path(nil, isAbsolute: true, try steps(isDeep: isDeep))
    }
    guard let base = try primary() else { return .path(nil, isAbsolute: false, try steps(isDeep: false)) }
    // What is computed may be walked on from.
    var filters = [XPath]()
    while take("[") { filters.append(try predicate()) }
    let isDeep = take("//")
    let goesOn = isDeep || take("/")
    let start = filters.isEmpty ? base : .filtered(base, by: filters)
    return goesOn ? .path(start, isAbsolute: false, try steps(isDeep: isDeep)) : start
  }

  private static func startsStep(_ scalar: Unicode.Scalar) -> Bool {
    isName(scalar) || scalar == "*" || scalar == "@"
  }

  /// A literal, a number, a call or something in parentheses; nil where a step stands.
  private mutating func primary() throws(ExpressionError) -> XPath? {
    guard let first = current else { return nil }
    if first == "'" || first == "\"" {
      index += 1
      guard let end = scalars[index...].firstIndex(of: first) else { throw invalid("a quote is not closed") }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[index..<end])
      index = end + 1
      return .literal(String(text))
    }
    if ("0"..."9").contains(first) {
      var text = ""
      while let scalar = current, ("0"..."9").contains(scalar) || scalar == "." {
        text.unicodeScalars.append(scalar)
        index += 1
      }
      guard let number = Double(text) else { throw invalid("a number is malformed") }
      return .number(number)
    }
    if first == "$" { throw invalid("variables are not known") }
    if take("(") {
      let inner = try expression(0)
      guard take(")") else { throw invalid("')' is missing") }
      return inner
    }
    // `name(` is a call unless it is the test of a step.
    var end = index
    while end < scalars.count, Self.isName(scalars[end]) { end += 1 }
    guard end > index, end < scalars.count, scalars[end] == "(" else { return nil }
    let start = index
    let function = try name()
    if ["text", "node", "comment", "processing-instruction"].contains(function) {
      index = start
      return nil
    }
    guard XPathFunctions.names.contains(function) else {
      throw ExpressionError(.unsupported, "the XPath function '\(function.prefix(40))()' is not supported")
    }
    index += 1
    var arguments = [XPath]()
    if take(")") { return .call(function, arguments) }
    repeat { arguments.append(try expression(0)) } while take(",")
    guard take(")") else { throw invalid("')' is missing") }
    return .call(function, arguments)
  }

  private mutating func predicate() throws(ExpressionError) -> XPath {
    let inner = try expression(0)
    guard take("]") else { throw invalid("']' is missing") }
    return inner
  }

  private mutating func steps(isDeep: Bool) throws(ExpressionError) -> [XPath.Step] {
    let everywhere = XPath.Step(axis: .descendantOrSelf, test: .node, predicates: [])
    var steps = isDeep ? [everywhere] : []
    while true {
      steps.append(try step())
      if take("//") { steps.append(everywhere) } else if !take("/") { return steps }
    }
  }

  private mutating func step() throws(ExpressionError) -> XPath.Step {
    skipSpace()
    if take("..") { return XPath.Step(axis: .parent, test: .node, predicates: []) }
    if take(".") { return XPath.Step(axis: .selfOnly, test: .node, predicates: []) }
    var axis = XPath.Step.Axis.child
    if take("@") { axis = .attribute }
    var test: XPath.Step.Test
    if take("*") {
      test = .name(nil)
    } else {
      var name = try self.name()
      if take("::") {
        guard let named = Self.axes[name] else {
          throw ExpressionError(.unsupported, "the XPath axis '\(name.prefix(40))' is not supported")
        }
        axis = named
        name = take("*") ? "" : try self.name()
      }
      test = .name(name.isEmpty ? nil : name)
      if take("(") {
        guard take(")") else { throw invalid("')' is missing") }
        switch name {
        case "text": test = .text
        case "node": test = .node
        case "comment": test = .comment
        default: throw ExpressionError(.unsupported, "the XPath test '\(name.prefix(40))()' is not supported")
        }
      }
    }
    var predicates = [XPath]()
    while take("[") { predicates.append(try predicate()) }
    return XPath.Step(axis: axis, test: test, predicates: predicates)
  }

  private static let axes: [String: XPath.Step.Axis] = [
    "child": .child, "descendant": .descendant, "descendant-or-self": .descendantOrSelf, "self": .selfOnly,
    "parent": .parent, "ancestor": .ancestor, "attribute": .attribute, "following-sibling": .followingSibling,
    "preceding-sibling": .precedingSibling,
  ]
}
