import Glibc
package import SystemPackage

extension FilePath {
  /// Makes this directory and those above it that are missing.
  /// - Throws: ``OCIError``.
  package func createDirectories(permissions: FilePermissions = FilePermissions(rawValue: 0o755)) throws(OCIError) {
    if withPlatformString({ mkdir($0, permissions.rawValue) }) == 0 { return }
    let first = Errno(rawValue: errno)
    let parent = removingLastComponent()
    switch first {
    case .fileExists:
      if let status = try? FileStatus(of: self, followingLinks: true), status.kind == .directory { return }
      throw OCIError(.inputOutput, "“\(self)” is in the way: a directory of that name is needed")
    case .noSuchFileOrDirectory where !parent.isEmpty && parent != self:
      try parent.createDirectories(permissions: permissions)
      if withPlatformString({ mkdir($0, permissions.rawValue) }) != 0, errno != EEXIST {
        throw OCIError(Errno(rawValue: errno), "make the directory “\(self)”")
      }
    default:
      throw OCIError(first, "make the directory “\(self)”")
    }
  }
}
