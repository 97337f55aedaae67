/// Expands the variables of a word as the reference builder does, which is nearly but not quite as a shell does.
///
/// Known are `$name`, `${name}`, `${name-x}` `${name+x}` `${name?e}` and their forms with a colon, which treat an empty value
/// like an unset one, `${name#p}` `${name##p}` `${name%p}` `${name%%p}`, `${name/p/r}` and `${name//p/r}`.
package struct WordExpansion: Hashable, Sendable {
  package enum Quotes: Hashable, Sendable {
    /// Quotes protect what they enclose and are taken off.
    case interpreted
    /// Quotes protect what they enclose and stay.
    case kept
    /// Quotes are characters like any other, as in the body of a heredoc.
    case literal
  }

  package struct Result: Hashable, Sendable {
    /// The word in one piece, blanks included.
    package let text: String
    /// The same split at blanks, those of a variable's value included unless it was quoted.
    package let words: [String]
    /// The variables that were asked for and found.
    package let matched: Set<String>
    /// The variables that were asked for and not found.
    package let unmatched: Set<String>
  }

  package let escape: EscapeToken
  package let quotes: Quotes
  package let keepsEscapes: Bool
  /// Whether `$name` stays as it is where there is no such variable, rather than become nothing.
  package let keepsUnsetVariables: Bool

  package init(
    escape: EscapeToken = .backslash, quotes: Quotes = .interpreted, keepsEscapes: Bool = false,
    keepsUnsetVariables: Bool = false
  ) {
    self.escape = escape
    self.quotes = quotes
    self.keepsEscapes = keepsEscapes
    self.keepsUnsetVariables = keepsUnsetVariables
  }

  /// For the body of a heredoc, in which only variables and backslashes have a meaning.
  package static let heredocBody = WordExpansion(quotes: .literal)

  /// - Throws: `.badSubstitution`, `.unterminatedQuote`, `.invalidPattern`, or `.unsetVariable` with the message of `${name?message}`.
  package func expand(_ word: String, variables: [String: String]) throws(DockerfileError) -> Result {
    var lexer = WordLexer(word, settings: self, variables: variables)
    do {
      let (text, words) = try lexer.expandAll()
      return Result(text: text, words: words, matched: lexer.matched, unmatched: lexer.unmatched)
    } catch {
      throw DockerfileError(error.code, "cannot expand \"\(word)\": \(error.message)", help: error.help)
    }
  }

  /// `expand` for callers that want the one word alone.
  package func word(_ word: String, variables: [String: String]) throws(DockerfileError) -> String {
    try expand(word, variables: variables).text
  }
}
