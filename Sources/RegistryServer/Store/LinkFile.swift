import Glibc
import OCI
import SystemPackage

/// The registry's small files: a link, a tag, a media type. Each is there whole or not at all, whoever else writes it.
struct LinkFile {
  let path: FilePath

  /// - Returns: nil when the file is not there.
  func read() throws -> String? {
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try descriptor.closeAfter {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }
        return String(decoding: bytes[..<count], as: UTF8.self).trimmingSuffix("\n")
      }
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch let errno as Errno {
      throw RegistryServerError(errno, "read “\(path)”")
    }
  }

  /// Replaces the file atomically: a reader sees the old text or the new.
  ///
  /// - Parameter temporary: A name that nobody else uses, on the same file system.
  func write(_ text: String, by temporary: FilePath) throws {
    do {
      try path.removingLastComponent().createDirectories()
      try temporary.removingLastComponent().createDirectories()
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try descriptor.closeAfter {
        _ = try descriptor.writeAll(text.utf8)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
      let renamed = temporary.withPlatformString { from in
        path.withPlatformString { Glibc.rename(from, $0) }
      }
      guard renamed == 0 else { throw Errno(rawValue: errno) }
    } catch let failure as Errno {
      unlinkQuietly(temporary)
      throw RegistryServerError(failure, "write “\(path)”")
    }
    try Directory(path: path.removingLastComponent()).synchronize()
  }

  /// Makes an empty file; one that is there already stays.
  func touch() throws {
    do {
      try path.removingLastComponent().createDirectories()
      try FileDescriptor.open(
        path, .writeOnly, options: [.create, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead]
      ).close()
    } catch let errno as Errno {
      throw RegistryServerError(errno, "make “\(path)”")
    }
  }

  var exists: Bool {
    path.withPlatformString { access($0, F_OK) } == 0
  }

  /// - Returns: whether the file was there.
  @discardableResult
  func remove() throws -> Bool {
    if path.withPlatformString({ unlink($0) }) == 0 { return true }
    guard errno != ENOENT, errno != ENOTDIR else { return false }
    throw RegistryServerError(Errno(rawValue: errno), "remove “\(path)”")
  }

  private func unlinkQuietly(_ path: FilePath) {
    // The write has failed already, and that failure is the one to report.
    _ = path.withPlatformString { unlink($0) }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
