import OCI
package import SystemPackage

/// A pattern for paths below a directory: `*` and `?` within a name, `[…]`, and `**` for any number of directories.
package struct PathGlob: Hashable, Sendable {
  private let parts: [String]
  /// The names before the first that is a pattern.
  private let fixed: [String]

  /// - Parameter pattern: relative; `./` before it does not count.
  package init(_ pattern: String) {
    parts = pattern.split(separator: "/").map(String.init).filter { $0 != "." }
    fixed = Array(parts.prefix { !$0.contains(where: { "*?[".contains($0) }) })
  }

  package func matches(_ path: String) -> Bool {
    Self.matches(path.split(separator: "/").map(String.init)[...], parts[...])
  }

  /// The files below a directory that fit, sorted by their paths; links are not followed.
  ///
  /// A pattern that names a directory outright means all files in it.
  package func files(in directory: FilePath) throws -> [FilePath] {
    var start = directory
    for name in fixed {
      guard let component = FilePath.Component(name), component.kind == .regular else { return [] }
      start.append(component)
    }
    // Nothing of that name: then nothing fits.
    guard let status = try? FileStatus(of: start) else { return [] }
    let isWhole = fixed.count == parts.count
    if status.kind == .file { return isWhole ? [start] : [] }
    var found = [FilePath]()
    try collect(start, names: fixed, takingAll: isWhole, into: &found)
    return found
  }

  private func collect(
    _ path: FilePath, names: [String], takingAll: Bool, into found: inout [FilePath]
  ) throws {
    switch try FileStatus(of: path).kind {
    case .file where takingAll || Self.matches(names[...], parts[...]): found.append(path)
    case .directory:
      for name in try DirectoryListing.names(in: path) {
        try collect(path.appending(name), names: names + [name.string], takingAll: takingAll, into: &found)
      }
    default: break
    }
  }

  private static func matches(_ names: ArraySlice<String>, _ parts: ArraySlice<String>) -> Bool {
    guard let part = parts.first else { return names.isEmpty }
    if part == "**" {
      // A row of them says no more than one does.
      let rest = parts.drop { $0 == "**" }
      if rest.isEmpty { return true }
      return names.indices.contains { matches(names[$0...], rest) }
    }
    guard let name = names.first, matches(Array(name)[...], Array(part)[...]) else { return false }
    return matches(names.dropFirst(), parts.dropFirst())
  }

  private static func matches(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    // Where to go on when what follows the last star does not fit: it takes one character more.
    var (text, pattern) = (text, pattern)
    var retry: (text: ArraySlice<Character>, pattern: ArraySlice<Character>)?
    while true {
      if let first = pattern.first {
        if first == "*" {
          pattern = pattern.dropFirst()
          retry = (text, pattern)
          continue
        }
        if let character = text.first, let rest = single(character, pattern) {
          (text, pattern) = (text.dropFirst(), rest)
          continue
        }
      } else if text.isEmpty {
        return true
      }
      guard let last = retry, !last.text.isEmpty else { return false }
      retry = (last.text.dropFirst(), last.pattern)
      (text, pattern) = (last.text.dropFirst(), last.pattern)
    }
  }

  /// The rest of the pattern when its first element fits the character.
  private static func single(_ character: Character, _ pattern: ArraySlice<Character>) -> ArraySlice<Character>? {
    switch pattern.first {
    case "?": return pattern.dropFirst()
    case "[":
      guard let end = pattern.dropFirst(2).firstIndex(of: "]") else { break }
      var set = pattern[(pattern.startIndex + 1)..<end]
      let isNegated = set.first == "!" || set.first == "^"
      if isNegated { set = set.dropFirst() }
      var isIn = false
      while let low = set.popFirst() {
        if set.first == "-", let high = set.dropFirst().first {
          isIn = isIn || (low...max(low, high)).contains(character)
          set = set.dropFirst(2)
        } else {
          isIn = isIn || low == character
        }
      }
      return isIn != isNegated ? pattern[(end + 1)...] : nil
    default: break
    }
    return pattern.first == character ? pattern.dropFirst() : nil
  }
}
