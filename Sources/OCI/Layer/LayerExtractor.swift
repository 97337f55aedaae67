import CArchive
import Glibc
package import Model
package import SystemPackage

/// Unpacks a layer into a directory that can be a lower directory of an overlay mount.
///
/// A whiteout becomes a character device 0:0 and an opaque directory an extended attribute. Whatever the layer holds, nothing is
/// written outside of the directory. Owners, modes, times of change, hard links, devices and `security.capability` and `user.…`
/// attributes of files and directories are kept. Another user than root can only unpack what belongs to root, and gets it as their
/// own: a layer with other owners is refused with `.permission`, and so is one whose owners a user namespace does not map.
package struct LayerExtractor: Sendable {
  package struct Result: Hashable, Sendable {
    package let diffID: Digest
    /// In bytes.
    package let uncompressedSize: Int64
    package let entryCount: Int
    /// Directories that have no entry of their own: they were made with mode 0755 for what lies in them, and where a lower layer
    /// has them, its owner and mode are meant. Relative and sorted.
    package let impliedDirectories: [FilePath]
  }

  /// The namespace of the overlay's own attributes: `trusted.overlay.` needs root on the machine itself, `user.overlay.` is for
  /// mounts with `userxattr` in a user namespace. In the latter case devices that cannot be made are left out.
  private let usesUserAttributes: Bool

  package init(usesUserAttributes: Bool = false) {
    self.usesUserAttributes = usesUserAttributes
  }

  /// Unpacks a tar archive that is no layer: names that begin with `.wh.` are refused, since in the image they would remove files.
  package func extract(archive: FilePath, to directory: FilePath) throws {
    let name = "“\(archive)”"
    let reader = try TarReader(reading: archive, name: name)
    let extraction = try LayerExtraction(into: directory, layerName: name, usesUserAttributes: usesUserAttributes)
    while let entry = try reader.next() {
      guard entry.whiteout == nil else {
        throw OCIError(.unsupported, "\(name) has a member “\(entry.path)”, whose name means a removal in an image")
      }
      try extraction.place(entry, contentsFrom: reader)
    }
    try extraction.finishDirectories()
    _ = try reader.finish()
  }

  /// - Parameters:
  ///   - diffID: what the image's configuration promises.
  ///   - directory: exists and is empty. After an error it holds a part of the layer and is to be removed.
  /// - Throws: ``OCIError``: `.digestMismatch` when the content has another digest than `diffID`, `.unsafePath`, `.corrupt`.
  @discardableResult
  package func extract(_ layer: Descriptor, expecting diffID: Digest?, from store: BlobStore, to directory: FilePath)
    throws
    -> Result
  {
    _ = try store.size(of: layer.digest)
    let name = "layer \(layer.digest)"
    let reader = try TarReader(reading: store.path(of: layer.digest), name: name)
    let extraction = try LayerExtraction(into: directory, layerName: name, usesUserAttributes: usesUserAttributes)
    var count = 0
    while let entry = try reader.next() {
      try extraction.place(entry, contentsFrom: reader)
      count += 1
    }
    try extraction.finishDirectories()
    let found = try reader.finish()
    if let diffID, diffID != found {
      throw OCIError(.digestMismatch, "\(name) is not what its image says: uncompressed it is \(found), not \(diffID)")
    }
    return Result(
      diffID: found, uncompressedSize: reader.position, entryCount: count,
      impliedDirectories: extraction.impliedDirectories)
  }
}

/// One extraction in progress.
private final class LayerExtraction {
  private let root: RootedDirectory
  private let layerName: String
  private let usesUserAttributes: Bool
  private let isRoot = geteuid() == 0
  /// Modes and times of directories are set last: entries still come into them.
  private var directories: [FilePath: LayerEntry] = [:]
  /// The places, behind all links, of the directories that have an entry.
  private var explicit: Set<FilePath> = []

  init(into directory: FilePath, layerName: String, usesUserAttributes: Bool) throws {
    root = try RootedDirectory(directory)
    self.layerName = layerName
    self.usesUserAttributes = usesUserAttributes
  }

