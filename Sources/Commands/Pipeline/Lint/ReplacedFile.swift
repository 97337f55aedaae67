import Glibc
import SystemPackage

/// Writes a file beside its destination, syncs it, and gives it the name only when it is whole.
enum ReplacedFile {
  /// A file that is there keeps its permissions, and a symbolic link goes on pointing at it.
  ///
  /// - Throws: ``CommandFailure``.
  static func write(_ bytes: [UInt8], to path: FilePath) throws {
    let destination = resolved(path)
    let temporary = destination.removingLastComponent().appending(
      ".\(destination.lastComponent?.string ?? "file").new-\(String(UInt64.random(in: .min ... .max), radix: 36))")
    do {
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      do {
        try descriptor.closeAfter {
          _ = try descriptor.writeAll(bytes)
          guard fchmod(descriptor.rawValue, permissions(of: destination)) == 0, fsync(descriptor.rawValue) == 0 else {
            throw Errno(rawValue: errno)
          }
        }
        let result = temporary.withPlatformString { from in destination.withPlatformString { rename(from, $0) } }
        guard result == 0 else { throw Errno(rawValue: errno) }
      } catch {
        // The half-written file must not stay; what went wrong with it is what is reported.
        _ = temporary.withPlatformString { unlink($0) }
        throw error
      }
    } catch {
      throw CommandFailure(.usage, "cannot write \(path): \(error)")
    }
  }

  private static func resolved(_ path: FilePath) -> FilePath {
    path.withPlatformString { name in
      guard let real = realpath(name, nil) else { return path }
      defer { free(real) }
      return FilePath(platformString: real)
    }
  }

  /// What `open` would give a new file, where there is none yet.
  private static func permissions(of path: FilePath) -> mode_t {
    var status = stat()
    if path.withPlatformString({ stat($0, &status) }) == 0 { return status.st_mode & 0o7777 }
    let mask = umask(0)
    umask(mask)
    return 0o666 & ~mask
  }
}
