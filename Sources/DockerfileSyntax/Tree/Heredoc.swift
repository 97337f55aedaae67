/// A text that stands in the Dockerfile itself, below the instruction that uses it.
package struct Heredoc: Hashable, Sendable {
  /// The word that ends it; for COPY and ADD also the name of the file.
  package let name: String
  /// As written, leading tabs and line endings included.
  package let rawContent: String
  /// Whether variables in it are expanded: not where the opening's word was quoted.
  package let expandsVariables: Bool
  /// Whether it was opened by `<<-`, so that leading tabs are no part of the text.
  package let stripsTabs: Bool
  /// The number before `<<`, 0 without one.
  package let fileDescriptor: Int

  package init(name: String, rawContent: String, expandsVariables: Bool, stripsTabs: Bool, fileDescriptor: Int) {
    self.name = name
    self.rawContent = rawContent
    self.expandsVariables = expandsVariables
    self.stripsTabs = stripsTabs
    self.fileDescriptor = fileDescriptor
  }

  init(_ opening: HeredocOpening, content: String) {
    self.init(
      name: opening.name, rawContent: content, expandsVariables: opening.expandsVariables,
      stripsTabs: opening.stripsTabs, fileDescriptor: opening.fileDescriptor)
  }

  /// The text: after `<<-` without the tabs at the start of its lines. Variables are not expanded yet.
  package var content: String {
    guard stripsTabs else { return rawContent }
    let lines = rawContent.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { String(String.UnicodeScalarView($0.drop { $0 == "\t" })) }.joined(separator: "\n")
  }
}

/// The word that opens a heredoc: `<<EOF`, `<<-EOF`, `<<"EOF"`, `3<<EOF`.
///
/// In it the backslash escapes, whatever the file's escape token is, as in the reference builder.
struct HeredocOpening: Hashable {
  let name: String
  let expandsVariables: Bool
  let stripsTabs: Bool
  let fileDescriptor: Int

  /// Those of a whole instruction, in their order. A line whose quotes don't balance opens none.
  static func all(in line: String) throws(SyntaxMistake) -> [HeredocOpening] {
    let splitting = WordExpansion(quotes: .kept, keepsEscapes: true, keepsUnsetVariables: true)
    let words: [String]
    do {
      words = try splitting.expand(line, variables: [:]).words
    } catch {
      // The reference builder takes a line that it cannot split for one without heredocs: `RUN echo it's $((1 << 2))`.
      return []
    }
    var openings: [HeredocOpening] = []
    for word in words {
      do {
        if let opening = try HeredocOpening(word) { openings.append(opening) }
      } catch {
        throw SyntaxMistake(.invalidHeredoc, error.message, help: error.help, underline: word)
      }
    }
    return openings
  }

  /// Nil if `word` opens no heredoc.
  init?(_ word: String) throws(DockerfileError) {
    let scalars = word.unicodeScalars
    let afterDigits = scalars.drop { ("0"..."9").contains($0) }
    guard afterDigits.starts(with: "<<".unicodeScalars) else { return nil }
    var rest = afterDigits.dropFirst(2)
    stripsTabs = rest.first == "-"
    if stripsTabs { rest.removeFirst() }
    rest = rest.drop(while: \.isSpace)
    guard !rest.isEmpty, !rest.contains("<") else { return nil }

    // A word that loses its quotes was quoted; a quote that was escaped is there both times.
    let cooked = try WordExpansion(keepsUnsetVariables: true).expand(String(rest), variables: [:]).words
    let raw = try WordExpansion(quotes: .kept, keepsUnsetVariables: true).expand(String(rest), variables: [:]).words
    guard cooked.count == 1, raw.count == 1 else { return nil }
    name = cooked[0]
    expandsVariables = Self.quotes(in: cooked[0]) == Self.quotes(in: raw[0])
    fileDescriptor = Int(String(scalars[..<afterDigits.startIndex])) ?? 0
  }

  private static func quotes(in word: String) -> Int {
    word.unicodeScalars.count { $0 == "'" || $0 == "\"" }
  }
}
