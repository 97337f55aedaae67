import Model
import SystemPackage

/// The members of an image archive after one pass over its bytes: small ones in memory, large ones as blobs that are not yet in
/// the store, since only at the end it is known which of them belong to the image.
final class ArchiveMembers {
  enum Content {
    case small([UInt8])
    /// Written beside the store's blobs, to be committed or dropped.
    case pending(BlobWriter)
    /// The store had it already.
    case stored
  }

  struct Member {
    let content: Content
    let digest: Digest
    let size: Int64
  }

  private static let smallLimit: Int64 = 1 << 20
  /// Each large member is an open file. An image has at most 127 layers.
  private static let largeLimit = 256

  let store: BlobStore
  let archiveName: String
  let archiveDigest: Digest
  let archiveSize: Int64
  private var members: [FilePath: Member] = [:]
  private var links: [FilePath: FilePath] = [:]

  init(reading path: FilePath, into store: BlobStore) throws {
    self.store = store
    archiveName = "“\(path)”"
    let reader = try TarReader(FileReader(opening: path), name: archiveName)
    var largeCount = 0
    while let entry = try reader.next() {
      switch entry.kind {
      case .file(let size):
        if size > Self.smallLimit { largeCount += 1 }
        guard largeCount <= Self.largeLimit else {
          throw OCIError(.unsupported, "\(archiveName) has more than \(Self.largeLimit) layers")
        }
        members[entry.path] = try Self.readMember(entry.path, size: size, from: reader, into: store, archiveName)
      case .hardLink(let target):
        links[entry.path] = target
      case .symbolicLink(let target):
        // Relative to the directory of the link, as `docker save` and skopeo write them.
        let base = entry.path.removingLastComponent().bytes
        let joined = target.first == UInt8(ascii: "/") ? target : base + [UInt8(ascii: "/")] + target
        guard let resolved = FilePath(cleaning: joined) else {
          throw OCIError(.unsafePath, "\(archiveName) has a link “\(entry.path)” that leads out of it")
        }
        links[entry.path] = resolved
      default: break
      }
    }
    archiveDigest = try reader.finish()
    archiveSize = reader.position
  }

  private static func readMember(
    _ path: FilePath, size: Int64, from reader: TarReader, into store: BlobStore, _ archiveName: String
  ) throws -> Member {
    if size <= smallLimit {
      let bytes = try reader.readContent(limit: Int(smallLimit))
      return Member(content: .small(bytes), digest: Digest(of: bytes), size: Int64(bytes.count))
    }
    // In a layout the name is the digest: what the store has need not be written again, only compared.
    let named = path.lastComponent.flatMap { try? Digest(hex: $0.string) }
    if let named, store.contains(named) {
      var hasher = SHA256Hasher()
      try forEachPiece(of: reader) { hasher.update($0) }
      let digest = hasher.finalize()
      guard digest == named else {
        throw OCIError(.digestMismatch, "“\(path)” in \(archiveName) is damaged: its content has the digest \(digest)")
      }
      return Member(content: .stored, digest: digest, size: size)
    }
    let writer = try store.makeWriter()
    try forEachPiece(of: reader) { try writer.write($0) }
    return Member(content: .pending(writer), digest: writer.digest, size: size)
  }

  private static func forEachPiece(of reader: TarReader, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    while true {
      let piece = try reader.readContent()
      if piece.isEmpty { return }
      try body(piece)
    }
  }

  /// Follows links. Names are taken as `manifest.json` writes them.
  func member(_ name: String) throws -> Member {
    guard var path = FilePath(cleaning: Array(name.utf8)) else {
      throw OCIError(.unsafePath, "\(archiveName) names a member “\(name)” that would lie outside of it")
    }
    for _ in 0..<8 {
      if let member = members[path] { return member }
      guard let target = links[path] else { break }
      path = target
    }
    throw OCIError(.notFound, "\(archiveName) lacks the member “\(name)”")
  }

  func contains(_ name: String) -> Bool { members[FilePath(name)] != nil }

  /// The content of a member that must be small: JSON.
  func bytes(of name: String) throws -> [UInt8] {
    let member = try member(name)
    guard case .small(let bytes) = member.content else {
      // A configuration with a very long history may be larger than the limit for keeping members in memory.
      try commit(member)
      return try store.read(member.digest, limit: 16 << 20)
    }
    return bytes
  }

  /// Puts the member into the store as it is.
  func commit(_ member: Member) throws {
    switch member.content {
    case .small(let bytes): try store.put(bytes)
    case .pending(let writer): try writer.commit(expecting: member.digest)
    case .stored: break
    }
  }

  /// Calls the function with a file that has the member's content, be it in the store or not.
  func withFile<Result>(of member: Member, _ body: (FilePath) throws -> Result) throws -> Result {
    switch member.content {
    case .small(let bytes):
      let writer = try store.makeWriter()
      try writer.write(bytes)
      return try body(writer.temporaryPath)
    case .pending(let writer): return try body(writer.temporaryPath)
    case .stored: return try body(store.path(of: member.digest))
    }
  }
}
