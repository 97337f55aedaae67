import Glibc
import Model
import OCI
import Synchronization
import SystemPackage

/// Makes a directory as a snapshot says, on all processors, checking every byte that is written.
struct SnapshotRestoration: Sendable {
  let contents: SnapshotContents
  let directory: FilePath
  let now: @Sendable () -> Int64
  /// Nil leaves everything dated by its restoration.
  var times: SnapshotTimes?

  private final class Buffer {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: ContentIntake.largestPacked, alignment: 4096)
    deinit { bytes.deallocate() }
  }

  private struct Piece: Sendable {
    let directory: Int
    let lines: Range<Int>
  }

  /// - Returns: what the file system says about the tree that was made.
  /// - Throws: ``SnapshotError``, or what the file system says; what was made so far stays.
  func restore(_ tree: SnapshotTree) throws -> StatTable {
    let directories = tree.directories
    for entry in directories { try make(path(entry.path)) }
    let root = try TreeDirectory.open(directory)
    var pieces = [Piece]()
    for (number, entry) in directories.enumerated() {
      for start in stride(from: 0, to: entry.lines.count, by: 64) {
        pieces.append(Piece(directory: number, lines: start..<min(start + 64, entry.lines.count)))
      }
    }
    let all = pieces
    let results = Mutex<[Int: [StatTable.Record]]>([:])
    try ParallelWork.forEach(all.count, makeState: { Buffer() }) { index, buffer in
      let entry = directories[all[index].directory]
      let opened = try root.open(entry.path)
      let records = try all[index].lines.map { line in
        try write(
          entry.lines[line], modified: times?.time(directory: all[index].directory, line: line), in: opened, buffer)
      }
      results.withLock { $0[index] = records }
    }
    for entry in directories {
      for case (.sameFile(let target), let line) in entry.lines.map({ ($0.content, $0) }) {
        try link(line.name, in: root.open(entry.path), to: target, root)
      }
    }
    // From the inside out: a directory may be closed to writing, and it is dated anew by what is made in it.
    for entry in directories.dropFirst().reversed() { try FileTree.setMode(entry.mode, of: path(entry.path)) }
    if let times { try date(directories, times) }
    try FileTree.setMode(directories[0].mode, of: directory)

    return table(of: tree, pieces.indices.map { index in results.withLock { $0[index] ?? [] } }, pieces)
  }

  private func table(of tree: SnapshotTree, _ records: [[StatTable.Record]], _ pieces: [Piece]) -> StatTable {
    // Nobody else knows of the tree yet. Whatever is written from now on has a later time than what is older than one tick now.
    let limit = now().subtractingReportingOverflow(FileReading.settling).partialValue
    var table = StatTable()
    table.root = tree.directories[0].digest
    table.directories = tree.directories.map { entry in
      StatTable.Range(first: 0, count: UInt32(entry.lines.count))
    }
    for (piece, found) in zip(pieces, records) {
      let entry = tree.directories[piece.directory]
      if piece.lines.lowerBound == 0 { table.directories[piece.directory].first = UInt32(table.records.count) }
      var children = entry.children[...]
      for line in entry.lines[..<piece.lines.lowerBound] {
        if case .directory = line.content { children = children.dropFirst() }
      }
      for (line, record) in zip(entry.lines[piece.lines], found) {
        var record = record
        record.nameOffset = UInt32(table.names.count)
        record.nameLength = UInt16(line.name.count)
        table.names += line.name
        switch line.content {
        case .directory(let digest):
          record.digest = digest
          record.directory = UInt32(children.popFirst() ?? 0)
        case .file:
          if max(record.modified, record.changed) < limit { record.flags |= StatTable.Record.isSettled }
        case .link, .sameFile: break
        }
        table.records.append(record)
      }
    }
    return table
  }

  private func path(_ relative: [UInt8]) -> FilePath {
    relative.isEmpty ? directory : directory.pushing(FilePath(bytes: relative))
  }

  private func make(_ path: FilePath) throws {
    guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else { throw Errno(rawValue: errno) }
  }

  private func date(_ directories: [SnapshotTree.Directory], _ times: SnapshotTimes) throws {
    for (number, entry) in directories.enumerated() {
      for (index, line) in entry.lines.enumerated() {
        guard case .directory = line.content else { continue }
        let stamps = SnapshotTimes.stamps(times.time(directory: number, line: index))
        let directory = path(TreeWalk.join(entry.path, line.name))
        guard directory.withPlatformString({ utimensat(AT_FDCWD, $0, stamps, AT_SYMLINK_NOFOLLOW) }) == 0 else {
          throw Errno(rawValue: errno)
        }
      }
    }
  }

  private func write(
    _ line: SnapshotLine, modified: Int64?, in opened: TreeDirectory, _ buffer: Buffer
  ) throws -> StatTable.Record {
    switch line.content {
    case .directory, .sameFile: return StatTable.Record()
    case .link(let target):
      let result = TreeDirectory.withName(target) { text in
        TreeDirectory.withName(line.name) { symlinkat(text, opened.descriptor, $0) }
      }
      guard result == 0 else { throw Errno(rawValue: errno) }
      if let modified {
        let stamps = SnapshotTimes.stamps(modified)
        let result = TreeDirectory.withName(line.name) {
          utimensat(opened.descriptor, $0, stamps, AT_SYMLINK_NOFOLLOW)
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
      }
      return StatTable.Record()
    case .file(let digest):
      let file = TreeDirectory.withName(line.name) {
        openat(opened.descriptor, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(line.mode & 0o777))
      }
      guard file >= 0 else { throw Errno(rawValue: errno) }
      let descriptor = FileDescriptor(rawValue: file)
      return try descriptor.closeAfter {
        try fill(descriptor, with: digest, buffer)
        if let modified, futimens(file, SnapshotTimes.stamps(modified)) != 0 { throw Errno(rawValue: errno) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Errno(rawValue: errno) }
        if UInt16(status.st_mode & 0o7777) != line.mode {
          guard fchmod(file, mode_t(line.mode)) == 0, fstat(file, &status) == 0 else { throw Errno(rawValue: errno) }
        }
        var record = status.record
        record.digest = digest
        return record
      }
    }
  }

  private func fill(_ file: FileDescriptor, with digest: RawDigest, _ buffer: Buffer) throws {
    if digest == .empty { return }
    guard let (pack, place) = contents.packs.find(digest), place.length <= buffer.bytes.count else {
      return try copyLarge(digest, to: file)
    }
    do { try pack.read(place, into: buffer.bytes) } catch { throw contents.error(digest, error) }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<place.length])
    let found = RawDigest(of: bytes)
    guard found == digest else { throw SnapshotError(.blobDiffers(expected: digest.digest, found: found.digest)) }
    try file.writeAll(bytes)
  }

  private func copyLarge(_ digest: RawDigest, to file: FileDescriptor) throws {
    var hasher = SHA256Hasher()
    var size: Int64 = 0
    do {
      try contents.blobs.readChunks(of: digest.digest) { bytes in
        hasher.update(bytes)
        size += Int64(bytes.count)
        // Zeros become a hole, as they may have been one: nobody can tell by reading.
        if bytes.count >= 4096, bytes.isAllZero {
          try file.seek(offset: Int64(bytes.count), from: .current)
        } else {
          try file.writeAll(bytes)
        }
      }
    } catch let error as OCIError {
      throw contents.error(digest, error)
    }
    guard ftruncate(file.rawValue, off_t(size)) == 0 else { throw Errno(rawValue: errno) }
    let found = hasher.finalize()
    guard found == digest.digest else {
      throw SnapshotError(.blobDiffers(expected: digest.digest, found: found))
    }
  }

  private func link(_ name: [UInt8], in opened: TreeDirectory, to target: [UInt8], _ root: TreeDirectory) throws {
    let slash = target.lastIndex(of: UInt8(ascii: "/"))
    let parent = try root.open(slash.map { Array(target[..<$0]) } ?? [])
    let last = slash.map { Array(target[($0 + 1)...]) } ?? target
    let result = TreeDirectory.withName(last) { old in
      TreeDirectory.withName(name) { linkat(parent.descriptor, old, opened.descriptor, $0, 0) }
    }
    guard result == 0 else { throw Errno(rawValue: errno) }
  }
}
