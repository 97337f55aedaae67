package import SystemPackage

/// One member of a layer's tar archive.
package struct LayerEntry: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Size in bytes.
    case file(size: Int64)
    case directory
    /// The target exactly as it is written in the link; it need be neither valid UTF-8 nor normalised.
    case symbolicLink(target: [UInt8])
    /// The path of another entry of the same layer.
    case hardLink(target: FilePath)
    case characterDevice(major: UInt32, minor: UInt32)
    case blockDevice(major: UInt32, minor: UInt32)
    case fifo
  }

  /// Relative to the image's root, without a leading slash and without `..`; the root directory itself is the empty path.
  package var path: FilePath
  package var kind: Kind
  /// The twelve permission bits.
  package var permissions: UInt16
  package var userID: UInt32
  package var groupID: UInt32
  /// Seconds since 1970, as read; a ``LayerWriter`` puts its own in the place of it.
  package var modificationTime: Int64
  /// By full name: `security.capability`, `user.…`.
  package var extendedAttributes: [String: [UInt8]]

  package init(
    path: FilePath, kind: Kind, permissions: UInt16, userID: UInt32 = 0, groupID: UInt32 = 0,
    modificationTime: Int64 = 0, extendedAttributes: [String: [UInt8]] = [:]
  ) {
    self.path = path
    self.kind = kind
    self.permissions = permissions
    self.userID = userID
    self.groupID = groupID
    self.modificationTime = modificationTime
    self.extendedAttributes = extendedAttributes
  }

  /// What an entry takes away from the layers below.
  ///
  /// See the OCI image specification, layer.md#whiteouts.
  package enum Whiteout: Hashable, Sendable {
    /// A file or a whole directory.
    case removes(FilePath)
    /// Everything in a directory, but not the directory.
    case empties(FilePath)
  }

  /// Not nil when the entry stands for a removal and is no file of the image.
  package var whiteout: Whiteout? {
    guard let name = path.lastComponent?.string, name.hasPrefix(Self.whiteoutPrefix) else { return nil }
    let parent = path.removingLastComponent()
    if name == Self.opaqueMarker { return .empties(parent) }
    guard let removed = FilePath.Component(String(name.dropFirst(Self.whiteoutPrefix.count))) else { return nil }
    return .removes(parent.appending(removed))
  }

  static let whiteoutPrefix = ".wh."
  static let opaqueMarker = ".wh..wh..opq"
}
