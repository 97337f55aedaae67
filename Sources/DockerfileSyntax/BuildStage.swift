package import Model

/// A FROM and the instructions up to the next one.
package struct BuildStage: Hashable, Sendable {
  /// What the stage starts from: an image, an earlier stage, `scratch`. A word to expand with the global arguments.
  package let base: String
  /// In lower case.
  package let name: String?
  /// A word to expand with the global arguments.
  package let platform: String?
  package internal(set) var instructions: [Instruction] = []
  /// The place of the FROM.
  package let span: SourceSpan
  /// The text of the FROM.
  package let original: String

  init(_ node: Node, platform: String?, span: SourceSpan) throws(SyntaxMistake) {
    let words = node.words
    switch words.count {
    case 1: name = nil
    case 3 where words[1].lowercased() == "as": name = try Self.validated(words[2])
    default:
      throw SyntaxMistake(
        .wrongArguments, "FROM takes an image, or an image, AS and a name",
        help: "write FROM image, or FROM image AS name")
    }
    base = words[0]
    self.platform = platform
    self.span = span
    original = node.original.trimmed
  }

  private static func validated(_ name: String) throws(SyntaxMistake) -> String {
    let lowered = name.lowercased()
    let isValid =
      lowered.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || [45, 46, 95].contains($0) }
      && lowered.utf8.first.map(isLetter) == true
    guard isValid else {
      throw SyntaxMistake(
        .invalidStageName,
        "\"\(name)\" cannot be the name of a stage",
        help: "begin with a letter; digits, hyphens, underscores and dots may follow", underline: name)
    }
    return lowered
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
}
