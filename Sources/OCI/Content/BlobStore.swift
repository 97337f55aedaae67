import Glibc
package import Model
package import SystemPackage

/// Blobs by their digest, as files `sha256/<hex>` below one directory.
///
/// A blob is complete or absent, whatever happens to the process that writes it, and several processes may use one store:
/// two that write the same blob write the same bytes.
package struct BlobStore: Hashable, Sendable {
  package let root: FilePath

  package init(root: FilePath) {
    self.root = root
  }

  private var directory: FilePath { root.appending("sha256") }

  /// Where a blob is, or would be.
  package func path(of digest: Digest) -> FilePath { directory.appending(digest.hex) }

  package func contains(_ digest: Digest) -> Bool {
    path(of: digest).withPlatformString { access($0, F_OK) } == 0
  }

  /// - Throws: ``OCIError`` with `.notFound` when the store lacks the blob.
  package func size(of digest: Digest) throws(OCIError) -> Int64 {
    do {
      return try FileStatus(of: path(of: digest)).size
    } catch {
      throw missing(digest, error)
    }
  }

  @discardableResult
  package func put(_ bytes: [UInt8]) throws -> Digest {
    let digest = Digest(of: bytes)
    if try isKept(digest) { return digest }
    let writer = try makeWriter()
    try writer.write(bytes)
    return try writer.commit(expecting: digest).digest
  }

  /// The whole of a small blob, checked against its digest.
  /// - Throws: ``OCIError`` with `.notFound`, `.digestMismatch`, or `.unsupported` when it is longer than `limit` bytes.
  package func read(_ digest: Digest, limit: Int = 4 << 20) throws -> [UInt8] {
    let size = try size(of: digest)
    guard size <= Int64(limit) else {
      throw OCIError(.unsupported, "blob \(digest) has \(size) bytes; at most \(limit) were expected of it")
    }
    var bytes = [UInt8]()
    bytes.reserveCapacity(Int(size))
    try readChunks(of: digest) { bytes.append(contentsOf: $0) }
    guard Digest(of: bytes) == digest else { throw mismatch(digest, Digest(of: bytes)) }
    return bytes
  }

  /// Hands out the blob piece by piece, unchecked; a piece is valid only during the call.
  package func readChunks(
    of digest: Digest, chunkSize: Int = FileReader.defaultChunkSize, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard contains(digest) else { throw missing(digest, .noSuchFileOrDirectory) }
    try FileReader(opening: path(of: digest), chunkSize: chunkSize).readAll(body)
  }

  /// The blob as a sequence that can be read more than once, for uploads; unchecked.
  package func chunks(of digest: Digest, chunkSize: Int = FileReader.defaultChunkSize) -> BlobChunks {
    BlobChunks(path: path(of: digest), chunkSize: chunkSize)
  }

  package func makeWriter() throws(OCIError) -> BlobWriter {
    try directory.createDirectories()
    return try BlobWriter(into: self, temporary: TemporaryFile(in: directory))
  }

  /// Copies a file into the store.
  package func importFile(at path: FilePath) throws -> (digest: Digest, size: Int64) {
    let reader = try FileReader(opening: path)
    let writer = try makeWriter()
    try reader.readAll { try writer.writeSparsely($0) }
    return try writer.commit()
  }

  /// Whether the blob is there, and will be for as long as a run that is going on now: its file is dated anew, so that ``sweep(before:keeping:)``
  /// leaves it alone.
  func isKept(_ digest: Digest) throws(OCIError) -> Bool {
    guard contains(digest) else { return false }
    let lock = try DirectoryLock(in: root, exclusively: false)
    defer { lock.release() }
    if path(of: digest).withPlatformString({ utimensat(AT_FDCWD, $0, nil, 0) }) == 0 { return true }
    if errno == ENOENT { return false }
    throw OCIError(Errno(rawValue: errno), "date blob \(digest)")
  }

  /// Reads the blob and compares.
  /// - Throws: ``OCIError`` with `.notFound` or `.digestMismatch`.
  package func verify(_ digest: Digest) throws {
    guard contains(digest) else { throw missing(digest, .noSuchFileOrDirectory) }
    let found = try Digest.ofFile(at: path(of: digest)).digest
    guard found == digest else { throw mismatch(digest, found) }
  }

  /// Removes the blob if it is there.
  package func remove(_ digest: Digest) throws(OCIError) {
    guard path(of: digest).withPlatformString({ unlink($0) }) != 0, errno != ENOENT else { return }
    throw OCIError(Errno(rawValue: errno), "remove blob \(digest)")
  }

  private func missing(_ digest: Digest, _ errno: Errno) -> OCIError {
    errno == .noSuchFileOrDirectory
      ? OCIError(.notFound, "blob \(digest) is not in the store “\(root)”", cause: errno)
      : OCIError(errno, "look at blob \(digest)")
  }

  private func mismatch(_ digest: Digest, _ found: Digest) -> OCIError {
    OCIError(.digestMismatch, "blob \(digest) in the store “\(root)” is damaged: its bytes have the digest \(found)")
  }
}

/// Writes one blob whose digest is not known yet. Dropped before ``commit(expecting:)``, it leaves nothing behind.
package final class BlobWriter {
  private let store: BlobStore
  private let temporary: TemporaryFile
  private var hasher = SHA256Hasher()

  fileprivate init(into store: BlobStore, temporary: TemporaryFile) {
    self.store = store
    self.temporary = temporary
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    hasher.update(bytes)
    try temporary.write(bytes)
  }

  package func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// The same, with holes in the file where there are zeros only.
  func writeSparsely(_ bytes: UnsafeRawBufferPointer) throws(OCIError) {
    hasher.update(bytes)
    try temporary.writeSparsely(bytes)
  }

  /// Of the bytes so far.
  package var digest: Digest { hasher.finalize() }

  /// Where the bytes are until they are committed.
  var temporaryPath: FilePath { temporary.path }

  /// - Throws: ``OCIError`` with `.digestMismatch` when the bytes are not those that were expected; nothing is stored then.
  @discardableResult
  package func commit(expecting expected: Digest? = nil) throws(OCIError) -> (digest: Digest, size: Int64) {
    let digest = hasher.finalize()
    if let expected, expected != digest {
      throw OCIError(.digestMismatch, "the content was to have the digest \(expected) but has \(digest)")
    }
    if try !store.isKept(digest) {
      try temporary.rename(to: store.path(of: digest), permissions: [.ownerRead, .groupRead, .otherRead])
    }
    return (digest, temporary.size)
  }
}

/// A blob's bytes in pieces, from the start each time it is iterated.
package struct BlobChunks: AsyncSequence, Sendable {
  package typealias Element = [UInt8]
  fileprivate let path: FilePath
  fileprivate let chunkSize: Int

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(path: path, chunkSize: chunkSize) }

  package struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let path: FilePath
    fileprivate let chunkSize: Int
    private var reader: FileReader?

    fileprivate init(path: FilePath, chunkSize: Int) {
      self.path = path
      self.chunkSize = chunkSize
    }

    package mutating func next() async throws -> [UInt8]? {
      let opened = try reader ?? FileReader(opening: path, chunkSize: chunkSize)
      reader = opened
      let piece = try opened.next()
      return piece.isEmpty ? nil : Array(piece)
    }
  }
}
