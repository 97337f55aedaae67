import Model
import OCI
import SystemPackage

/// Collects the entries of a layer over what the stage has already, then writes them, sorted, in one pass over their contents.
///
/// Paths go through the stage's symbolic links, as they would for a process in it: in an image with `/var/run -> /run`,
/// a file for `/var/run/x` becomes `run/x`. Every directory above an entry gets an entry with the attributes that it has.
final class LayerComposer {
  struct Refusal: Error {
    let message: String
  }

  struct Attributes {
    var permissions: UInt16
    var userID: UInt32
    var groupID: UInt32
  }

  private struct Planned {
    var entry: LayerEntry
    var contents: LayerWriter.Contents
  }

  private let base: LayeredFileSystem
  /// False for `--link`, whose layer is to be the same over any other.
  private let followsLinks: Bool
  private var planned: [FilePath: Planned] = [:]
  /// The directories of the base that were looked into; nil for those that it lacks.
  private var baseDirectories: [FilePath: LayeredFileSystem.Node?] = [:]
  private static let linkLimit = 40

  init(over base: LayeredFileSystem, followsLinks: Bool = true) {
    self.base = base
    self.followsLinks = followsLinks
  }

  var isEmpty: Bool { planned.isEmpty }

  /// Makes the directory, and those above it that are missing, with these attributes.
  /// - Returns: the directory's path behind all links.
  @discardableResult
  func makeDirectory(_ path: FilePath, attributes: Attributes) throws -> FilePath {
    try walk(path, making: attributes)
  }

  /// What is at a path by now, links followed; nil when there is nothing.
  func kind(at path: FilePath) throws -> FileStatus.Kind? {
    var copy = path
    guard let last = copy.lastComponent else { return .directory }
    copy.removeLastComponent()
    guard let parent = try? walk(copy, making: nil) else { return nil }
    let place = parent.appending(last)
    if let entry = planned[place]?.entry {
      switch entry.kind {
      case .directory: return .directory
      case .symbolicLink(let target):
        let isAbsolute = target.first == UInt8(ascii: "/")
        return try kind(at: isAbsolute ? FilePath(bytes: target).relative : parent.pushing(FilePath(bytes: target)))
      default: return .file
      }
    }
    return try base.resolve(place)?.kind
  }

  /// Puts an entry into a directory that ``makeDirectory(_:attributes:)`` gave. A file takes the place of another file or link.
  /// - Parameter keepsExistingAttributes: a directory that exists already stays as it is.
  func put(
    _ entry: LayerEntry, contents: LayerWriter.Contents = .none, keepsExistingAttributes: Bool = false
  ) throws {
    if let name = entry.path.lastComponent?.string, name.hasPrefix(".wh.") {
      throw Refusal(
        message: "“\(entry.path)” cannot be in an image: names that begin with .wh. stand for removals there")
    }
    let existing = try existingKind(at: entry.path)
    if entry.kind == .directory {
      if let existing, existing != .directory {
        throw Refusal(message: "the directory “/\(entry.path)” would replace something that is not a directory")
      }
      if existing != nil, keepsExistingAttributes { return try keep(entry.path) }
    } else if existing == .directory {
      throw Refusal(message: "the file “/\(entry.path)” would replace a directory")
    }
    planned[entry.path] = Planned(entry: entry, contents: contents)
  }

  /// Writes the layer.
  func write(into store: BlobStore, modificationTime: Int64) throws -> LayerBlob {
    let writer = try LayerWriter(into: store, modificationTime: modificationTime)
    // A directory before what is in it, and names by their bytes: a slash sorts below every other byte.
    let sorted = planned.values.map { (key: $0.entry.path.bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 }, value: $0) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var firstNames: [FilePath: FilePath] = [:]
    for (_, planned) in sorted {
      var entry = planned.entry
      // Hard links are planned as links to their location, since only now it is known which name comes first.
      if case .hardLink(let location) = entry.kind {
        if let first = firstNames[location] {
          entry.kind = .hardLink(target: first)
          try writer.add(entry)
          continue
        }
        firstNames[location] = entry.path
        let status: FileStatus
        do { status = try FileStatus(of: location) } catch { throw OCIError(error, "look at “\(location)”") }
        entry.kind = .file(size: status.size)
      }
      try Task.checkCancellation()
      try writer.add(entry, contents: planned.contents)
    }
    return try writer.finish()
  }

  // MARK: Places

  private func existingKind(at path: FilePath) throws -> FileStatus.Kind? {
    if let entry = planned[path]?.entry {
      switch entry.kind {
      case .directory: return .directory
      case .symbolicLink: return .symbolicLink
      default: return .file
      }
    }
    guard let name = path.lastComponent else { return .directory }
    let parent = path.removingLastComponent()
    let directory: LayeredFileSystem.Node?
    if let known = baseDirectories[parent] {
      directory = known
    } else {
      let found = try base.resolve(parent, followingLast: false)
      directory = found?.isDirectory == true ? found : nil
      baseDirectories[parent] = .some(directory)
    }
    return try directory.flatMap { try base.child(name, of: $0) }?.kind
  }

  /// Plans an existing directory as it is.
  private func keep(_ path: FilePath) throws {
    guard planned[path] == nil, let node = try base.resolve(path, followingLast: false), let status = node.status else {
      return
    }
    let entry = LayerEntry(
      path: path, kind: .directory, permissions: status.permissions, userID: node.owner.userID,
      groupID: node.owner.groupID)
    planned[path] = Planned(entry: entry, contents: .none)
  }

  private func walk(_ path: FilePath, making attributes: Attributes?) throws -> FilePath {
    var current = FilePath("")
    var pending = Array(path.components.reversed())
    var links = 0
    while let component = pending.popLast() {
      switch component.kind {
      case .currentDirectory: continue
      case .parentDirectory:
        current.removeLastComponent()
        continue
      case .regular: break
      }
      let next = current.appending(component)
      let target: [UInt8]
      switch try existingKind(at: next) {
      case .directory:
        current = next
        continue
      case .symbolicLink:
        if case .symbolicLink(let planned)? = planned[next]?.entry.kind {
          target = planned
        } else if let node = try base.resolve(next, followingLast: false) {
          target = try SymbolicLink.target(of: node.location)
        } else {
          throw Refusal(message: "“/\(next)” disappeared")
        }
      case .some:
        throw Refusal(message: "“/\(next)” is not a directory")
      case nil:
        guard let attributes else { throw Refusal(message: "“/\(next)” does not exist") }
        let entry = LayerEntry(
          path: next, kind: .directory, permissions: attributes.permissions, userID: attributes.userID,
          groupID: attributes.groupID)
        planned[next] = Planned(entry: entry, contents: .none)
        current = next
        continue
      }
      links += 1
      guard followsLinks else {
        throw Refusal(message: "“/\(next)” is a symbolic link in the image, which --link cannot follow")
      }
      guard links <= Self.linkLimit else { throw Refusal(message: "“/\(path)” goes through too many symbolic links") }
      if target.first == UInt8(ascii: "/") { current = "" }
      pending += FilePath(bytes: target).components.reversed()
    }
    guard attributes != nil else { return current }
    var above = current
    while !above.isEmpty {
      try keep(above)
      above.removeLastComponent()
    }
    return current
  }
}

extension FilePath {
  /// Without the leading slash.
  var relative: FilePath { FilePath(root: nil, components) }
}
