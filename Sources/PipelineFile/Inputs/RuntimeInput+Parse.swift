import Model

extension RuntimeInput {
  /// What is wrong with the calls behind `<+input>`.
  struct ParseError: Error, Equatable {
    let message: String
    let help: String?
  }

  private enum Call: String, CaseIterable {
    case defaultValue = "default"
    case allowedValues, regex, executionInput, selectOneFrom, selectManyFrom
  }

  /// - Throws: ``ParseError`` unless `text` is `<+input>` with nothing behind it but its calls.
  init(_ text: String) throws(ParseError) {
    let text = text.trimmed
    guard text.hasPrefix(Self.marker) else {
      throw ParseError(message: "\(Excerpt.quoted(text)) is no runtime input", help: nil)
    }
    self.init()
    try read(text.dropFirst(Self.marker.count))
  }

  /// A value of an input set with validators of its own behind it: `b.allowedValues(a,b)`.
  ///
  /// - Returns: nil when the text is a value and nothing else.
  static func validated(_ text: String) -> (value: String, input: RuntimeInput)? {
    for start in text.indices where text[start] == "." && start > text.startIndex {
      guard callName(at: text[start...]) != nil else { continue }
      var input = RuntimeInput()
      // What only looks like a call belongs to the value.
      do { try input.read(text[start...]) } catch { continue }
      return (text[..<start].trimmed, input)
    }
    return nil
  }

  private mutating func read(_ calls: Substring) throws(ParseError) {
    var rest = calls
    var seen: Set<Call> = []
    while !rest.isEmpty {
      guard let call = Self.callName(at: rest) else { throw Self.unknown(rest) }
      rest = rest.dropFirst(call.rawValue.count + 2)
      guard let end = Self.end(of: rest) else {
        throw ParseError(message: "'.\(call.rawValue)(' is not closed", help: "end it with ')'")
      }
      let argument = rest[..<end]
      rest = rest[rest.index(after: end)...]
      guard seen.insert(call).inserted else {
        throw ParseError(message: "'.\(call.rawValue)(…)' occurs twice", help: "keep one of them")
      }
      try take(call, argument)
    }
  }

  private mutating func take(_ call: Call, _ argument: Substring) throws(ParseError) {
    let text = argument.trimmed
    if call == .executionInput {
      guard text.isEmpty else {
        throw ParseError(message: "'.executionInput()' takes nothing", help: "write '.executionInput()'")
      }
      isExecutionInput = true
      return
    }
    guard !text.isEmpty else {
      throw ParseError(
        message: "'.\(call.rawValue)()' is empty", help: "put what it needs between the parentheses, or leave it out")
    }
    switch call {
    case .defaultValue: defaultText = CommaSeparated.unescaped(text)
    case .regex: pattern = text
    case .allowedValues, .selectOneFrom, .selectManyFrom:
      guard choices == nil else {
        throw ParseError(message: "the choices are given twice", help: "keep one of the lists")
      }
      selection = call == .selectOneFrom ? .one : call == .selectManyFrom ? .many : .any
      choices = Self.choices(text)
    case .executionInput: break
    }
  }

  private static func choices(_ text: String) -> Choices {
    if text.hasPrefix("jexl("), text.hasSuffix(")") {
      return .computed(text.dropFirst("jexl(".count).dropLast().trimmed)
    }
    return .words(CommaSeparated.split(text))
  }

  /// The call that starts with the `.` at the beginning of the text.
  private static func callName(at text: Substring) -> Call? {
    Call.allCases.first { text.hasPrefix("." + $0.rawValue + "(") }
  }

  /// The parenthesis that ends a call: the first one behind which there is nothing, or another call. What stands between may
  /// have parentheses of its own, as regular expressions do.
  private static func end(of text: Substring) -> Substring.Index? {
    text.indices.first { index in
      guard text[index] == ")" else { return false }
      let rest = text[text.index(after: index)...]
      return rest.isEmpty || callName(at: rest) != nil
    } ?? text.lastIndex(of: ")")
  }

  private static func unknown(_ rest: Substring) -> ParseError {
    let names = Call.allCases.map(\.rawValue)
    let word = rest.drop { $0 == "." }.prefix { $0.isLetter }
    let isCall = rest.hasPrefix(".") && !word.isEmpty
    return ParseError(
      message: isCall
        ? "a runtime input has no '.\(word)(…)'"
        : "\(Excerpt.quoted(rest.trimmed)) has no meaning behind a runtime input",
      help: Excerpt.suggestion(for: String(word), among: isCall ? names : [])
        ?? "what may follow is \(Excerpt.alternatives(names.map { ".\($0)(…)" }))")
  }
}

/// Lists as Harness writes them between parentheses: `a, b, \'london,uk\'`.
enum CommaSeparated {
  static func split(_ text: String) -> [String] {
    var words = [String]()
    var word = ""
    var rest = text[...]
    var quote: Substring?
    while let character = rest.first {
      if let open = quote, rest.hasPrefix(open) {
        quote = nil
        word += open
        rest = rest.dropFirst(open.count)
      } else if quote == nil, let open = opening(rest, isAtStart: word.allSatisfy(\.isWhitespace)) {
        quote = open
        word += open
        rest = rest.dropFirst(open.count)
      } else {
        if character == ",", quote == nil {
          words.append(unescaped(word.trimmed))
          word = ""
        } else {
          word.append(character)
        }
        rest = rest.dropFirst()
      }
    }
    words.append(unescaped(word.trimmed))
    return words
  }

  /// `\'` opens a quotation anywhere; a bare quote does at the start of a word that it also ends.
  private static func opening(_ text: Substring, isAtStart: Bool) -> Substring? {
    if text.hasPrefix("\\'") { return "\\'" }
    guard isAtStart, let quote = text.first, quote == "'" || quote == "\"" else { return nil }
    guard let end = text.dropFirst().firstIndex(of: quote) else { return nil }
    let behind = text[text.index(after: end)...].drop(while: \.isWhitespace)
    return behind.isEmpty || behind.hasPrefix(",") ? text.prefix(1) : nil
  }

  static func unescaped(_ word: String) -> String {
    let text = word.replacing("\\'", with: "'")
    for quote in ["'", "\""] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
      let inner = text.dropFirst().dropLast()
      if !inner.contains(quote) { return String(inner) }
    }
    return text
  }

  /// The other way round: what ``split(_:)`` takes apart again.
  static func joined(_ words: [String]) -> String {
    words.map { $0.contains(",") ? "\\'\($0)\\'" : $0 }.joined(separator: ",")
  }
}
