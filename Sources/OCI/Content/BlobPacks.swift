import Glibc
import Synchronization
package import SystemPackage

/// The packs of a blob store, `packs/<hex>.pack` below its root: where snapshots keep what is small.
///
/// Several processes may use one directory. Packs are added whole; ``rewrite(_:keeping:)`` alone removes any, and whoever relies on a
/// content that is already there holds ``lock(exclusively:)`` shared from looking it up until it has written down that it needs it.
package final class BlobPacks: Sendable {
  package let directory: FilePath
  private let open = Mutex<[String: BlobPack]>([:])

  package init(of store: BlobStore) {
    directory = store.root.appending("packs")
  }

  /// Looks at what other processes have added and removed.
  /// - Throws: ``OCIError`` when the directory cannot be read. A damaged pack counts as absent: what is in it will be missed by its name.
  package func refresh() throws {
    let names = try Set(packNames())
    try open.withLock { open in
      open = open.filter { names.contains($0.key) }
      for name in names where open[name] == nil { open[name] = try Self.usable(directory.appending(name)) }
    }
  }

  private static func usable(_ path: FilePath) throws -> BlobPack? {
    do {
      return try BlobPack(at: path)
    } catch {
      if error.code == .notFound || error.code == .corrupt { return nil }
      throw error
    }
  }

  package var all: [BlobPack] { open.withLock { Array($0.values) } }

  package func find(_ digest: RawDigest) -> (pack: BlobPack, place: BlobPack.Place)? {
    open.withLock { open in
      for pack in open.values {
        if let place = pack.place(of: digest) { return (pack, place) }
      }
      return nil
    }
  }

  package func makeWriter() -> BlobPackWriter { BlobPackWriter(in: directory) }

  /// Writes the contents that are to be kept into one new pack and removes the old ones. The lock is held exclusively.
  ///
  /// - Returns: how many bytes the files are smaller together.
  @discardableResult
  package func rewrite(_ packs: [BlobPack], keeping isKept: (RawDigest) -> Bool = { _ in true }) throws -> Int64 {
    let writer = makeWriter()
    var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    for pack in packs {
      try pack.forEach { digest, place in
        guard isKept(digest) else { return }
        if buffer.count < place.length {
          buffer.deallocate()
          buffer = .allocate(byteCount: place.length, alignment: 64)
        }
        try pack.read(place, into: buffer)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<place.length])
        // What is damaged is not carried over under a name that is not its own.
        guard RawDigest(of: bytes) == digest else { return }
        try writer.add(digest, bytes)
      }
    }
    let new = try writer.commit()
    let newSize = try new.map { try FileStatus(of: $0).size }
    for pack in packs where pack.path != new {
      guard pack.path.withPlatformString({ unlink($0) }) == 0 || errno == ENOENT else {
        throw OCIError(Errno(rawValue: errno), "remove “\(pack.path)”")
      }
    }
    try refresh()
    return packs.reduce(0) { $0 + $1.size } - (newSize ?? 0)
  }

  /// Puts small packs together when there are many: each has to be looked into. The lock is not held by the caller; when another process
  /// holds it, that one may do it another time.
  package func consolidate() throws {
    let small = all.filter { $0.size < 1 << 20 }
    guard small.count > 16, let lock = try tryLockExclusively() else { return }
    defer { lock.release() }
    try refresh()
    try rewrite(all.filter { $0.size < 1 << 20 })
  }

  /// Waits for the lock of the whole directory.
  /// - Throws: ``OCIError``.
  package func lock(exclusively: Bool) throws(OCIError) -> DirectoryLock {
    try directory.createDirectories()
    return try DirectoryLock(in: directory, exclusively: exclusively)
  }

  private func tryLockExclusively() throws(OCIError) -> DirectoryLock? {
    try DirectoryLock(tryingIn: directory)
  }

  private func packNames() throws(OCIError) -> [String] {
    guard let stream = directory.withPlatformString({ opendir($0) }) else {
      if errno == ENOENT { return [] }
      throw OCIError(Errno(rawValue: errno), "read the directory “\(directory)”")
    }
    defer { closedir(stream) }
    var names = [String]()
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix("." + BlobPack.fileExtension), !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
