import DockerfileSyntax
import OCI
import SystemPackage

/// Where COPY, ADD and a bind mount take files from: the build context, a stage or an image.
struct SourceTree {
  let fileSystem: LayeredFileSystem
  /// How messages call it: "the build context", "stage builder".
  let name: String
  /// Not nil for the context.
  let context: BuildContext?

  init(_ context: BuildContext) {
    fileSystem = context.fileSystem
    name = "the build context"
    self.context = context
  }

  init(_ fileSystem: LayeredFileSystem, name: String) {
    self.fileSystem = fileSystem
    self.name = name
    context = nil
  }

  func ignores(_ path: FilePath) -> Bool { context?.ignores(path) ?? false }

  /// One thing to copy: a file, or a directory with everything in it.
  struct Selection {
    /// As it was asked for: its last component names the file in a destination directory.
    let path: FilePath
    let isDirectory: Bool
    /// The file itself under the empty path, or what is in the directory, without the directory, each before what is in it.
    let items: [Item]
  }

  struct Item {
    /// Its path is relative to what was selected. The size of a file is in its kind.
    var entry: LayerEntry
    /// Of a file's content.
    let location: FilePath
    let status: FileStatus
  }

  enum Missing: Error {
    case absent
    case ignored
  }

  /// The paths that a pattern of COPY or ADD means, sorted; for a pattern without wildcards the path itself, there or not.
  func matches(_ pattern: String) throws -> [FilePath] {
    guard FileNamePattern.hasWildcard(pattern) else { return [FilePath(pattern).relative.lexicallyNormalized()] }
    var found: [(path: FilePath, node: LayeredFileSystem.Node)] = [("", fileSystem.root)]
    for component in pattern.split(separator: "/") where component != "." {
      var next: [(path: FilePath, node: LayeredFileSystem.Node)] = []
      for (path, node) in found {
        guard let directory = try node.isDirectory ? node : fileSystem.resolve(path), directory.isDirectory else {
          continue
        }
        if FileNamePattern.hasWildcard(String(component)) {
          let pattern = try FileNamePattern(String(component))
          for name in try fileSystem.names(in: directory) where pattern.matches(name.string) {
            if let child = try fileSystem.child(name, of: directory) { next.append((path.appending(name), child)) }
          }
        } else if let name = FilePath.Component(String(component)),
          let child = try fileSystem.child(name, of: directory)
        {
          next.append((path.appending(name), child))
        }
      }
      found = next
    }
    let visible = found.map(\.path).filter { path in
      guard let context else { return true }
      return !context.ignores(path) || !context.ignoresEverything(below: path)
    }
    return visible.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  /// Looks at everything that a path stands for. A link at its end is followed, links below it are copied as links.
  /// - Throws: ``Missing``.
  func select(_ path: FilePath) throws -> Selection {
    guard let node = try fileSystem.resolve(path) else { throw Missing.absent }
    guard node.isDirectory else {
      if ignores(path) || ignores(node.path) { throw Missing.ignored }
      guard let item = try item(node, relativeTo: node.path) else { throw Missing.absent }
      return Selection(path: path, isDirectory: false, items: [item])
    }
    var items = [Item]()
    _ = try collect(node, below: node.path, into: &items)
    if items.isEmpty, ignores(node.path) { throw Missing.ignored }
    return Selection(path: path, isDirectory: true, items: items)
  }

  /// - Returns: whether anything was added.
  private func collect(_ node: LayeredFileSystem.Node, below top: FilePath, into items: inout [Item]) throws -> Bool {
    var isAdded = false
    for name in try fileSystem.names(in: node) {
      guard let child = try fileSystem.child(name, of: node) else { continue }
      let isIgnored = ignores(child.path)
      if !child.isDirectory {
        if !isIgnored, let item = try item(child, relativeTo: top) {
          items.append(item)
          isAdded = true
        }
        continue
      }
      if isIgnored, context?.ignoresEverything(below: child.path) ?? true { continue }
      guard let item = try item(child, relativeTo: top) else { continue }
      let place = items.count
      items.append(item)
      let hasContent = try collect(child, below: top, into: &items)
      // An ignored directory is there only for what is let in again.
      if isIgnored, !hasContent {
        items.removeSubrange(place...)
      } else {
        isAdded = true
      }
    }
    return isAdded
  }

  /// Nil for a socket, which cannot be copied.
  private func item(_ node: LayeredFileSystem.Node, relativeTo top: FilePath) throws -> Item? {
    guard let status = node.status else { return nil }
    let kind: LayerEntry.Kind
    switch status.kind {
    case .file: kind = .file(size: status.size)
    case .directory: kind = .directory
    case .symbolicLink: kind = .symbolicLink(target: try SymbolicLink.target(of: node.location))
    case .characterDevice: kind = .characterDevice(major: status.deviceMajor, minor: status.deviceMinor)
    case .blockDevice: kind = .blockDevice(major: status.deviceMajor, minor: status.deviceMinor)
    case .fifo: kind = .fifo
    case .socket: return nil
    }
    var path = node.path
    _ = path.removePrefix(top)
    return Item(
      entry: try entry(at: path, kind, status, of: node), location: node.location, status: status)
  }

  /// Files of the context belong to root in the image, whoever owns them here.
  private func entry(
    at path: FilePath, _ kind: LayerEntry.Kind, _ status: FileStatus, of node: LayeredFileSystem.Node
  ) throws -> LayerEntry {
    var entry = LayerEntry(path: path, kind: kind, permissions: status.permissions)
    guard context == nil else { return entry }
    (entry.userID, entry.groupID) = node.owner
    if case .file = kind {
      entry.extendedAttributes = try ExtendedAttributes.read(node.location).filter { name, _ in
        name == "security.capability" || name.hasPrefix("user.") && !name.hasPrefix("user.overlay.")
      }
    }
    return entry
  }
}
