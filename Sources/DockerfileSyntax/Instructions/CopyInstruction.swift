/// COPY: files from the context, another stage or another image.
package struct CopyInstruction: Hashable, Sendable {
  package let sources: [CopySource]
  package let destination: String
  /// A stage's name or index, an image, a named context. Variables are not expanded in it.
  package let from: String?
  /// `user[:group]`, names or numbers.
  package let owner: String?
  /// Octal, or symbolic as for chmod(1).
  package let mode: String?
  /// Whether the layer is to be independent of those below it.
  package let isLinked: Bool
  /// Whether the parent directories of the sources are kept, from the pivot `./` on if there is one.
  package let keepsParents: Bool
  /// Patterns of what is left out.
  package let excludedPatterns: [String]

  init(_ node: Node, _ flags: FlagReader) throws(SyntaxMistake) {
    (sources, destination) = try CopySource.split(node)
    from = flags.value(of: "from")
    owner = flags.value(of: "chown")
    mode = flags.value(of: "chmod")
    isLinked = flags.boolean("link") ?? false
    keepsParents = flags.boolean("parents") ?? false
    excludedPatterns = flags.values(of: "exclude")
  }

  static var flags: KeyValuePairs<String, FlagReader.Kind> {
    [
      "from": .single, "chown": .single, "chmod": .single, "link": .boolean, "parents": .boolean,
      "exclude": .repeated,
    ]
  }
}
