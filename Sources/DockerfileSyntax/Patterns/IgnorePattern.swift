/// One line of a `.dockerignore` file.
struct IgnorePattern: Hashable, Sendable {
  /// The reference builder has short cuts for the simple forms, and one of them shows: `**x` matches every path that
  /// ends in `x`, whereas `**x*` wants `x` at the start of a component.
  private enum Form: Hashable {
    case exact
    case prefix(String)
    case suffix(String)
    case general(PathPattern)
  }

  let isException: Bool
  private let text: String
  private let form: Form

  /// - Parameter pattern: In its shortest form, with `!` in front for an exception.
  init(_ pattern: String) throws(DockerfileError) {
    isException = pattern.unicodeScalars.first == "!"
    text = isException ? String(pattern.unicodeScalars.dropFirst()) : pattern
    guard !text.isEmpty else {
      throw DockerfileError(
        .invalidPattern, "a pattern of ! alone lets nothing in", help: "name what is to be let in again")
    }
    _ = try PathPattern(text, dialect: .fileName)
    let compiled = try PathPattern(text, dialect: .ignoreFile)
    form = Self.form(of: text, compiled)
  }

  private static func form(of text: String, _ compiled: PathPattern) -> Form {
    let isPlain = compiled.elements.dropFirst().dropLast().allSatisfy(isScalar) && !text.unicodeScalars.contains("\\")
    guard isPlain, let first = compiled.elements.first, let last = compiled.elements.last else {
      return .general(compiled)
    }
    switch (first, last) {
    case (.scalar, .scalar): return .exact
    case (.anything, _) where compiled.elements.count == 1: return .suffix("")
    case (.scalar, .anything): return .prefix(string(text.unicodeScalars.dropLast(2)))
    case (.directories, .scalar): return .suffix(string(text.unicodeScalars.dropFirst(2)))
    default: return .general(compiled)
    }
  }

  func matches(_ path: String) -> Bool {
    switch form {
    // Paths are compared by bytes, as the file system does, and not by what looks the same.
    case .exact: return path.utf8.elementsEqual(text.utf8)
    case .prefix(let prefix): return path.utf8.starts(with: prefix.utf8)
    case .suffix(let suffix):
      if path.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) { return true }
      return suffix.utf8.first == UInt8(ascii: "/") && path.utf8.elementsEqual(suffix.utf8.dropFirst())
    case .general(let pattern): return pattern.matches(path)
    }
  }

  /// Certain only for a pattern without wildcards but those at its end: it must lead through the directory to match below it.
  func cannotMatch(below directory: String) -> Bool {
    let ending = ["/**", "/*"].first { text.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) } ?? ""
    let literal = Self.string(text.unicodeScalars.dropLast(ending.utf8.count)) + "/"
    if FileNamePattern.hasWildcard(literal) { return false }
    let directory = directory + "/"
    return !literal.utf8.starts(with: directory.utf8) && !directory.utf8.starts(with: literal.utf8)
  }

  private static func isScalar(_ element: PathPattern.Element) -> Bool {
    if case .scalar = element { true } else { false }
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
