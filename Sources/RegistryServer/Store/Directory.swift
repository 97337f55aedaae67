import Glibc
import SystemPackage

/// A directory of the registry's.
struct Directory {
  let path: FilePath

  /// The names in it, sorted by their bytes; none when the directory is not there.
  func names() throws -> [String] {
    guard let stream = path.withPlatformString({ opendir($0) }) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw RegistryServerError(Errno(rawValue: errno), "list “\(path)”")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  var exists: Bool {
    path.withPlatformString { access($0, F_OK) } == 0
  }

  /// Makes the names in it durable.
  func synchronize() throws {
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
      try descriptor.closeAfter {
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch let errno as Errno {
      throw RegistryServerError(errno, "sync “\(path)”")
    }
  }

  func removeEmpty() throws {
    guard path.withPlatformString({ rmdir($0) }) != 0, errno != ENOENT else { return }
    throw RegistryServerError(Errno(rawValue: errno), "remove “\(path)”")
  }
}
