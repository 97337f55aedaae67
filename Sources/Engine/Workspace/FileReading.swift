import Glibc
import Model
import OCI
import Synchronization
import SystemPackage

/// Reads the files whose content is not known yet.
struct FileReading: Sendable {
  /// How old a change must be, in nanoseconds, for the next one to get another time: ticks are at most 10 ms apart.
  static let settling: Int64 = 50_000_000

  let path: FilePath
  let root: TreeDirectory
  /// Nil when contents are only to be known and not kept.
  let intake: ContentIntake?
  let now: @Sendable () -> Int64

  private final class Buffer {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: ContentIntake.largestPacked + 1, alignment: 4096)
    deinit { bytes.deallocate() }
  }

  func readAll(_ directories: [WalkedDirectory]) throws {
    // Pieces of a directory, so that one with everything in it keeps all processors busy too.
    var pieces = [(directory: WalkedDirectory, range: Range<Int>)]()
    for directory in directories {
      for start in stride(from: 0, to: directory.unknown.count, by: 64) {
        pieces.append((directory, start..<min(start + 64, directory.unknown.count)))
      }
    }
    let all = pieces
    let results = Mutex<[Int: [StatTable.Record?]]>([:])
    try ParallelWork.forEach(all.count, makeState: { Buffer() }) { index, buffer in
      let (directory, range) = all[index]
      let found = try read(directory, range, buffer)
      results.withLock { $0[index] = found }
    }
    // Written here and not by the workers: two of them may have files of one directory.
    let found = results.withLock { $0 }
    for (number, piece) in all.enumerated() {
      for (index, record) in zip(piece.directory.unknown[piece.range], found[number] ?? []) {
        if let record { piece.directory.records[index] = record } else { piece.directory.gone.insert(index) }
      }
    }
  }

  /// Nil for files that are gone.
  private func read(
    _ directory: WalkedDirectory, _ range: Range<Int>, _ buffer: Buffer
  ) throws -> [StatTable.Record?] {
    guard let opened = try root.openUnlessGone(directory.path) else { return range.map { _ in nil } }
    return try range.map { position in
      let index = directory.unknown[position]
      return try read(directory.records[index], directory.name(index), in: opened, buffer) {
        path.pushing(FilePath(bytes: directory.path(index)))
      }
    }
  }

  private func read(
    _ record: StatTable.Record, _ name: [UInt8], in directory: TreeDirectory, _ buffer: Buffer, path: () -> FilePath
  ) throws -> StatTable.Record? {
    let file = TreeDirectory.withName(name) {
      openat(directory.descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }
    guard file >= 0 else {
      if errno == ENOENT || errno == ELOOP { return nil }
      throw OCIError(Errno(rawValue: errno), "open “\(path())”")
    }
    defer { close(file) }
    var before = stat()
    guard fstat(file, &before) == 0 else { throw OCIError(Errno(rawValue: errno), "look at “\(path())”") }
    guard before.st_mode & S_IFMT == S_IFREG else { return nil }
    var read = before.record
    read.nameOffset = record.nameOffset
    read.nameLength = record.nameLength
    let length: Int
    do { length = try Self.fill(buffer.bytes, from: file) } catch { throw OCIError(error, "read “\(path())”") }
    if length > ContentIntake.largestPacked {
      read.digest = RawDigest(try intake?.storeFile(at: path()) ?? Digest.ofFile(at: path()).digest)
    } else {
      let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<length])
      read.digest = RawDigest(of: bytes)
      try intake?.store(read.digest, bytes)
    }
    // The clock first: what is written after it has a later time than anything that was settled by it.
    let time = now()
    var after = stat()
    guard fstat(file, &after) == 0 else { throw OCIError(Errno(rawValue: errno), "look at “\(path())”") }
    let isUnchanged = after.record.hasStamp(of: read)
    if isUnchanged, time.subtractingReportingOverflow(max(read.modified, read.changed)).partialValue > Self.settling {
      read.flags |= StatTable.Record.isSettled
    }
    return read
  }

  /// - Returns: how many bytes there were, or fitted.
  private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from file: CInt) throws(Errno) -> Int {
    var length = 0
    while length < buffer.count {
      let count = Glibc.read(file, buffer.baseAddress.map { $0 + length }, buffer.count - length)
      if count == 0 { return length }
      if count > 0 { length += count } else if errno != EINTR { throw Errno(rawValue: errno) }
    }
    return length
  }
}
