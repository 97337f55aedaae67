/// The functions of XPath 1.0 that are common in paths.
struct XPathFunctions {
  static let names: Set<String> = [
    "boolean", "ceiling", "concat", "contains", "count", "false", "floor", "last", "local-name", "name",
    "normalize-space", "not", "number", "position", "round", "starts-with", "string", "string-length", "substring",
    "substring-after", "substring-before", "sum", "translate", "true",
  ]

  let selection: XPathSelection
  let context: XPathSelection.Context

  func call(_ function: String, _ arguments: [XPath]) throws(ExpressionError) -> XPathSelection.Result {
    switch function {
    case "last": return .number(Double(context.size))
    case "position": return .number(Double(context.position))
    case "true": return .flag(true)
    case "false": return .flag(false)
    case "count", "sum", "name", "local-name": return try ofNodes(function, arguments)
    case "not", "boolean", "number", "floor", "ceiling", "round", "string", "string-length", "normalize-space":
      return try ofOne(function, arguments)
    default: return try ofTexts(function, arguments)
    }
  }

  private func wrongCount(_ function: String) -> ExpressionError {
    ExpressionError(.wrongArguments, "the XPath function '\(function)()' is given the wrong number of arguments")
  }

  private func ofNodes(_ function: String, _ arguments: [XPath]) throws(ExpressionError) -> XPathSelection.Result {
    var nodes = [context.node]
    if let first = arguments.first {
      guard case .nodes(let found) = try selection.evaluate(first, context) else { throw XPathSelection.noNodes }
      nodes = found
    } else if function == "count" || function == "sum" {
      throw wrongCount(function)
    }
    let document = selection.document
    switch function {
    case "count": return .number(Double(nodes.count))
    case "sum": return .number(nodes.reduce(0) { $0 + selection.number(.text(document.stringValue($1))) })
    case "name": return .text(nodes.first.map { document.nodes[$0].name } ?? "")
    default:
      let name = nodes.first.map { document.nodes[$0].name } ?? ""
      return .text(name.split(separator: ":").last.map(String.init) ?? "")
    }
  }

  private func ofOne(_ function: String, _ arguments: [XPath]) throws(ExpressionError) -> XPathSelection.Result {
    guard arguments.count <= 1 else { throw wrongCount(function) }
    let value: XPathSelection.Result
    if let first = arguments.first {
      value = try selection.evaluate(first, context)
    } else {
      guard ["number", "string", "string-length", "normalize-space"].contains(function) else {
        throw wrongCount(function)
      }
      value = .nodes([context.node])
    }
    switch function {
    case "not": return .flag(!selection.flag(value))
    case "boolean": return .flag(selection.flag(value))
    case "number": return .number(selection.number(value))
    case "floor": return .number(selection.number(value).rounded(.down))
    case "ceiling": return .number(selection.number(value).rounded(.up))
    case "round": return .number((selection.number(value) + 0.5).rounded(.down))
    case "string": return .text(selection.text(value))
    case "string-length": return .number(Double(selection.text(value).unicodeScalars.count))
    default:
      return .text(
        selection.text(value).split { " \t\n\r".contains($0) || $0 == "\r\n" }.joined(separator: " "))
    }
  }

  private func ofTexts(_ function: String, _ arguments: [XPath]) throws(ExpressionError) -> XPathSelection.Result {
    var values = [XPathSelection.Result]()
    for argument in arguments { values.append(try selection.evaluate(argument, context)) }
    let texts = values.map(selection.text)
    let counts =
      function == "concat" ? 2...Int.max : function == "substring" ? 2...3 : function == "translate" ? 3...3 : 2...2
    guard counts.contains(texts.count) else { throw wrongCount(function) }
    let (text, other) = (texts[0], texts[1])
    switch function {
    case "contains": return .flag(other.isEmpty || text.utf8.firstRange(of: other.utf8) != nil)
    case "starts-with": return .flag(text.utf8.starts(with: other.utf8))
    case "substring-before":
      guard !other.isEmpty, let range = text.utf8.firstRange(of: other.utf8) else { return .text("") }
      return .text(String(decoding: Array(text.utf8[..<range.lowerBound]), as: UTF8.self))
    case "substring-after":
      guard let range = text.utf8.firstRange(of: other.utf8) else { return .text(other.isEmpty ? text : "") }
      return .text(String(decoding: Array(text.utf8[range.upperBound...]), as: UTF8.self))
    case "substring":
      // Positions count from 1 and are rounded; those outside of the text take nothing.
      let start = (selection.number(values[1]) + 0.5).rounded(.down)
      let end = values.count > 2 ? start + (selection.number(values[2]) + 0.5).rounded(.down) : .infinity
      var kept = String.UnicodeScalarView()
      for (index, scalar) in text.unicodeScalars.enumerated()
      where Double(index + 1) >= start && Double(index + 1) < end {
        kept.append(scalar)
      }
      return .text(String(kept))
    case "translate":
      let replacements = Array(texts[2].unicodeScalars)
      var table = [Unicode.Scalar: Unicode.Scalar?]()
      for (index, scalar) in other.unicodeScalars.enumerated() where table[scalar] == nil {
        table[scalar] = .some(index < replacements.count ? replacements[index] : nil)
      }
      var result = String.UnicodeScalarView()
      for scalar in text.unicodeScalars {
        if let entry = table[scalar] {
          if let replacement = entry { result.append(replacement) }
        } else {
          result.append(scalar)
        }
      }
      return .text(String(result))
    default:
      let joined = texts.joined()
      guard joined.utf8.count <= Limits.textLength else { throw Arithmetic.tooLong }
      return .text(joined)
    }
  }
}
