import Glibc
import OCI
import SystemPackage

/// Layer directories seen as the one file system that an overlay mount of them would show, without mounting anything.
///
/// Paths are relative to the root, and no symbolic link leads out of it.
struct LayeredFileSystem: Sendable {
  /// Topmost first, in overlay form.
  let directories: [FilePath]
  /// False for a directory of the host, where a device 0:0 is only a device.
  let interpretsWhiteouts: Bool

  private static let linkLimit = 40

  init(directories: [FilePath], interpretsWhiteouts: Bool = true) {
    self.directories = directories
    self.interpretsWhiteouts = interpretsWhiteouts
  }

  struct Node: Sendable {
    /// Relative to the root, behind all links.
    let path: FilePath
    /// Where its content and attributes are.
    let location: FilePath
    /// Nil for the root, which may have no directory at all.
    let status: FileStatus?
    /// Of a directory: all that are merged in it, topmost first.
    fileprivate let directories: [FilePath]

    var kind: FileStatus.Kind { status?.kind ?? .directory }
    var isDirectory: Bool { kind == .directory }
    /// In an image. What another user than root unpacks was root's, or it would have been refused.
    var owner: (userID: UInt32, groupID: UInt32) {
      guard let status, geteuid() == 0 else { return (0, 0) }
      return (status.userID, status.groupID)
    }
    /// Nil unless the whole of a directory lies in one place of the host.
    var singleDirectory: FilePath? { directories.count == 1 ? directories[0] : nil }
  }

  var root: Node {
    Node(path: "", location: directories.first ?? "/", status: nil, directories: directories)
  }

  /// The entry of this name in a directory, links not followed.
  func child(_ name: FilePath.Component, of node: Node) throws -> Node? {
    guard name.kind == .regular else { return nil }
    var found: (location: FilePath, status: FileStatus)?
    var merged = [FilePath]()
    for directory in node.directories {
      let location = directory.appending(name)
      let status: FileStatus
      do {
        status = try FileStatus(of: location)
      } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
        continue
      } catch {
        throw OCIError(error, "look at “\(location)”")
      }
      if interpretsWhiteouts, status.kind == .characterDevice, status.deviceMajor == 0, status.deviceMinor == 0 {
        break
      }
      guard status.kind == .directory else {
        if found == nil { found = (location, status) }
        break
      }
      if found == nil { found = (location, status) }
      merged.append(location)
      if try isOpaque(location) { break }
    }
    guard let found else { return nil }
    return Node(
      path: node.path.appending(name), location: found.location, status: found.status, directories: merged)
  }

  /// The names in a directory, sorted by their bytes.
  func names(in node: Node) throws -> [FilePath.Component] {
    if let only = node.singleDirectory, !interpretsWhiteouts { return try DirectoryListing.names(in: only) }
    var names = Set<FilePath.Component>()
    for directory in node.directories { names.formUnion(try DirectoryListing.names(in: directory)) }
    let sorted = names.map { (name: $0, bytes: $0.bytes) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.name)
    // Those that a whiteout hides drop out.
    return try interpretsWhiteouts ? sorted.filter { try child($0, of: node) != nil } : sorted
  }

  /// What a path leads to; nil when it leads nowhere.
  /// - Throws: `OCIError` with `.unsafePath` for links in a circle.
  func resolve(_ path: FilePath, followingLast: Bool = true) throws -> Node? {
    var stack = [root]
    var pending = Array(path.components.reversed())
    var links = 0
    while let component = pending.popLast() {
      switch component.kind {
      case .currentDirectory: continue
      case .parentDirectory:
        if stack.count > 1 { stack.removeLast() }
        continue
      case .regular: break
      }
      guard let current = stack.last, current.isDirectory, let next = try child(component, of: current) else {
        return nil
      }
      guard next.kind == .symbolicLink, followingLast || !pending.isEmpty else {
        stack.append(next)
        continue
      }
      links += 1
      guard links <= Self.linkLimit else {
        throw OCIError(.unsafePath, "“\(path)” goes through too many symbolic links")
      }
      let target = FilePath(bytes: try SymbolicLink.target(of: next.location))
      if target.isAbsolute { stack.removeLast(stack.count - 1) }
      pending += target.components.reversed()
    }
    return stack.last
  }

  /// The content of a small file; nil when there is none.
  func read(_ path: FilePath, limit: Int64 = 1 << 20) throws -> [UInt8]? {
    guard let node = try resolve(path), let status = node.status, status.kind == .file, status.size <= limit else {
      return nil
    }
    return try FileReader.firstBytes(of: node.location, count: Int(max(1, status.size)))
  }

  private func isOpaque(_ directory: FilePath) throws -> Bool {
    guard interpretsWhiteouts else { return false }
    for name in ["trusted.overlay.opaque", "user.overlay.opaque"] {
      if try ExtendedAttributes.value(of: name, at: directory) == Array("y".utf8) { return true }
    }
    return false
  }
}
