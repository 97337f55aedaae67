import FoundationEssentials
import Glibc
import OCI
import SystemPackage

/// Whole directories of the host that the builder owns.
enum DirectoryTree {
  /// A new, empty directory with a name of its own.
  static func makeTemporary(in parent: FilePath, prefix: String) throws -> FilePath {
    try parent.createDirectories()
    while true {
      let path = parent.appending(prefix + String(UInt64.random(in: .min ... .max), radix: 36))
      if path.withPlatformString({ mkdir($0, 0o755) }) == 0 { return path }
      guard errno == EEXIST else { throw OCIError(Errno(rawValue: errno), "make the directory “\(path)”") }
    }
  }

  /// Removes a directory with everything in it, if it is there.
  static func remove(_ path: FilePath) throws {
    do {
      try FileManager.default.removeItem(atPath: path.string)
    } catch {
      if (try? FileStatus(of: path)) == nil { return }
      throw OCIError(.inputOutput, "cannot remove the directory “\(path)”", cause: error)
    }
  }

  /// Gives a finished directory its name. One that another process finished first stays, and this one is removed.
  static func publish(_ path: FilePath, as destination: FilePath) throws {
    let result = path.withPlatformString { from in destination.withPlatformString { rename(from, $0) } }
    if result == 0 { return }
    let failure = Errno(rawValue: errno)
    guard failure == .fileExists || failure == .directoryNotEmpty else {
      throw OCIError(failure, "rename “\(path)” to “\(destination)”")
    }
    try remove(path)
  }

  /// Dates everything in a directory, and the directory itself.
  static func setModificationTimes(of directory: FilePath, to seconds: Int64) throws {
    for name in try DirectoryListing.names(in: directory) {
      let path = directory.appending(name)
      let status: FileStatus
      do { status = try FileStatus(of: path) } catch { throw OCIError(error, "look at “\(path)”") }
      if status.kind == .directory {
        try setModificationTimes(of: path, to: seconds)
      } else {
        try setModificationTime(of: path, to: seconds)
      }
    }
    try setModificationTime(of: directory, to: seconds)
  }

  private static func setModificationTime(of path: FilePath, to seconds: Int64) throws {
    let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
    let result = path.withPlatformString { utimensat(AT_FDCWD, $0, [time, time], AT_SYMLINK_NOFOLLOW) }
    guard result == 0 else { throw OCIError(Errno(rawValue: errno), "set the time of “\(path)”") }
  }

  /// Copies what a node stands for to `destination`, which does not exist: owners, modes, links.
  /// - Parameter isIncluded: is asked with paths relative to the file system's root.
  static func copy(
    _ node: LayeredFileSystem.Node, of fileSystem: LayeredFileSystem, to destination: FilePath,
    isIncluded: (FilePath, _ isDirectory: Bool) -> Bool
  ) throws {
    switch node.kind {
    case .directory:
      guard destination.withPlatformString({ mkdir($0, 0o755) }) == 0 else {
        throw OCIError(Errno(rawValue: errno), "make the directory “\(destination)”")
      }
      for name in try fileSystem.names(in: node) {
        guard let child = try fileSystem.child(name, of: node), isIncluded(child.path, child.isDirectory) else {
          continue
        }
        try copy(child, of: fileSystem, to: destination.appending(name), isIncluded: isIncluded)
      }
    case .file:
      let reader = try FileReader(opening: node.location)
      let file = try FileDescriptor.open(
        destination, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      try file.closeAfter { try reader.readAll { _ = try file.writeAll($0) } }
    case .symbolicLink:
      let target = FilePath(bytes: try SymbolicLink.target(of: node.location))
      let result = target.withPlatformString { target in destination.withPlatformString { symlink(target, $0) } }
      guard result == 0 else { throw OCIError(Errno(rawValue: errno), "make the link “\(destination)”") }
    case .characterDevice, .blockDevice, .fifo, .socket:
      // A mount of a part of the context or of a stage shows files; nobody listens at the other end of these.
      return
    }
    guard let status = node.status else { return }
    if geteuid() == 0 {
      let result = destination.withPlatformString { lchown($0, status.userID, status.groupID) }
      guard result == 0 else { throw OCIError(Errno(rawValue: errno), "set the owner of “\(destination)”") }
    }
    guard status.kind != .symbolicLink else { return }
    guard destination.withPlatformString({ chmod($0, mode_t(status.permissions)) }) == 0 else {
      throw OCIError(Errno(rawValue: errno), "set the mode of “\(destination)”")
    }
  }
}
