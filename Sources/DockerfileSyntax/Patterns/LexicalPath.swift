enum LexicalPath {
  /// The shortest path with the same meaning, found without looking at any file: Go's `filepath.Clean`.
  static func clean(_ path: String) -> String {
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    var components: [String] = []
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    for component in parts where component != "." {
      if component != ".." {
        components.append(component)
      } else if let last = components.last, last != ".." {
        components.removeLast()
      } else if !isAbsolute {
        components.append(component)
      }
    }
    let joined = components.joined(separator: "/")
    if isAbsolute { return "/" + joined }
    return joined.isEmpty ? "." : joined
  }
}
