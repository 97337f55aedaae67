import Glibc
import Synchronization
package import SystemPackage

/// A lock on a directory, held through its file `lock`: by many at once, or by one alone. Dropped, it is released, and so when the process dies.
package final class DirectoryLock: Sendable {
  private let descriptor: Mutex<FileDescriptor?>

  /// Waits until the lock can be had.
  /// - Throws: ``OCIError``.
  package init(in directory: FilePath, exclusively: Bool) throws(OCIError) {
    let file = try Self.open(directory)
    while flock(file.rawValue, exclusively ? LOCK_EX : LOCK_SH) != 0 {
      guard errno == EINTR else {
        let error = Errno(rawValue: errno)
        // Nothing was written, so closing has nothing to report.
        try? file.close()
        throw OCIError(error, "lock “\(directory)”")
      }
    }
    descriptor = Mutex(file)
  }

  /// Nil when somebody else holds the lock, in whichever way.
  /// - Throws: ``OCIError``.
  package init?(tryingIn directory: FilePath) throws(OCIError) {
    let file = try Self.open(directory)
    guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      let error = Errno(rawValue: errno)
      // Nothing was written, so closing has nothing to report.
      try? file.close()
      if error == .wouldBlock { return nil }
      throw OCIError(error, "lock “\(directory)”")
    }
    descriptor = Mutex(file)
  }

  deinit { release() }

  package func release() {
    let held = descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
    // A lock goes with its descriptor even when closing reports an error, and no data wait to be written.
    try? held?.close()
  }

  private static func open(_ directory: FilePath) throws(OCIError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        directory.appending("lock"), .readWrite, options: [.create, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o644))
    } catch {
      throw OCIError((error as? Errno) ?? .ioError, "lock “\(directory)”")
    }
  }
}
