import Glibc
package import SystemPackage

/// Room in a file system.
package enum DiskSpace {
  /// What this process may still write, in bytes.
  ///
  /// - Throws: `Errno` when the directory cannot be looked at.
  package static func available(in directory: FilePath) throws(Errno) -> Int64 {
    var status = statvfs()
    guard directory.withPlatformString({ statvfs($0, &status) }) == 0 else { throw Errno(rawValue: errno) }
    return Int64(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
  }
}
