/// ADD: files from the context, archives that are unpacked, downloads and Git repositories.
package struct AddInstruction: Hashable, Sendable {
  package let sources: [CopySource]
  package let destination: String
  /// `user[:group]`, names or numbers.
  package let owner: String?
  /// Octal, or symbolic as for chmod(1).
  package let mode: String?
  /// Whether the layer is to be independent of those below it.
  package let isLinked: Bool
  /// `sha256:…` of a download, or the beginning of a Git commit's name.
  package let checksum: String?
  /// Whether `.git` stays in the checkout of a repository.
  package let keepsGitDirectory: Bool
  /// Whether archives are unpacked; nil stands for the rule: local ones are, downloads are not.
  package let unpacks: Bool?
  /// Patterns of what is left out.
  package let excludedPatterns: [String]

  init(_ node: Node, _ flags: FlagReader) throws(SyntaxMistake) {
    (sources, destination) = try CopySource.split(node)
    owner = flags.value(of: "chown")
    mode = flags.value(of: "chmod")
    isLinked = flags.boolean("link") ?? false
    checksum = flags.value(of: "checksum")
    keepsGitDirectory = flags.boolean("keep-git-dir") ?? false
    unpacks = flags.boolean("unpack")
    excludedPatterns = flags.values(of: "exclude")
  }

  static var flags: KeyValuePairs<String, FlagReader.Kind> {
    [
      "chown": .single, "chmod": .single, "link": .boolean, "checksum": .single, "keep-git-dir": .boolean,
      "unpack": .boolean, "exclude": .repeated,
    ]
  }
}
