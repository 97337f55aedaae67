package import Model

/// ARG: variables that the one who builds may set.
package struct ArgInstruction: Hashable, Sendable {
  package struct Declaration: Hashable, Sendable {
    /// A word to expand.
    package let name: String
    /// A word to expand; nil for a variable without a default, which is not the same as an empty one.
    package let defaultValue: String?
  }

  package let declarations: [Declaration]
  package let span: SourceSpan
  package let original: String

  init(_ node: Node, span: SourceSpan) throws(SyntaxMistake) {
    guard !node.words.isEmpty else {
      throw SyntaxMistake(
        .wrongArguments, "ARG needs at least one argument", help: "write ARG name or ARG name=value")
    }
    var declarations: [Declaration] = []
    for word in node.words {
      let (name, value) = word.cut(at: "=").map { ($0.before, Optional($0.after)) } ?? (word, nil)
      guard !name.isEmpty else {
        throw SyntaxMistake(
          .wrongArguments, "ARG has a value without a name", help: "put a name before the =", underline: word)
      }
      declarations.append(Declaration(name: name, defaultValue: value))
    }
    self.declarations = declarations
    self.span = span
    original = node.original.trimmed
  }
}