  func place(_ entry: LayerEntry, contentsFrom reader: TarReader) throws {
    if let whiteout = entry.whiteout {
      switch whiteout {
      case .removes(let path): try placeWhiteout(at: path)
      case .empties(let path): try markOpaque(try root.open(path, creating: true), at: path)
      }
      return
    }
    guard let name = entry.path.lastComponent?.bytes else {
      directories[entry.path] = entry
      return
    }
    let parent = try root.parent(of: entry.path, creating: true)
    if entry.kind == .directory {
      try placeDirectory(entry, name: name, in: parent)
      return
    }
    if let existing = try parent.kind(of: name) {
      try parent.remove(name)
      if existing == S_IFDIR { root.forgetParents() }
    }
    switch entry.kind {
    case .directory: break
    case .file: try placeFile(entry, name: name, in: parent, contentsFrom: reader)
    case .symbolicLink(let target):
      try check(
        parent.withName(target) { target in parent.withName(name) { symlinkat(target, parent.descriptor, $0) } }, entry)
      try setOwnerAndTime(of: name, in: parent, entry)
    case .hardLink(let target): try placeHardLink(entry, to: target, name: name, in: parent)
    case .characterDevice(let major, let minor):
      try placeNode(entry, S_IFCHR, device(major, minor), name: name, in: parent)
    case .blockDevice(let major, let minor):
      try placeNode(entry, S_IFBLK, device(major, minor), name: name, in: parent)
    case .fifo: try placeNode(entry, S_IFIFO, 0, name: name, in: parent)
    }
  }

