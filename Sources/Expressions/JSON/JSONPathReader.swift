import Model

/// Reads the text of a JSON path.
struct JSONPathReader {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ path: String) { scalars = Array(path.unicodeScalars) }

  private func invalid(_ reason: String) -> ExpressionError {
    ExpressionError(.wrongArguments, "the JSON path is not valid: \(reason) at character \(index)")
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    index += 1
    return true
  }

  private mutating func take(_ text: String) -> Bool {
    guard scalars[min(index, scalars.count)...].starts(with: text.unicodeScalars) else { return false }
    index += text.unicodeScalars.count
    return true
  }

  private mutating func skipSpace() { while current == " " { index += 1 } }

  mutating func steps() throws(ExpressionError) -> [(step: JSONPath.Step, isDeep: Bool)] {
    guard scalars.count <= Limits.patternLength else { throw invalid("it is too long") }
    var steps = [(step: JSONPath.Step, isDeep: Bool)]()
    if take("$") || take("@") {
      // The root, or in a filter the element.
    } else if let current, current != "[", current != "." {
      steps.append((try memberStep(), false))
    }
    while current != nil {
      if take("..") {
        steps.append((current == "[" ? try bracketStep() : try memberStep(), true))
      } else if take(".") {
        steps.append((current == "[" ? try bracketStep() : try memberStep(), false))
      } else if current == "[" {
        steps.append((try bracketStep(), false))
      } else {
        throw invalid("'.' or '[' is missing")
      }
    }
    return steps
  }

  private mutating func memberStep() throws(ExpressionError) -> JSONPath.Step {
    if take("*") { return .all }
    var name = String.UnicodeScalarView()
    while let scalar = current, scalar != ".", scalar != "[" {
      name.append(scalar)
      index += 1
    }
    let text = String(name)
    if text == "length()" || text == "size()" { return .length }
    if text.hasSuffix("()") { throw ExpressionError(.unsupported, "the JSON path function '\(text)' is not supported") }
    guard !text.isEmpty else { throw invalid("a name is missing") }
    return .names([text])
  }

  private mutating func bracketStep() throws(ExpressionError) -> JSONPath.Step {
    index += 1
    skipSpace()
    let step: JSONPath.Step
    if take("*") {
      step = .all
    } else if take("?") {
      step = .filter(try filter())
    } else if current == "'" || current == "\"" {
      var names = [String]()
      repeat {
        skipSpace()
        names.append(try quoted())
        skipSpace()
      } while take(",")
      step = .names(names)
    } else {
      step = try indices()
    }
    skipSpace()
    guard take("]") else { throw invalid("']' is missing") }
    return step
  }

  private mutating func indices() throws(ExpressionError) -> JSONPath.Step {
    let first = integer()
    skipSpace()
    if take(":") {
      skipSpace()
      return .slice(from: first, to: integer())
    }
    guard let first else { throw invalid("an index is missing") }
    var indices = [first]
    while take(",") {
      skipSpace()
      guard let next = integer() else { throw invalid("an index is missing") }
      indices.append(next)
      skipSpace()
    }
    return .indices(indices)
  }

  private mutating func integer() -> Int? {
    var text = take("-") ? "-" : ""
    while let scalar = current, ("0"..."9").contains(scalar) {
      text.unicodeScalars.append(scalar)
      index += 1
    }
    return Int(text)
  }

  private mutating func quoted() throws(ExpressionError) -> String {
    guard let quote = current, quote == "'" || quote == "\"" else { throw invalid("a name in quotes is missing") }
    index += 1
    var text = String.UnicodeScalarView()
    while let scalar = current {
      index += 1
      if scalar == quote { return String(text) }
      if scalar == "\\", let escaped = current {
        index += 1
        text.append(escaped)
      } else {
        text.append(scalar)
      }
    }
    throw invalid("a quote is not closed")
  }

  // MARK: Filters

  private mutating func filter() throws(ExpressionError) -> JSONFilter {
    skipSpace()
    guard take("(") else { throw invalid("'(' is missing after '?'") }
    var alternatives = [[JSONFilter.Comparison]]()
    repeat {
      var comparisons = [JSONFilter.Comparison]()
      repeat { comparisons.append(try comparison()) } while take("&&")
      alternatives.append(comparisons)
    } while take("||")
    guard take(")") else { throw invalid("')' is missing after a filter") }
    return JSONFilter(alternatives: alternatives)
  }

  private mutating func comparison() throws(ExpressionError) -> JSONFilter.Comparison {
    skipSpace()
    let isNegated = take("!")
    let left = try operand()
    skipSpace()
    let comparators: [(String, BinaryOperator)] = [
      ("==", .equal), ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less), (">", .greater),
    ]
    for (text, symbol) in comparators where take(text) {
      skipSpace()
      let right = try operand()
      skipSpace()
      return JSONFilter.Comparison(left: left, comparator: (symbol, right), isNegated: isNegated)
    }
    return JSONFilter.Comparison(left: left, comparator: nil, isNegated: isNegated)
  }

  private mutating func operand() throws(ExpressionError) -> JSONFilter.Operand {
    guard let first = current else { throw invalid("a filter is not finished") }
    if first == "'" || first == "\"" { return .literal(.string(try quoted())) }
    var text = String.UnicodeScalarView()
    var brackets = 0
    while let scalar = current {
      if scalar == "[" { brackets += 1 }
      if scalar == "]" { brackets -= 1 }
      if brackets < 0 || (brackets == 0 && " )&|=!<>".unicodeScalars.contains(scalar)) { break }
      text.append(scalar)
      index += 1
    }
    let word = String(text)
    switch word {
    case "true": return .literal(true)
    case "false": return .literal(false)
    case "null": return .literal(.null)
    default:
      if word.hasPrefix("@") { return .path(try JSONPath(word)) }
      if let number = Int(word) { return .literal(.integer(number)) }
      if let number = Double(word) { return .literal(.double(number)) }
      throw invalid("a filter compares '@.name' with a number, a text in quotes, true, false or null")
    }
  }
}
