/// The files of an image that say what is installed, as the layers put on top of each other show them.
struct ImageFiles {
  /// What a file held in one layer.
  struct Content {
    /// Kept for the files that are asked for by their place.
    var bytes: [UInt8]?
    /// What the catalogers that look for such files made of it.
    var catalogues: [Catalogue] = []
    var remark: String?
  }

  struct Version {
    /// Counted from the lowest layer.
    let layer: Int
    let content: Content
  }

  /// By path, oldest version first; a file that a layer removes is gone with all its versions.
  private(set) var versions: [String: [Version]] = [:]
  /// The targets of symbolic links, by path.
  private(set) var links: [String: String] = [:]
  /// Every directory above one of the files.
  private var parents: Set<String> = []

  /// The path that `place` leads to; nil when its links lead in a circle.
  func realPath(of place: String) -> String? {
    PathResolver { links[$0] }.resolve(place)
  }

  func isAboveFiles(_ path: String) -> Bool { parents.contains(path) }

  /// Puts a layer on top.
  mutating func apply(_ changes: LayerChanges, layer: Int) {
    if !changes.removed.isEmpty || !changes.emptied.isEmpty {
      versions = versions.filter { !changes.hides($0.key) }
      links = links.filter { !changes.hides($0.key) }
    }
    for path in changes.replaced { links[path] = nil }
    for (path, target) in changes.links {
      links[path] = target
      versions[path] = nil
    }
    for (path, content) in changes.files {
      versions[path, default: []].append(Version(layer: layer, content: content))
      var parent = path[...]
      while let slash = parent.lastIndex(of: "/") {
        parent = parent[..<slash]
        parents.insert(String(parent))
      }
    }
  }
}

/// What one layer changes, of what matters to a scan.
struct LayerChanges {
  /// Files and whole directories that the layers below lose.
  var removed: Set<String> = []
  /// Directories that lose what the layers below have in them.
  var emptied: Set<String> = []
  /// Symbolic links of the layers below that something else has taken the place of.
  var replaced: Set<String> = []
  var files: [String: ImageFiles.Content] = [:]
  var links: [String: String] = [:]

  /// Whether what the layers below have at the path can't be seen any more.
  func hides(_ path: String) -> Bool {
    if removed.contains(path) { return true }
    // An image's root can be emptied, too.
    if emptied.contains("") { return true }
    var parent = path[...]
    while let slash = parent.lastIndex(of: "/") {
      parent = parent[..<slash]
      let directory = String(parent)
      if removed.contains(directory) || emptied.contains(directory) { return true }
    }
    return false
  }
}
