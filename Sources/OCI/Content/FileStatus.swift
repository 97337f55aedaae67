import Glibc
package import SystemPackage

/// What the file system knows about a file: `stat` with the names spelt out.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file, directory, symbolicLink, characterDevice, blockDevice, fifo, socket
  }

  package let kind: Kind
  /// The twelve permission bits, setuid and sticky among them.
  package let permissions: UInt16
  package let userID: UInt32
  package let groupID: UInt32
  package let size: Int64
  package let linkCount: Int
  package let inode: UInt64
  package let device: UInt64
  /// Of a device file.
  package let deviceMajor: UInt32
  package let deviceMinor: UInt32
  /// Nanoseconds since 1970.
  package let modified: Int64
  package let changed: Int64

  /// - Throws: `Errno`.
  package init(of path: FilePath, followingLinks: Bool = false) throws(Errno) {
    var status = stat()
    let result = path.withPlatformString { followingLinks ? stat($0, &status) : lstat($0, &status) }
    guard result == 0 else { throw Errno(rawValue: errno) }
    self.init(status)
  }

  package init(of descriptor: FileDescriptor) throws(Errno) {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    self.init(status)
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .file
      }
    permissions = UInt16(status.st_mode & 0o7777)
    userID = status.st_uid
    groupID = status.st_gid
    size = Int64(status.st_size)
    linkCount = Int(status.st_nlink)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    // The layout of a device number is fixed by the C library's ABI (gnu_dev_major and gnu_dev_minor, which are macros).
    let number = UInt64(status.st_rdev)
    deviceMajor = UInt32(truncatingIfNeeded: (number >> 8) & 0xfff | (number >> 32) & 0xffff_f000)
    deviceMinor = UInt32(truncatingIfNeeded: number & 0xff | (number >> 12) & 0xffff_ff00)
    modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
  }
}