  var impliedDirectories: [FilePath] {
    root.made.subtracting(explicit).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  func finishDirectories() throws {
    for (path, entry) in directories {
      // A later entry may have put something else in its place.
      guard let directory = try? root.open(path, creating: false) else { continue }
      try setAttributes(of: directory.descriptor, entry)
    }
  }

  // MARK: Removals

  private func placeWhiteout(at path: FilePath) throws {
    guard let name = path.lastComponent?.bytes else { return }
    let parent = try root.parent(of: path, creating: true)
    switch try parent.kind(of: name) {
    case S_IFDIR:
      // Of the same layer: then only what lies below it is meant.
      if let directory = try parent.openDirectory(name, creating: false) { try markOpaque(directory, at: path) }
    case .some: break
    case nil:
      let result = parent.withName(name) { mknodat(parent.descriptor, $0, S_IFCHR, 0) }
      guard result == 0 else {
        throw OCIError(Errno(rawValue: errno), "make the whiteout “\(path)” of \(layerName)")
      }
    }
  }

  private func markOpaque(_ directory: OpenDirectory, at path: FilePath) throws {
    let attribute = (usesUserAttributes ? "user." : "trusted.") + "overlay.opaque"
    guard fsetxattr(directory.descriptor, attribute, "y", 1, 0) == 0 else {
      throw OCIError(Errno(rawValue: errno), "mark the directory “\(path)” of \(layerName) as opaque")
    }
  }

  // MARK: Entries

  private func placeDirectory(_ entry: LayerEntry, name: [UInt8], in parent: OpenDirectory) throws {
    directories[entry.path] = entry
    explicit.insert(parent.path.pushing(FilePath(bytes: name)))
    switch try parent.kind(of: name) {
    case S_IFDIR: return
    case S_IFCHR:
      // A whiteout of the same layer came first: the new directory hides the old one.
      try parent.remove(name)
      if let directory = try parent.openDirectory(name, creating: true) { try markOpaque(directory, at: entry.path) }
    case .some:
      try parent.remove(name)
      root.forgetParents()
      fallthrough
    case nil:
      try check(parent.withName(name) { mkdirat(parent.descriptor, $0, 0o755) }, entry)
    }
  }

  private func placeFile(
    _ entry: LayerEntry, name: [UInt8], in parent: OpenDirectory, contentsFrom reader: TarReader
  ) throws {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let rawDescriptor = parent.withName(name) { openat(parent.descriptor, $0, flags, 0o600) }
    try check(rawDescriptor, entry)
    let descriptor = FileDescriptor(rawValue: rawDescriptor)
    try descriptor.closeAfter {
      while true {
        let piece = try reader.readContent()
        if piece.isEmpty { break }
        do {
          try descriptor.writeAll(piece)
        } catch let errno as Errno {
          throw OCIError(errno, "write “\(entry.path)” of \(layerName)")
        }
      }
      try setAttributes(of: rawDescriptor, entry)
    }
  }

  private func placeHardLink(
    _ entry: LayerEntry, to target: FilePath, name: [UInt8], in parent: OpenDirectory
  ) throws {
    guard let targetName = target.lastComponent?.bytes else {
      throw OCIError(.corrupt, "\(layerName) has a hard link “\(entry.path)” to its root")
    }
    let targetParent = try root.open(target.removingLastComponent(), creating: false)
    let result = parent.withName(name) { new in
      targetParent.withName(targetName) { linkat(targetParent.descriptor, $0, parent.descriptor, new, 0) }
    }
    if result != 0, errno == ENOENT {
      throw OCIError(.corrupt, "\(layerName) has a hard link “\(entry.path)” to “\(target)”, which is not in the layer")
    }
    try check(result, entry)
  }

  private func placeNode(
    _ entry: LayerEntry, _ type: mode_t, _ device: dev_t, name: [UInt8], in parent: OpenDirectory
  ) throws {
    let result = parent.withName(name) { mknodat(parent.descriptor, $0, type | mode_t(entry.permissions), device) }
    if result != 0, errno == EPERM, usesUserAttributes { return }
    try check(result, entry)
    try setOwnerAndTime(of: name, in: parent, entry)
    try check(parent.withName(name) { fchmodat(parent.descriptor, $0, mode_t(entry.permissions), 0) }, entry)
  }

  private func device(_ major: UInt32, _ minor: UInt32) -> dev_t {
    // gnu_dev_makedev, a macro in C.
    let (major, minor) = (UInt64(major), UInt64(minor))
    return dev_t((major & 0xfff) << 8 | (major & ~0xfff) << 32 | minor & 0xff | (minor & ~0xff) << 12)
  }

  // MARK: Attributes

  private func setAttributes(of descriptor: Int32, _ entry: LayerEntry) throws {
    // The owner first: changing it clears the setuid bits and the capabilities.
    try setOwner(entry) { fchown(descriptor, entry.userID, entry.groupID) }
    for (name, value) in entry.extendedAttributes {
      guard name == "security.capability" || name.hasPrefix("user.") && !name.hasPrefix("user.overlay.") else {
        continue
      }
      let result = fsetxattr(descriptor, name, value, value.count, 0)
      // Not every file system has them (user attributes on tmpfs before Linux 6.6).
      if result != 0, errno == ENOTSUP { continue }
      try check(result, entry)
    }
    try check(fchmod(descriptor, mode_t(entry.permissions)), entry)
    let times = times(of: entry)
    try check(futimens(descriptor, times), entry)
  }

  private func setOwnerAndTime(of name: [UInt8], in parent: OpenDirectory, _ entry: LayerEntry) throws {
    try setOwner(entry) {
      parent.withName(name) { fchownat(parent.descriptor, $0, entry.userID, entry.groupID, AT_SYMLINK_NOFOLLOW) }
    }
    let times = times(of: entry)
    try check(parent.withName(name) { utimensat(parent.descriptor, $0, times, AT_SYMLINK_NOFOLLOW) }, entry)
  }

  private func setOwner(_ entry: LayerEntry, _ change: () -> Int32) throws {
    if !isRoot {
      guard entry.userID != 0 || entry.groupID != 0 else { return }
      throw OCIError(
        .permission,
        "“\(entry.path)” of \(layerName) belongs to user \(entry.userID) and group \(entry.groupID): only root can unpack it"
      )
    }
    let result = change()
    if result != 0, errno == EINVAL {
      throw OCIError(
        .permission,
        "“\(entry.path)” of \(layerName) belongs to user \(entry.userID) and group \(entry.groupID), which this user namespace lacks: "
          + "give the user ranges in /etc/subuid and /etc/subgid")
    }
    try check(result, entry)
  }

  private func times(of entry: LayerEntry) -> [timespec] {
    let time = timespec(tv_sec: Int(entry.modificationTime), tv_nsec: 0)
    return [time, time]
  }

  private func check(_ result: Int32, _ entry: LayerEntry) throws {
    guard result < 0 else { return }
    throw OCIError(Errno(rawValue: errno), "unpack “\(entry.path)” of \(layerName)")
  }
}
