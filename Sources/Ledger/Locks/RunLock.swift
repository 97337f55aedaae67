import Glibc
package import Model
import Synchronization
package import SystemPackage

/// Says of a run that is not finished whether the process that runs it is alive.
///
/// The process holds a lock on `runs/<id>/lock` in the state directory from before the run is in the ledger until it has
/// ended. The kernel takes the lock away with the process, however that dies.
package struct RunLocks: Sendable {
  private let directory: FilePath

  /// - Parameter stateDirectory: need not exist.
  package init(stateDirectory: FilePath) {
    directory = stateDirectory.appending("runs")
  }

  private func file(of run: ULID) -> FilePath {
    directory.appending(run.description).appending("lock")
  }

  /// Takes the run's lock, and makes its file and directory.
  /// - Throws: ``LedgerError``; `refused` when a process, this one or another, holds it.
  package func acquire(_ run: ULID) throws(LedgerError) -> RunLock {
    let path = file(of: run)
    do {
      try makeDirectory(directory.removingLastComponent())
      try makeDirectory(directory)
      try makeDirectory(path.removingLastComponent())
      let descriptor = try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
      let lock = RunLock(descriptor)
      guard try OpenFileLock.acquire(descriptor) else {
        throw LedgerError(.refused, "run \(run) is being run by another process")
      }
      guard ftruncate(descriptor.rawValue, 0) == 0 else { throw Errno(rawValue: errno) }
      try descriptor.writeAll("\(getpid())\n".utf8)
      return lock
    } catch let error as LedgerError {
      throw error
    } catch {
      throw LedgerError(.inputOutput, "cannot lock “\(path)”: \(error)", cause: error)
    }
  }

  /// Whether a process holds the run's lock. One that can't be looked at counts as held: nothing says that it is not.
  package func isAlive(_ run: ULID) -> Bool {
    do {
      let descriptor = try FileDescriptor.open(file(of: run), .readOnly, options: .closeOnExec)
      return try descriptor.closeAfter { try OpenFileLock.isHeld(descriptor) }
    } catch Errno.noSuchFileOrDirectory {
      return false
    } catch {
      return true
    }
  }

  /// The process that runs the run; nil when none does.
  /// - Throws: ``LedgerError`` when the lock can't be read.
  package func processIdentifier(of run: ULID) throws(LedgerError) -> Int32? {
    guard isAlive(run) else { return nil }
    let path = file(of: run)
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      let bytes = try descriptor.closeAfter {
        try [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
      }
      return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    } catch {
      throw LedgerError(.inputOutput, "cannot read “\(path)”: \(error)", cause: error)
    }
  }

  private func makeDirectory(_ path: FilePath) throws {
    guard !path.isEmpty, path.withPlatformString({ mkdir($0, 0o755) }) != 0, errno != EEXIST else { return }
    throw Errno(rawValue: errno)
  }
}

/// A run's lock while it is held. Dropped, it is released too.
package final class RunLock: Sendable {
  private let descriptor: Mutex<FileDescriptor?>

  fileprivate init(_ descriptor: FileDescriptor) {
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  package func release() {
    let held = descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
    guard let held else { return }
    // Closing alone would leave the lock with any process that is being started just now and still has all descriptors.
    OpenFileLock.release(held)
    // A lock goes with its descriptor even when closing reports an error, and no data wait to be written.
    try? held.close()
  }
}

/// Locks that belong to an open file, not to a process: `fcntl(2)`, "Open file description locks".
///
/// Unlike with `flock(2)`, whether one is held can be asked without taking it, so that asking never stands in a run's way.
private enum OpenFileLock {
  // <bits/fcntl-linux.h>; Swift's import of Glibc leaves them out.
  private static let get: CInt = 36
  private static let set: CInt = 37

  /// - Returns: false when somebody else holds it.
  static func acquire(_ file: FileDescriptor) throws -> Bool {
    var lock = whole
    if fcntl(file.rawValue, set, &lock) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    throw Errno(rawValue: errno)
  }

  static func release(_ file: FileDescriptor) {
    var lock = whole
    lock.l_type = Int16(F_UNLCK)
    // It can fail only for want of a lock.
    _ = fcntl(file.rawValue, set, &lock)
  }

  static func isHeld(_ file: FileDescriptor) throws -> Bool {
    var lock = whole
    guard fcntl(file.rawValue, get, &lock) == 0 else { throw Errno(rawValue: errno) }
    return lock.l_type != Int16(F_UNLCK)
  }

  private static var whole: flock {
    flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
  }
}
