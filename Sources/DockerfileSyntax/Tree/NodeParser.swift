import Model

/// Joins lines to instructions, takes out comments and directives, and collects heredoc bodies.
struct NodeParser {
  let source: SourceText
  private(set) var nodes: [Node] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var directiveParser = DirectiveParser()
  private var comments: [String] = []
  private var cursor = 0

  var directives: Directives { directiveParser.directives }

  init(_ source: SourceText) {
    self.source = source
  }

  mutating func parse() {
    while let line = nextLine() {
      noteComment(line.content)
      let content = line.content.trimmedStart
      readDirective(content)
      if content.isEmpty || content.unicodeScalars.first == "#" { continue }
      parseInstruction(startingWith: content)
    }
    if nodes.isEmpty, !diagnostics.contains(where: { $0.severity == .error }) {
      report(
        SyntaxMistake(
          .emptyDockerfile, "the file has no instructions", help: "a Dockerfile needs at least one FROM instruction"),
        from: 1, through: 1)
    }
  }

  /// Stops at a line that is too long, since what follows it may be a part of it.
  private mutating func nextLine() -> SourceText.Line? {
    guard source.lines.indices.contains(cursor) else { return nil }
    let line = source.lines[cursor]
    if line.isTooLong {
      report(
        SyntaxMistake(
          .lineTooLong, "the line is longer than \(SourceText.maximumLineLength) bytes",
          help: "continue it on further lines with \(String(directives.escape.rawValue)), or copy a file into the image"
        ),
        from: cursor + 1, through: cursor + 1)
      cursor = source.lines.count
      return nil
    }
    cursor += 1
    return line
  }

  private mutating func noteComment(_ content: String) {
    guard content.trimmedStart.unicodeScalars.first == "#" else { return }
    // Of an indented comment the reference builder takes off the first blank instead of the number sign.
    let comment = String(content.unicodeScalars.dropFirst()).trimmed
    if comment.isEmpty { comments = [] } else { comments.append(comment) }
  }

  private mutating func readDirective(_ content: String) {
    do {
      if try directiveParser.read(content), !comments.isEmpty { comments.removeLast() }
    } catch {
      report(SyntaxMistake(.invalidDirective, error.message, help: error.help), from: cursor, through: cursor)
    }
  }

  private mutating func parseInstruction(startingWith content: String) {
    let startLine = cursor
    let line = joinContinuations(of: content)
    defer { comments = [] }
    do {
      var node = try InstructionGrammar(escape: directives.escape).node(from: line, comments: comments)
      if node.canContainHeredoc, line.contains("<<") {
        for opening in try HeredocOpening.all(in: line) {
          node.heredocs.append(try readBody(of: opening))
        }
      }
      node.startLine = startLine
      node.endLine = cursor
      nodes.append(node)
    } catch {
      report(error, from: startLine, through: cursor)
    }
  }

  private mutating func joinContinuations(of first: String) -> String {
    var emptyLine: Int?
    var (line, continues) = cutContinuation(first)
    while continues, let next = nextLine() {
      let content = next.content.trimmedStart
      if content.unicodeScalars.first == "#" { continue }
      if content.isEmpty {
        emptyLine = emptyLine ?? cursor
        continue
      }
      let (part, more) = cutContinuation(next.content)
      line += part
      continues = more
    }
    if let emptyLine {
      diagnostics.append(
        Diagnostic(
          .emptyContinuationLine, .warning, "empty line inside a continued instruction",
          at: source.span(from: emptyLine, through: emptyLine), notes: ["the instruction is \(line)"],
          help: "remove the line, or put a # in it"))
    }
    return line
  }

  /// An escape token at the end of a line continues it, unless another one stands right before it.
  private func cutContinuation(_ line: String) -> (line: String, continues: Bool) {
    let scalars = line.unicodeScalars
    let escape = directives.escape.rawValue
    guard let last = scalars.lastIndex(where: { $0 != " " && $0 != "\t" }), scalars[last] == escape else {
      return (line, false)
    }
    if last > scalars.startIndex, scalars[scalars.index(before: last)] == escape { return (line, false) }
    return (String(scalars[..<last]), true)
  }

  private mutating func readBody(of opening: HeredocOpening) throws(SyntaxMistake) -> Heredoc {
    var content = ""
    while let line = nextLine() {
      let end = opening.stripsTabs ? String(line.content.drop { $0 == "\t" }) : line.content
      if end == opening.name { return Heredoc(opening, content: content) }
      content += line.raw
    }
    throw SyntaxMistake(
      .invalidHeredoc, "the heredoc \(opening.name) has no end",
      help: "end it with a line that says \(opening.name) and nothing else", underline: "<<")
  }

  private mutating func report(_ mistake: SyntaxMistake, from first: Int, through last: Int) {
    diagnostics.append(mistake.diagnostic(in: source, from: first, through: last))
  }
}

extension SyntaxMistake {
  func diagnostic(
    in source: SourceText, from first: Int, through last: Int, severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    let place = needle.flatMap { source.span(of: $0, from: first, through: last) }
    return Diagnostic(code, severity, message, at: place ?? source.span(from: first, through: last), help: help)
  }
}
