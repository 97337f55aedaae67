package import SystemPackage

/// Writes a layer into a blob store in one pass: entries become a tar archive, the archive is hashed (the diffID) while it is
/// compressed, and the compressed bytes are hashed (the digest) while they are written.
///
/// The same entries in the same order give the same blob. Dropped before ``finish()``, it leaves nothing behind.
package final class LayerWriter {
  /// Where a file entry's bytes come from.
  package enum Contents {
    case none
    case bytes([UInt8])
    case file(FilePath)
    /// Calls the function it is given for each piece.
    case stream((_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void)
  }

  /// Compression works on blocks of this size whatever the sizes of the writes: the compressed bytes depend on it.
  private static let blockSize = 1 << 20

  private let store: BlobStore
  private let modificationTime: Int64
  private let blob: BlobWriter
  private let encoder: GzipEncoder
  private var hasher = SHA256Hasher()
  private var block = [UInt8]()
  private var uncompressedSize: Int64 = 0
  private var thread: CompressionThread?
  /// Entries so far.
  package private(set) var entryCount = 0

  /// - Parameter modificationTime: seconds since 1970; every entry gets it.
  package init(into store: BlobStore, modificationTime: Int64) throws {
    self.store = store
    self.modificationTime = modificationTime
    let blob = try store.makeWriter()
    self.blob = blob
    encoder = GzipEncoder { try blob.write($0) }
    block.reserveCapacity(Self.blockSize)
  }

  deinit {
    thread?.abandon()
  }

  /// - Throws: ``OCIError``: `.unsafePath` for a path that is absolute or has `..`; `.inputOutput` when the contents do not have
  ///   the size that the entry announced.
  package func add(_ entry: LayerEntry, contents: Contents = .none) throws {
    guard entry.path.isLexicallyInside else {
      throw OCIError(.unsafePath, "“\(entry.path)” cannot be a path in a layer")
    }
    try write(TarHeader.encode(entry, modificationTime: modificationTime))
    entryCount += 1
    guard case .file(let size) = entry.kind else { return }
    var remaining = size
    let take = { (piece: UnsafeRawBufferPointer) in
      remaining -= Int64(piece.count)
      guard remaining >= 0 else { throw Self.changed(entry) }
      try self.write(piece)
    }
    switch contents {
    case .none: break
    case .bytes(let bytes): try bytes.withUnsafeBytes { try take($0) }
    case .file(let path): try FileReader(opening: path).readAll(take)
    case .stream(let body): try body(take)
    }
    guard remaining == 0 else { throw Self.changed(entry) }
    try write(TarHeader.padding(after: size))
  }

  /// Ends the archive and puts it into the store.
  package func finish() throws -> LayerBlob {
    try write(TarHeader.trailer)
    try flush(isLast: true)
    try thread?.finish()
    try encoder.finish()
    let (digest, size) = try blob.commit()
    let diffID = hasher.finalize()
    try store.record(diffID: diffID, of: digest)
    return LayerBlob(
      descriptor: Descriptor(mediaType: .ociLayerGzip, digest: digest, size: size), diffID: diffID,
      uncompressedSize: uncompressedSize)
  }

  private static func changed(_ entry: LayerEntry) -> OCIError {
    OCIError(.inputOutput, "“\(entry.path)” changed its size while it was read")
  }

  private func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Self.blockSize - block.count)
      block.append(contentsOf: piece)
      rest = rest.dropFirst(piece.count)
      if block.count == Self.blockSize { try flush(isLast: false) }
    }
  }

  /// Small layers are compressed here; from the second block on a thread does it, beside the reading and the first hash.
  private func flush(isLast: Bool) throws {
    uncompressedSize += Int64(block.count)
    hasher.update(block)
    if thread == nil, isLast || uncompressedSize <= Int64(Self.blockSize) {
      try block.withUnsafeBytes { try encoder.write($0) }
      block.removeAll(keepingCapacity: true)
      return
    }
    let worker: CompressionThread
    if let thread {
      worker = thread
    } else {
      let encoder = encoder
      worker = try CompressionThread { try $0.withUnsafeBytes { try encoder.write($0) } }
      thread = worker
    }
    try worker.submit(block)
    block = []
    block.reserveCapacity(Self.blockSize)
  }
}

extension FilePath {
  /// Relative, and without `..`.
  var isLexicallyInside: Bool {
    isRelative && !components.contains { $0.kind == .parentDirectory }
  }
}
