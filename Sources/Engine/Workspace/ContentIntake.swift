import Glibc
import Model
import OCI
import Synchronization
import SystemPackage

/// Where a snapshot's contents go: each once, small ones together into a pack, large ones into files of their own.
final class ContentIntake: Sendable {
  /// Up to here a content goes into a pack.
  static let largestPacked = 1 << 20

  private struct State {
    var isFresh = false
    var added: Int64 = 0
  }

  private let blobs: BlobStore
  let packs: BlobPacks
  private let writer: BlobPackWriter
  private let state = Mutex(State())

  private let lock: DirectoryLock

  /// From here to ``end()`` nobody removes any content: also what is known to be stored without being looked up stays.
  init(blobs: BlobStore, packs: BlobPacks) throws {
    lock = try packs.lock(exclusively: false)
    self.blobs = blobs
    self.packs = packs
    writer = packs.makeWriter()
  }

  /// Bytes that were not in the store before.
  var addedBytes: Int64 { state.withLock { $0.added } }

  func store(_ digest: RawDigest, _ bytes: UnsafeRawBufferPointer) throws {
    if bytes.isEmpty { return }  // What the digest of nothing stands for is known.
    try begin()
    if packs.find(digest) != nil { return }
    try writer.add(digest, bytes)
  }

  func storeFile(at path: FilePath) throws -> Digest {
    try blobs.importFile(at: path).digest
  }

  /// Makes what was stored safe: the pack is synced, and then gets its name.
  func commit() throws {
    let count = writer.addedBytes
    _ = try writer.commit()
    state.withLock { $0.added += count }
  }

  /// Lets others remove contents again. To be called when it is written down which contents are needed.
  func end() { lock.release() }

  /// The packs are looked at when the first content is looked up: mostly there is none.
  private func begin() throws {
    try state.withLock { state in
      if !state.isFresh { try packs.refresh() }
      state.isFresh = true
    }
  }
}
