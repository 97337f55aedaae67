/// How the text of one instruction falls into keyword, flags and arguments; each keyword has its own grammar.
struct InstructionGrammar {
  let escape: EscapeToken

  func node(from line: String, comments: [String]) throws(SyntaxMistake) -> Node {
    try node(from: line, comments: comments, depth: 0)
  }

  private func node(from line: String, comments: [String], depth: Int) throws(SyntaxMistake) -> Node {
    let parts = line.trimmed.splitIntoWords(atMost: 2)
    let (flags, rest) = FlagSplitter(escape: escape).split(parts.count == 2 ? parts[1] : "")
    var isJSON = false
    let arguments = try self.arguments(
      of: parts[0].lowercased(), from: rest.trimmed, comments: comments, isJSON: &isJSON, depth: depth)
    return Node(
      keyword: parts[0], flags: flags, arguments: arguments, isJSON: isJSON, original: line, comments: comments)
  }

  private func arguments(
    of keyword: String, from rest: String, comments: [String], isJSON: inout Bool, depth: Int
  ) throws(SyntaxMistake) -> [Node.Argument] {
    switch keyword {
    case "add", "copy", "volume":
      if let strings = try JSONStringArray.parse(rest) {
        isJSON = true
        return strings.map { .word($0) }
      }
      return rest.isEmpty ? [] : rest.splitIntoWords().map { .word($0) }
    case "cmd", "entrypoint", "run", "shell":
      return try commandLine(rest, isJSON: &isJSON)
    case "healthcheck":
      let type = String(String.UnicodeScalarView(rest.unicodeScalars.prefix { !$0.isSpace }))
      guard !type.isEmpty else { return [] }
      let command = String(rest.unicodeScalars.dropFirst(type.unicodeScalars.count)).trimmedStart
      return try [.word(type)] + commandLine(command, isJSON: &isJSON)
    case "env", "label":
      return try assignments(rest, keyword: keyword.uppercased())
    case "arg":
      return WordSplitter(escape: escape).words(of: rest).map { .word($0) }
    case "expose", "from":
      return rest.isEmpty ? [] : rest.splitIntoWords().map { .word($0) }
    case "maintainer", "stopsignal", "user", "workdir":
      return rest.isEmpty ? [] : [.word(rest)]
    case "onbuild":
      guard !rest.isEmpty else { return [] }
      guard depth < 8 else {
        throw SyntaxMistake(.invalidTrigger, "ONBUILD is nested too deeply", help: "ONBUILD may not follow ONBUILD")
      }
      return [.instruction(try node(from: rest, comments: [], depth: depth + 1))]
    default:
      // An unknown keyword keeps its arguments to itself; the typed layer reports it.
      return [.word("")]
    }
  }

  private func commandLine(_ rest: String, isJSON: inout Bool) throws(SyntaxMistake) -> [Node.Argument] {
    if rest.isEmpty { return [] }
    if let strings = try JSONStringArray.parse(rest) {
      isJSON = true
      return strings.map { .word($0) }
    }
    return [.word(rest)]
  }

  /// `NAME=value …` or, as in the first days, `NAME the value`: three words each, the last one `=` or empty.
  private func assignments(_ rest: String, keyword: String) throws(SyntaxMistake) -> [Node.Argument] {
    let words = WordSplitter(escape: escape).words(of: rest)
    guard let first = words.first else { return [] }
    if !first.unicodeScalars.contains("=") {
      let parts = rest.splitIntoWords(atMost: 2)
      guard parts.count == 2 else {
        throw SyntaxMistake(
          .wrongArguments, "\(keyword) needs a name and a value", help: "write \(keyword) \(rest)=value")
      }
      return [.word(parts[0]), .word(parts[1]), .word("")]
    }
    var arguments: [Node.Argument] = []
    for word in words {
      guard let (name, value) = word.cut(at: "=") else {
        throw SyntaxMistake(
          .wrongArguments, "\"\(word)\" is not of the form name=value",
          help: "quote a value that contains blanks", underline: word)
      }
      arguments += [.word(name), .word(value), .word("=")]
    }
    return arguments
  }
}
