package import SystemPackage

extension LayerWriter {
  /// Adds the upper directory of an overlay mount: what a process changed, with removals as whiteouts.
  ///
  /// Entries come in tree order, the names of each directory sorted by their bytes. Hard links within the directory are kept;
  /// of the extended attributes `security.capability` and `user.…` are. Paths in `excluding`, relative, are left out with
  /// everything below them; sockets are left out, since an archive cannot hold them.
  /// - Throws: ``OCIError`` with `.unsupported` when the mount redirected or only half copied files
  ///   (`redirect_dir` and `metacopy` must be off).
  package func add(overlayUpper upper: FilePath, excluding: Set<FilePath> = []) throws {
    var firstNames = [HardLinkKey: FilePath]()
    try addDirectory(FilePath(""), in: upper, excluding: excluding, firstNames: &firstNames)
  }

  private struct HardLinkKey: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private func addDirectory(
    _ directory: FilePath, in upper: FilePath, excluding: Set<FilePath>, firstNames: inout [HardLinkKey: FilePath]
  ) throws {
    for name in try DirectoryListing.names(in: upper.pushing(directory)) {
      let path = directory.appending(name)
      if excluding.contains(path) { continue }
      let source = upper.pushing(path)
      let status: FileStatus
      do { status = try FileStatus(of: source) } catch { throw OCIError(error, "look at “\(source)”") }
      if status.kind == .characterDevice, status.deviceMajor == 0, status.deviceMinor == 0 {
        try addWhiteout(of: name, in: directory)
        continue
      }
      if status.kind == .socket { continue }
      let attributes = try OverlayAttributes(of: source)
      if status.kind != .directory, status.linkCount > 1 {
        let key = HardLinkKey(device: status.device, inode: status.inode)
        if let first = firstNames[key] {
          try add(entry(at: path, .hardLink(target: first), status, attributes))
          continue
        }
        firstNames[key] = path
      }
      switch status.kind {
      case .directory:
        try add(entry(at: path, .directory, status, attributes))
        if attributes.isOpaque {
          try add(LayerEntry(path: path.appending(LayerEntry.opaqueMarker), kind: .file(size: 0), permissions: 0o644))
        }
        try addDirectory(path, in: upper, excluding: excluding, firstNames: &firstNames)
      case .file:
        try add(entry(at: path, .file(size: status.size), status, attributes), contents: .file(source))
      case .symbolicLink:
        try add(entry(at: path, .symbolicLink(target: SymbolicLink.target(of: source)), status, attributes))
      case .characterDevice:
        let kind = LayerEntry.Kind.characterDevice(major: status.deviceMajor, minor: status.deviceMinor)
        try add(entry(at: path, kind, status, attributes))
      case .blockDevice:
        let kind = LayerEntry.Kind.blockDevice(major: status.deviceMajor, minor: status.deviceMinor)
        try add(entry(at: path, kind, status, attributes))
      case .fifo:
        try add(entry(at: path, .fifo, status, attributes))
      case .socket:
        break
      }
    }
  }

  private func entry(
    at path: FilePath, _ kind: LayerEntry.Kind, _ status: FileStatus, _ attributes: OverlayAttributes
  ) -> LayerEntry {
    LayerEntry(
      path: path, kind: kind, permissions: status.permissions, userID: status.userID, groupID: status.groupID,
      extendedAttributes: attributes.kept)
  }

  private func addWhiteout(of name: FilePath.Component, in directory: FilePath) throws {
    let bytes = Array(LayerEntry.whiteoutPrefix.utf8) + name.bytes
    guard let marker = FilePath.Component(bytes: bytes) else {
      preconditionFailure("a whiteout's name is a name with a prefix")
    }
    try add(LayerEntry(path: directory.appending(marker), kind: .file(size: 0), permissions: 0o644))
  }
}

/// The extended attributes of a file in an overlay's upper directory: the kernel's own, and those of the image.
private struct OverlayAttributes {
  let isOpaque: Bool
  let kept: [String: [UInt8]]

  init(of path: FilePath) throws {
    let all = try ExtendedAttributes.read(path)
    var kept = [String: [UInt8]]()
    var isOpaque = false
    for (name, value) in all {
      switch name {
      case "trusted.overlay.opaque", "user.overlay.opaque":
        isOpaque = isOpaque || value == Array("y".utf8)
      case "trusted.overlay.redirect", "user.overlay.redirect", "trusted.overlay.metacopy", "user.overlay.metacopy":
        throw OCIError(
          .unsupported, "“\(path)” refers to a lower directory (\(name)): the overlay was mounted with other options")
      case "security.capability":
        kept[name] = value
      default:
        if name.hasPrefix("user."), !name.hasPrefix("user.overlay.") { kept[name] = value }
      }
    }
    self.isOpaque = isOpaque
    self.kept = kept
  }
}
