import Glibc
package import Model
package import OCI
import Synchronization
package import SystemPackage

/// Takes and restores the content of workspaces: a Merkle tree of digests over the blob store.
///
/// Each directory is a blob of lines, sorted by name, each `KIND MODE CONTENT NAME`: a file's content is the digest of its bytes,
/// a directory's the digest of its own lines, a link's its target, percent-encoded like the name. The root's digest stands for
/// all names, modes, link targets and contents below it; times and owners are not part of it.
package final class WorkspaceSnapshots: Sendable {
  private struct Stamp: Hashable {
    let size: Int64
    let modified: Int64
    let changed: Int64
    let inode: UInt64
  }

  private struct Seen {
    let stamp: Stamp
    let digest: Digest
    /// False when the file had only just been written: the file system's clock is coarse, and the next change could leave the same stamp.
    let isSettled: Bool
  }

  /// How old a change must be, in nanoseconds, for the next one to get another time: ticks are at most 10 ms apart.
  private static let settling: Int64 = 50_000_000

  private let blobs: BlobStore
  /// What a file held when its stamp was last seen: only files that changed are read again.
  private let known = Mutex<[FilePath: Seen]>([:])

  private let now: @Sendable () -> Int64

  /// - Parameter now: the clock that files are dated by, in nanoseconds since 1970.
  package init(blobs: BlobStore, now: @escaping @Sendable () -> Int64 = WorkspaceSnapshots.fileSystemTime) {
    self.blobs = blobs
    self.now = now
  }

  package static let fileSystemTime: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Stores the directory's content and returns the digest of its root.
  ///
  /// Sockets and pipes are left out: they mean nothing once their processes are gone.
  package func take(of directory: FilePath) throws -> Digest {
    var lines = [UInt8]()
    for name in try DirectoryListing.names(in: directory) {
      guard let entry = try entry(at: directory.appending(name)) else { continue }
      lines += Array(entry.utf8)
      lines += Array(PercentEncoding.encode(FilePath(root: nil, [name]).bytes).utf8)
      lines.append(UInt8(ascii: "\n"))
    }
    return try blobs.put(lines)
  }

  /// What stands before the name; nil for what is left out, and for what is gone: a step in another branch has just removed it.
  private func entry(at path: FilePath) throws -> String? {
    do {
      let status = try FileStatus(of: path)
      let mode = String(status.permissions, radix: 8)
      switch status.kind {
      case .file: return "f \(mode) \(try store(path, status).hex) "
      case .directory: return "d \(mode) \(try take(of: path).hex) "
      case .symbolicLink:
        return SymbolicLink.target(of: path).map { "l 777 \(PercentEncoding.encode($0)) " }
      case .characterDevice, .blockDevice, .fifo, .socket: return nil
      }
    } catch {
      if try FileStatus.unlessMissing(path) == nil { return nil }
      throw error
    }
  }

  /// Makes `directory`, which must not exist, as the snapshot says, and checks the root afterwards.
  ///
  /// - Throws: ``SnapshotError`` when a blob is missing or holds other bytes than its digest says; nothing is left behind then.
  package func restore(_ root: Digest, to directory: FilePath) throws {
    guard try FileStatus.unlessMissing(directory) == nil else { throw Errno.fileExists }
    do {
      try directory.removingLastComponent().createDirectories()
      try write(root, to: directory, mode: 0o755)
      let found = try take(of: directory)
      guard found == root else { throw SnapshotError(.rootDiffers(expected: root, found: found)) }
    } catch {
      FileTree.remove(directory)
      throw error
    }
  }

  private func store(_ path: FilePath, _ status: FileStatus) throws -> Digest {
    let stamp = Stamp(size: status.size, modified: status.modified, changed: status.changed, inode: status.inode)
    if let seen = known.withLock({ $0[path] }), seen.stamp == stamp, seen.isSettled { return seen.digest }
    let isSettled = now() - max(status.modified, status.changed) > Self.settling
    let digest = try blobs.importFile(at: path).digest
    known.withLock { $0[path] = Seen(stamp: stamp, digest: digest, isSettled: isSettled) }
    return digest
  }

  private func write(_ tree: Digest, to directory: FilePath, mode: UInt16) throws {
    let lines: [UInt8]
    do {
      lines = try blobs.read(tree, limit: 256 << 20)
    } catch let error as OCIError {
      throw SnapshotError(.blobUnusable(tree, reason: error.message))
    }
    try make(directory: directory)
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 4, let bits = UInt16(fields[1], radix: 8), let name = PercentEncoding.decode(fields[3]),
        let component = FilePath(bytes: name).lastComponent, component.kind == .regular
      else { throw SnapshotError(.blobUnusable(tree, reason: "it is no directory of a snapshot")) }
      let path = directory.appending(component)
      switch fields[0] {
      case "f": try copy(try Digest(hex: fields[2]), to: path, mode: bits)
      case "d": try write(try Digest(hex: fields[2]), to: path, mode: bits)
      case "l":
        guard let target = PercentEncoding.decode(fields[2]) else {
          throw SnapshotError(.blobUnusable(tree, reason: "a link's target is damaged"))
        }
        try SymbolicLink.make(at: path, to: target)
      default: throw SnapshotError(.blobUnusable(tree, reason: "it is no directory of a snapshot"))
      }
    }
    // Last, so that a directory without write permission could be filled.
    try FileTree.setMode(mode, of: directory)
  }

  private func copy(_ digest: Digest, to path: FilePath, mode: UInt16) throws {
    let descriptor = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    var hasher = SHA256Hasher()
    try descriptor.closeAfter {
      do {
        try blobs.readChunks(of: digest) { bytes in
          hasher.update(bytes)
          try descriptor.writeAll(bytes)
        }
      } catch let error as OCIError {
        throw SnapshotError(.blobUnusable(digest, reason: error.message))
      }
    }
    let found = hasher.finalize()
    guard found == digest else { throw SnapshotError(.blobDiffers(expected: digest, found: found)) }
    try FileTree.setMode(mode, of: path)
  }

  private func make(directory: FilePath) throws {
    guard directory.withPlatformString({ mkdir($0, 0o700) }) == 0 else { throw Errno(rawValue: errno) }
  }
}

extension FileStatus {
  /// Nil when there is nothing at the path.
  fileprivate static func unlessMissing(_ path: FilePath) throws -> FileStatus? {
    do {
      return try FileStatus(of: path)
    } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw error
    }
  }
}

/// Why a snapshot cannot be restored.
package struct SnapshotError: Error, Hashable {
  package enum Code: Hashable, Sendable {
    case blobUnusable(Digest, reason: String)
    case blobDiffers(expected: Digest, found: Digest)
    case rootDiffers(expected: Digest, found: Digest)
  }

  package let code: Code

  init(_ code: Code) { self.code = code }

  package var message: String {
    switch code {
    case .blobUnusable(let digest, let reason): "the snapshot's blob \(digest) cannot be used: \(reason)"
    case .blobDiffers(let expected, let found): "the snapshot's blob \(expected) holds other bytes: they are \(found)"
    case .rootDiffers(let expected, let found): "the restored workspace is \(found), and not \(expected) as recorded"
    }
  }
}
