import DockerfileSyntax
import Glibc
import Model
import OCI
import SystemPackage

/// The directories of `RUN --mount=type=cache`, which outlive builds: `<digest of the id>/<number>`, each with a lock beside it.
struct CacheMounts {
  private let root: FilePath
  private let clock: any Clock<Duration>

  init(root: FilePath, clock: any Clock<Duration>) {
    self.root = root
    self.clock = clock
  }

  /// - Parameter initial: copies what a new cache contains to a path where nothing is.
  /// - Returns: the directory, and the lock, which is given back by closing it.
  func open(
    _ cache: RunMount.Cache, initial: ((FilePath) throws -> Void)?
  ) async throws -> (path: FilePath, lock: FileDescriptor) {
    let directory = root.appending(Digest(of: Array(cache.id.utf8)).hex)
    try directory.createDirectories()
    var number = 0
    while true {
      let lock = try openLock(directory.appending("\(number).lock"))
      do {
        let isExclusive = cache.sharing != .shared
        if try tryLock(lock, exclusively: isExclusive) {
          return (try prepare(directory.appending(String(number)), cache, initial), lock)
        }
        if cache.sharing == .private {
          try lock.close()
          number += 1
        } else {
          try lock.close()
          // The kernel can wait for a lock, but not without keeping a thread.
          try await clock.sleep(for: .milliseconds(50))
        }
      } catch {
        // A lock that was closed already has nothing left to report.
        try? lock.close()
        throw error
      }
    }
  }

  private func openLock(_ path: FilePath) throws -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
    } catch let failure as Errno {
      throw OCIError(failure, "open “\(path)”")
    }
  }

  private func tryLock(_ lock: FileDescriptor, exclusively: Bool) throws -> Bool {
    if flock(lock.rawValue, (exclusively ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw OCIError(Errno(rawValue: errno), "lock a cache mount") }
    return false
  }

  private func prepare(
    _ path: FilePath, _ cache: RunMount.Cache, _ initial: ((FilePath) throws -> Void)?
  ) throws -> FilePath {
    if path.withPlatformString({ access($0, F_OK) }) == 0 { return path }
    let temporary = try DirectoryTree.makeTemporary(in: path.removingLastComponent(), prefix: ".new-")
    let content = temporary.appending("content")
    if let initial { try initial(content) } else { try content.createDirectories() }
    if geteuid() == 0, content.withPlatformString({ chown($0, cache.userID, cache.groupID) }) != 0 {
      throw OCIError(Errno(rawValue: errno), "set the owner of a cache mount")
    }
    guard content.withPlatformString({ chmod($0, mode_t(cache.mode & 0o7777)) }) == 0 else {
      throw OCIError(Errno(rawValue: errno), "set the mode of a cache mount")
    }
    try DirectoryTree.publish(content, as: path)
    try DirectoryTree.remove(temporary)
    return path
  }
}
