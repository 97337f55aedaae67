import Model

/// libyaml's terse words as sentences with a way out.
extension SyntaxMistake {
  func diagnostic(in source: SourceText) -> Diagnostic {
    let (span, contextSpan) = places(in: source)
    let line = source.line(span.start.line) ?? ""
    if let contextSpan, let first = source.line(contextSpan.start.line), Self.looksLikeTemplate(first) {
      return Self.unrenderedTemplate(at: contextSpan)
    }
    if Self.looksLikeTemplate(line) { return Self.unrenderedTemplate(at: span) }
    if let tab = Self.tab(in: line, span: span, problem: problem) {
      return Self.tabIndentation(at: source.span(from: span.start.offset + tab, to: span.start.offset + tab + 1))
    }
    let before = String(line.unicodeScalars.prefix(span.start.column - 1))
    let (message, help) = Self.sentence(
      for: problem, context: context ?? "", character: source.character(at: span), before: before)
    let labels = contextSpan.flatMap { place in
      place.start == span.start ? nil : Self.label(for: context ?? "").map { Diagnostic.Label(span: place, text: $0) }
    }
    return Diagnostic(.syntax, message, at: span, labels: labels.map { [$0] } ?? [], help: help)
  }

  static func unrenderedTemplate(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unrenderedTemplate, "'{{' and '{%' belong to a template that has not been rendered", at: span,
      notes: ["in YAML an unquoted '{' starts a mapping"],
      help: "render the template first, or put the value in quotes if the braces are part of it")
  }

  private static func tabIndentation(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .tabIndentation, "a tab cannot indent in YAML", at: span, help: "replace the tabs at the start of lines by spaces"
    )
  }

  // MARK: - Places

  private func places(in source: SourceText) -> (SourceSpan, SourceSpan?) {
    source.bytes.withUnsafeBufferPointer { bytes in
      var cursor = PositionCursor()
      let contextStart = contextPlace.map { cursor.position(ofScalar: $0, in: bytes) }
      let contextEnd = contextPlace.map { cursor.position(ofScalar: $0 + 1, in: bytes) }
      let start = cursor.position(ofScalar: place, in: bytes)
      let end = cursor.position(ofScalar: place + 1, in: bytes)
      let context = contextStart.flatMap { first in
        contextEnd.map { SourceSpan(file: source.file, start: first, end: $0) }
      }
      return (SourceSpan(file: source.file, start: start, end: end.line == start.line ? end : start), context)
    }
  }

  /// The tab's distance from the problem's place, in bytes, when a tab is what is wrong.
  private static func tab(in line: String, span: SourceSpan, problem: String) -> Int? {
    let bytes = Array(line.utf8)
    let indentation = bytes.prefix { $0 == 0x20 || $0 == 0x09 }
    guard let tab = indentation.firstIndex(of: 0x09) else { return nil }
    let isAboutTab = problem.contains("tab character") || problem.contains("cannot start any token")
    // Column counts scalars and the indentation is ASCII, so that within it a column is a byte.
    let column = span.start.column - 1
    guard isAboutTab || column <= indentation.count else { return nil }
    let offset = line.unicodeScalars.prefix(column).reduce(0) { $0 + UTF8.width($1) }
    return tab - offset
  }

  private static func looksLikeTemplate(_ line: String) -> Bool {
    let trimmed = line.drop { $0 == " " || $0 == "\t" }
    if trimmed.hasPrefix("{%") || trimmed.hasPrefix("{{") || trimmed.hasPrefix("{#") { return true }
    return [": {{", "- {{", ": {%", "- {%"].contains { line.contains($0) }
  }

  // MARK: - Sentences

  private static func label(for context: String) -> String? {
    switch context {
    case "while parsing a block mapping": "this mapping starts here"
    case "while parsing a block collection": "this list starts here"
    case "while parsing a flow sequence": "this '[' is not closed"
    case "while parsing a flow mapping": "this '{' is not closed"
    case "while scanning a quoted scalar": "this string starts here"
    case "while scanning a simple key": "this was read as a key"
    case "while scanning a block scalar": "this block starts here"
    default: nil
    }
  }

  /// - Parameters:
  ///   - character: the one that libyaml stopped at.
  ///   - before: what stands before it on its line.
  private static func sentence(
    for problem: String, context: String, character: String, before: String
  ) -> (String, help: String) {
    switch problem {
    case "did not find expected key":
      ("this line does not fit the mapping it stands in", "indent it like the other keys; a key ends with ':'")
    case "did not find expected '-' indicator":
      ("this line does not fit the list it stands in", "indent it like the other items; an item starts with '- '")
    case "could not find expected ':'":
      ("this line is neither a key nor part of the value before it", "end a key with ':', or indent a continued value")
    case "mapping values are not allowed in this context" where !before.contains(": "):
      (
        "no key can stand here: the line above goes on until this ':'",
        "end the line above with ':', or indent both alike"
      )
    case "mapping values are not allowed in this context":
      (
        "a second ':' on this line makes it a mapping within a value",
        "put the value in quotes if the ':' is part of it"
      )
    case "block sequence entries are not allowed in this context":
      ("a list cannot start here", "put the '- ' on a line of its own, below the key")
    case "mapping keys are not allowed in this context":
      ("a key cannot start here", "put the key on a line of its own")
    case "found character that cannot start any token":
      ("a value cannot start with '\(character)'", "put the value in quotes")
    case "did not find expected alphabetic or numeric character" where context.contains("alias"):
      ("a value that starts with '*' is an alias, and no name follows", "put the value in quotes")
    case "did not find expected alphabetic or numeric character":
      ("a value that starts with '&' is an anchor, and no name follows", "put the value in quotes")
    case "did not find expected ',' or ']'":
      ("a list in brackets goes on without ',' or ']'", "add the ',' or close the list with ']'")
    case "did not find expected ',' or '}'":
      ("a mapping in braces goes on without ',' or '}'", "add the ',' or close the mapping with '}'")
    case "did not find expected node content":
      ("a value is expected here", "write the value, or put it in quotes if it starts with a special character")
    case "found unexpected end of stream":
      ("the file ends inside a quoted string", "close the string where it should end")
    case "found unexpected document indicator":
      ("a quoted string goes on over '---' or '...'", "close the string where it should end")
    case "found unknown escape character":
      ("there is no such escape in a double-quoted string", "write '\\\\' for a backslash, or use single quotes")
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      ("this escape names no character", "write '\\\\' for a backslash, or use single quotes")
    case "did not find expected comment or line break":
      ("nothing can follow the '|' or '>' of a block on its own line", "start the text on the next line")
    case "found an indentation indicator equal to 0":
      ("a block's indentation is at least 1", "leave the number out")
    case "did not find expected <document start>":
      ("the document has ended, and this does not start another", "indent the lines that belong to it")
    case "found undefined tag handle":
      ("a value that starts with '!' is a tag, and this one is not known", "put the value in quotes")
    default:
      (problem.isEmpty ? "this is not YAML" : "this is not YAML: \(problem)", "compare the line with its neighbours")
    }
  }
}

extension SourceText {
  /// The character that a span starts with; empty at the end of the file.
  fileprivate func character(at span: SourceSpan) -> String {
    String(
      decoding: bytes[span.start.offset..<min(bytes.count, max(span.end.offset, span.start.offset))], as: UTF8.self)
  }
}
