import Glibc
import SystemPackage

/// An open directory, and what is done in it by name: no path is resolved, and no link followed.
final class TreeDirectory: Sendable {
  let descriptor: CInt

  private init(descriptor: CInt) {
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// - Throws: `Errno`.
  static func open(_ path: FilePath) throws(Errno) -> TreeDirectory {
    let descriptor = path.withPlatformString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    return TreeDirectory(descriptor: descriptor)
  }

  /// A directory further down. Each component is opened by itself, so that no link that takes a directory's place leads out of the tree.
  ///
  /// - Parameter path: the names, separated by `/`; empty means this directory again.
  /// - Throws: `Errno`.
  func open(_ path: [UInt8]) throws(Errno) -> TreeDirectory {
    var current = self
    var rest = path[...]
    repeat {
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      let name = rest.isEmpty ? [UInt8(ascii: ".")] : Array(rest[..<end])
      rest = rest[end...].dropFirst()
      let descriptor = Self.withName(name) {
        openat(current.descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
      guard descriptor >= 0 else { throw Errno(rawValue: errno) }
      current = TreeDirectory(descriptor: descriptor)
    } while !rest.isEmpty
    return current
  }

  /// Nil when there is no such directory any more.
  func openUnlessGone(_ path: [UInt8]) throws(Errno) -> TreeDirectory? {
    do {
      return try open(path)
    } catch {
      if [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels].contains(error) { return nil }
      throw error
    }
  }

  /// Calls `body` with the name of every entry but `.` and `..`, in the file system's order; the name is valid during the call.
  func forEachName(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let copy = dup(descriptor)
    guard copy >= 0, let stream = fdopendir(copy) else { throw Errno(rawValue: errno) }
    defer { closedir(stream) }
    rewinddir(stream)
    errno = 0
    while let entry = readdir(stream) {
      try withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        try pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
          let length = strlen(UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
          if length == 1, bytes[0] == UInt8(ascii: ".") { return }
          if length == 2, bytes[0] == UInt8(ascii: "."), bytes[1] == UInt8(ascii: ".") { return }
          try body(UnsafeBufferPointer(start: bytes, count: length))
        }
      }
      errno = 0
    }
    guard errno == 0 else { throw Errno(rawValue: errno) }
  }

  /// Nil when there is nothing of that name.
  func status(_ name: UnsafeBufferPointer<UInt8>) throws(Errno) -> stat? {
    var status = stat()
    let result = Self.withName(name) { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }
    if result == 0 { return status }
    if errno == ENOENT { return nil }
    throw Errno(rawValue: errno)
  }

  func linkTarget(_ name: [UInt8]) -> [UInt8]? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = Self.withName(name) { readlinkat(descriptor, $0, &buffer, buffer.count) }
    return length < 0 ? nil : buffer[..<length].map { UInt8(bitPattern: $0) }
  }

  /// The name with a zero behind it, on the stack.
  static func withName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    name.withUnsafeBufferPointer { withName($0, body) }
  }

  static func withName<Result>(
    _ name: UnsafeBufferPointer<UInt8>, _ body: (UnsafePointer<CChar>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: name.count + 1) { buffer in
      for index in 0..<name.count { buffer[index] = CChar(bitPattern: name[index]) }
      buffer[name.count] = 0
      return buffer.withMemoryRebound(to: CChar.self) { rebound in
        guard let start = rebound.baseAddress else { preconditionFailure("a buffer of at least one byte has a start") }
        return body(UnsafePointer(start))
      }
    }
  }
}

extension stat {
  var modifiedNanoseconds: Int64 { Int64(st_mtim.tv_sec) * 1_000_000_000 + Int64(st_mtim.tv_nsec) }
  var changedNanoseconds: Int64 { Int64(st_ctim.tv_sec) * 1_000_000_000 + Int64(st_ctim.tv_nsec) }

  var record: StatTable.Record {
    var record = StatTable.Record()
    record.size = Int64(st_size)
    record.modified = modifiedNanoseconds
    record.changed = changedNanoseconds
    record.inode = UInt64(st_ino)
    record.mode = st_mode
    if st_nlink > 1, st_mode & S_IFMT != S_IFDIR { record.flags = StatTable.Record.hasOtherNames }
    return record
  }
}
