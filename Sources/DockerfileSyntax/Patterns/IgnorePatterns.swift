package import Model

/// The patterns of a `.dockerignore` file, or of `--exclude`: which paths of the context stay out of the build.
///
/// The last pattern that matches a path or one of its parents decides; one that begins with `!` lets the path in again.
package struct IgnorePatterns: Hashable, Sendable {
  private let patterns: [IgnorePattern]

  /// - Throws: `.invalidPattern` for the first pattern that cannot be read.
  package init(_ patterns: [String]) throws(DockerfileError) {
    var compiled: [IgnorePattern] = []
    for pattern in patterns {
      let trimmed = pattern.trimmed
      if !trimmed.isEmpty { compiled.append(try IgnorePattern(LexicalPath.clean(trimmed))) }
    }
    self.patterns = compiled
  }

  private init(compiled: [IgnorePattern]) {
    patterns = compiled
  }

  /// Reads a `.dockerignore` file: one pattern a line, `#` in the first column begins a comment. Nil if there is an error in it.
  package static func parse(_ text: String, file: String) -> (patterns: IgnorePatterns?, diagnostics: [Diagnostic]) {
    let source = SourceText(text, file: file)
    var compiled: [IgnorePattern] = []
    var diagnostics: [Diagnostic] = []
    for (index, line) in source.lines.enumerated() where line.content.unicodeScalars.first != "#" {
      guard let pattern = normalized(line.content) else { continue }
      do {
        compiled.append(try IgnorePattern(pattern))
      } catch {
        diagnostics.append(
          Diagnostic(
            .invalidIgnorePattern, .error, error.message, at: source.span(from: index + 1, through: index + 1),
            help: error.help))
      }
    }
    return (diagnostics.isEmpty ? IgnorePatterns(compiled: compiled) : nil, diagnostics)
  }

  private static func normalized(_ line: String) -> String? {
    var pattern = line.trimmed
    if pattern.isEmpty { return nil }
    let isException = pattern.unicodeScalars.first == "!"
    if isException { pattern = String(pattern.unicodeScalars.dropFirst()).trimmed }
    if !pattern.isEmpty {
      pattern = LexicalPath.clean(pattern)
      // The context is the root, so a leading slash says nothing.
      if pattern != "/", pattern.unicodeScalars.first == "/" { pattern.unicodeScalars.removeFirst() }
    }
    return isException ? "!" + pattern : pattern
  }

  /// Whether `path`, relative to the context, stays out.
  package func excludes(_ path: String) -> Bool {
    if path.isEmpty || path == "." { return false }
    let parents = Self.parents(of: path)
    var isExcluded = false
    for pattern in patterns where pattern.isException == isExcluded {
      if pattern.matches(path) || parents.contains(where: pattern.matches) { isExcluded = !pattern.isException }
    }
    return isExcluded
  }

  /// Whether nothing below the directory can be let in again, so that a walk need not enter it.
  package func excludesEverything(below directory: String) -> Bool {
    guard excludes(directory) else { return false }
    return patterns.allSatisfy { !$0.isException || $0.cannotMatch(below: directory) }
  }

  package var isEmpty: Bool { patterns.isEmpty }

  private static func parents(of path: String) -> [String] {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropLast()
    let directory = LexicalPath.clean(parts.map { String(Substring($0)) }.joined(separator: "/"))
    if directory == "." { return [] }
    var parents: [String] = []
    for component in directory.utf8.split(separator: UInt8(ascii: "/")) {
      parents.append((parents.last.map { $0 + "/" } ?? "") + String(Substring(component)))
    }
    return parents
  }
}
