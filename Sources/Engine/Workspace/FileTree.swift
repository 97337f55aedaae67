import Glibc
import OCI
package import SystemPackage

/// Whole directory trees: removed and copied without following a link out of them.
package enum FileTree {
  /// Removes the tree, also what has no write permission. What cannot be removed stays: it lies in a directory that is thrown away.
  package static func remove(_ path: FilePath) {
    guard let status = try? FileStatus(of: path) else { return }
    if status.kind == .directory {
      _ = path.withPlatformString { chmod($0, 0o700) }
      for name in (try? DirectoryListing.names(in: path)) ?? [] { remove(path.appending(name)) }
      _ = path.withPlatformString { rmdir($0) }
    } else {
      _ = path.withPlatformString { unlink($0) }
    }
  }

  /// Copies a file, a link, or a directory with all that is in it. Sockets, pipes and devices are left out.
  ///
  /// - Parameter excluding: is passed over where it is come to.
  static func copy(_ source: FilePath, to destination: FilePath, excluding excluded: FilePath? = nil) throws {
    if source == excluded { return }
    let status = try FileStatus(of: source)
    switch status.kind {
    case .file:
      let reader = try FileReader(opening: source)
      let permissions = FilePermissions(rawValue: CInterop.Mode(status.permissions))
      let descriptor = try FileDescriptor.open(
        destination, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: permissions)
      try descriptor.closeAfter {
        try reader.readAll { try descriptor.writeAll($0) }
        guard fchmod(descriptor.rawValue, mode_t(status.permissions)) == 0 else { throw Errno(rawValue: errno) }
      }
    case .directory:
      try destination.createDirectories()
      for name in try DirectoryListing.names(in: source) {
        try copy(source.appending(name), to: destination.appending(name), excluding: excluded)
      }
      try setMode(status.permissions, of: destination)
    case .symbolicLink:
      if let target = SymbolicLink.target(of: source) { try SymbolicLink.make(at: destination, to: target) }
    default: break
    }
  }

  static func exists(_ path: FilePath) -> Bool {
    // What cannot be looked at is as good as not there for those who ask.
    (try? FileStatus(of: path, followingLinks: true)) != nil
  }

  /// Copies a file's bytes and syncs them to disk.
  static func copyDurably(_ source: FilePath, to destination: FilePath) throws {
    let descriptor = try FileDescriptor.open(
      destination, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    try descriptor.closeAfter {
      try FileReader(opening: source).readAll { try descriptor.writeAll($0) }
      guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  /// Gives a file another name, in the place of a file that has it.
  static func rename(_ source: FilePath, to destination: FilePath) throws {
    let result = source.withPlatformString { from in destination.withPlatformString { Glibc.rename(from, $0) } }
    guard result == 0 else { throw Errno(rawValue: errno) }
  }

  /// Sets the twelve permission bits, whatever the umask says.
  static func setMode(_ mode: UInt16, of path: FilePath) throws {
    guard path.withPlatformString({ chmod($0, mode_t(mode)) }) == 0 else { throw Errno(rawValue: errno) }
  }
}
