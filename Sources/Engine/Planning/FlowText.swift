import Model

/// Reads a list that stands in a string: JSON, YAML's flow style, or one `- item` a line. Scalars stay the text that they are.
///
/// What expressions come to is often such a string: an output variable, a pipeline variable.
struct FlowText {
  private var rest: Substring
  private var depth = 0

  /// - Returns: nil when the text is no list.
  static func list(_ text: String) -> [Value]? {
    let trimmed = trim(text[...])
    if trimmed.hasPrefix("[") {
      var reader = FlowText(rest: trimmed)
      guard case .list(let elements)? = reader.value(), trim(reader.rest).isEmpty else { return nil }
      return elements
    }
    let lines = trimmed.split(whereSeparator: \.isNewline).map(trim)
    guard !lines.isEmpty, lines.allSatisfy({ $0.hasPrefix("- ") }) else { return nil }
    return lines.map { line in
      var reader = FlowText(rest: trim(line.dropFirst(2)))
      let whole = String(reader.rest)
      guard let value = reader.value(), trim(reader.rest).isEmpty else { return .string(whole) }
      return value
    }
  }

  private mutating func value() -> Value? {
    skipSpace()
    depth += 1
    defer { depth -= 1 }
    // Deeper than anything that a person writes, and far from the end of the stack.
    guard depth < 64 else { return nil }
    switch rest.first {
    case "[": return list()
    case "{": return map()
    case "\"", "'": return quoted().map(Value.string)
    default:
      let plain = rest.prefix { !",]}".contains($0) }
      rest = rest[plain.endIndex...]
      let text = Self.trim(plain)
      return text.isEmpty ? nil : .string(String(text))
    }
  }

  private mutating func list() -> Value? {
    rest.removeFirst()
    var elements = [Value]()
    while true {
      skipSpace()
      if take("]") { return .list(elements) }
      guard let element = value() else { return nil }
      elements.append(element)
      skipSpace()
      guard take(",") || rest.first == "]" else { return nil }
    }
  }

  private mutating func map() -> Value? {
    rest.removeFirst()
    var entries: [String: Value] = [:]
    while true {
      skipSpace()
      if take("}") { return .map(entries) }
      let key: String
      if let first = rest.first, first == "\"" || first == "'" {
        guard let text = quoted() else { return nil }
        key = text
      } else {
        let plain = rest.prefix { !":,}]".contains($0) }
        rest = rest[plain.endIndex...]
        key = String(Self.trim(plain))
      }
      skipSpace()
      guard take(":"), let element = value() else { return nil }
      entries[key] = element
      skipSpace()
      guard take(",") || rest.first == "}" else { return nil }
    }
  }

  private mutating func quoted() -> String? {
    let quote = rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == quote {
        // YAML doubles a single quote within single quotes.
        guard quote == "'", rest.first == "'" else { return text }
        rest.removeFirst()
        text.append("'")
      } else if character == "\\", quote == "\"" {
        guard let escaped = rest.popFirst() else { return nil }
        text.append(["n": "\n", "t": "\t", "r": "\r"][escaped] ?? escaped)
      } else {
        text.append(character)
      }
    }
    return nil
  }

  private mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }

  private static func trim(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
