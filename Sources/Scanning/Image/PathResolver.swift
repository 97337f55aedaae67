/// Where a path leads in a tree of which only the symbolic links are known.
///
/// Paths have no leading slash; the root is the empty one.
struct PathResolver {
  /// As many as the kernel follows.
  private static let mostLinks = 40

  /// The target of the symbolic link at a path, nil where there is none.
  let link: (String) -> String?

  /// The path with every symbolic link in it followed, the last one only when `followsLast`; nil when they lead in a
  /// circle.
  func resolve(_ path: String, followsLast: Bool = true) -> String? {
    var pending = Array(path.split(separator: "/").reversed())
    var resolved: [Substring] = []
    var followed = 0
    while let component = pending.popLast() {
      if component == "." { continue }
      if component == ".." {
        // The root's parent is the root.
        _ = resolved.popLast()
        continue
      }
      let place = (resolved + [component]).joined(separator: "/")
      guard followsLast || !pending.isEmpty, let target = link(place) else {
        resolved.append(component)
        continue
      }
      followed += 1
      guard followed <= Self.mostLinks else { return nil }
      if target.hasPrefix("/") { resolved = [] }
      pending += target.split(separator: "/").reversed()
    }
    return resolved.joined(separator: "/")
  }
}
