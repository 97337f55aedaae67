import Glibc
import Model
import OCI
import SystemPackage

/// A snapshot as the store holds it, read from its root: every directory's lines, each checked against its digest.
struct SnapshotTree {
  struct Directory {
    /// From the root; empty for the root itself.
    let path: [UInt8]
    let mode: UInt16
    let digest: RawDigest
    let lines: [SnapshotLine]
    /// Of each line that is a directory its number, in the lines' order.
    var children: [Int] = []
  }

  /// Parents before what is in them; the root first.
  private(set) var directories: [Directory] = []

  /// - Throws: ``SnapshotError`` when a directory's lines are missing, altered, or no such lines.
  init(root: Digest, contents: SnapshotContents) throws {
    var pending = [(path: [UInt8](), mode: UInt16(0o755), digest: RawDigest(root), parent: -1)]
    var next = 0
    while next < pending.count {
      let (path, mode, digest, parent) = pending[next]
      let bytes = try contents.read(digest)
      guard path.count < 1 << 16, let lines = bytes.withUnsafeBytes({ SnapshotLine.parse($0) }) else {
        throw SnapshotError(.blobUnusable(digest.digest, reason: "it is no directory of a snapshot"))
      }
      directories.append(Directory(path: path, mode: mode, digest: digest, lines: lines))
      if parent >= 0 { directories[parent].children.append(next) }
      for line in lines {
        guard case .directory(let digest) = line.content else { continue }
        pending.append((TreeWalk.join(path, line.name), line.mode, digest, next))
      }
      next += 1
    }
  }
}

/// Reads what a snapshot consists of, wherever the store keeps it.
struct SnapshotContents: Sendable {
  let blobs: BlobStore
  let packs: BlobPacks

  /// The whole of a content.
  /// - Throws: ``SnapshotError`` when it is missing or differs.
  func read(_ digest: RawDigest, limit: Int = 256 << 20) throws -> [UInt8] {
    if digest == .empty { return [] }
    guard let (pack, place) = packs.find(digest) else {
      do {
        return try blobs.read(digest.digest, limit: limit)
      } catch let error as OCIError {
        throw self.error(digest, error)
      }
    }
    let bytes: [UInt8]
    do {
      bytes = try [UInt8](unsafeUninitializedCapacity: place.length) { buffer, count in
        try pack.read(place, into: UnsafeMutableRawBufferPointer(buffer))
        count = place.length
      }
    } catch let error as OCIError {
      throw self.error(digest, error)
    }
    let found = bytes.withUnsafeBytes { RawDigest(of: $0) }
    guard found == digest else {
      throw SnapshotError(.blobDiffers(expected: digest.digest, found: found.digest))
    }
    return bytes
  }

  /// Looks whether a content is what its digest says, holding little of it at a time.
  /// - Throws: ``SnapshotError`` when it is missing or differs.
  func check(_ digest: RawDigest) throws {
    if packs.find(digest) != nil {
      _ = try read(digest)
      return
    }
    var hasher = SHA256Hasher()
    do {
      try blobs.readChunks(of: digest.digest) { hasher.update($0) }
    } catch let error as OCIError {
      throw self.error(digest, error)
    }
    let found = hasher.finalize()
    guard found == digest.digest else { throw SnapshotError(.blobDiffers(expected: digest.digest, found: found)) }
  }

  func error(_ digest: RawDigest, _ error: OCIError) -> SnapshotError {
    if error.code == .digestMismatch, let found = try? Digest.ofFile(at: blobs.path(of: digest.digest)).digest {
      return SnapshotError(.blobDiffers(expected: digest.digest, found: found))
    }
    return SnapshotError(.blobUnusable(digest.digest, reason: error.message))
  }
}
