import Glibc
import Model
import Synchronization
package import SystemPackage

/// Writes a new ``BlobPack``; several threads may add to it. Dropped before ``commit()``, it leaves nothing behind.
///
/// `@unchecked`: all that changes is touched under `lock` only; the file and the bytes that are added are no values that a mutex could own.
package final class BlobPackWriter: @unchecked Sendable {
  private static let bufferSize = 1 << 20

  private let directory: FilePath
  private let lock = Mutex(())
  private var file: TemporaryFile?
  private var buffer: [UInt8] = []
  private var offset = Int64(BlobPack.magic.count)
  private var places: [RawDigest: BlobPack.Place] = [:]

  init(in directory: FilePath) {
    self.directory = directory
  }

  /// How many bytes were added.
  package var addedBytes: Int64 { lock.withLock { _ in places.values.reduce(0) { $0 + Int64($1.length) } } }

  /// Adds a content, unless it has been added already.
  /// - Throws: ``OCIError``.
  package func add(_ digest: RawDigest, _ bytes: UnsafeRawBufferPointer) throws {
    try lock.withLock { _ in
      guard places[digest] == nil else { return }
      if file == nil {
        try directory.createDirectories()
        file = try TemporaryFile(in: directory)
        buffer.reserveCapacity(Self.bufferSize)
        buffer += BlobPack.magic
      }
      places[digest] = BlobPack.Place(offset: offset, length: bytes.count)
      offset += Int64(bytes.count)
      if buffer.count + bytes.count > Self.bufferSize { try flush() }
      if bytes.count > Self.bufferSize {
        try file?.write(bytes)
      } else {
        buffer.append(contentsOf: bytes)
      }
    }
  }

  /// Gives the pack its name, with everything in it synced to disk before.
  ///
  /// - Returns: its path; nil when nothing was added, and so no pack made.
  /// - Throws: ``OCIError``.
  package func commit() throws -> FilePath? {
    try lock.withLock { _ in
      guard let file else { return nil }
      var table = [UInt8]()
      table.reserveCapacity(places.count * BlobPack.recordSize)
      for (digest, place) in places.sorted(by: { $0.key < $1.key }) {
        digest.append(to: &table)
        Self.append(place.offset, to: &table)
        Self.append(Int64(place.length), to: &table)
      }
      let name = table.withUnsafeBytes { RawDigest(of: $0) }
      try flush()
      buffer = table
      Self.append(Int64(places.count), to: &buffer)
      Self.append(offset, to: &buffer)
      name.append(to: &buffer)
      buffer += BlobPack.magic
      try flush()
      let path = directory.appending(name.digest.hex + "." + BlobPack.fileExtension)
      try file.rename(to: path, permissions: [.ownerRead, .groupRead, .otherRead])
      self.file = nil
      (buffer, places, offset) = ([], [:], Int64(BlobPack.magic.count))
      return path
    }
  }

  private func flush() throws {
    guard !buffer.isEmpty, let file else { return }
    try buffer.withUnsafeBytes { try file.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
