/// A pattern for the names that COPY and ADD take from the context, with the meaning of Go's `filepath.Match`.
///
/// `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` are classes, a backslash escapes. `**` is no more than `*`.
package struct FileNamePattern: Hashable, Sendable {
  package let text: String
  private let pattern: PathPattern

  /// - Throws: `.invalidPattern` for an open bracket, an empty class or a backslash at the end.
  package init(_ text: String) throws(DockerfileError) {
    self.text = text
    pattern = try PathPattern(text, dialect: .fileName)
  }

  /// Whether the whole of `path` matches.
  package func matches(_ path: String) -> Bool {
    pattern.matches(path)
  }

  /// Whether `text` has any character with a special meaning; without one it names a single file.
  package static func hasWildcard(_ text: String) -> Bool {
    text.unicodeScalars.contains { "*?[\\".unicodeScalars.contains($0) }
  }
}
