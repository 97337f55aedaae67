import Glibc
import SystemPackage

/// A directory as if it were the root: no path, whatever symbolic links and `..` it meets, leads out of it.
///
/// Paths are walked component by component over open directories, without letting the kernel follow a link.
final class RootedDirectory {
  private let path: FilePath
  private let root: OpenDirectory
  private var lastParent: (path: FilePath, directory: OpenDirectory)?
  /// Directories that were made because something was to lie in them; relative to the root.
  private(set) var made: Set<FilePath> = []

  private static let linkLimit = 40

  init(_ path: FilePath) throws(OCIError) {
    self.path = path
    root = try OpenDirectory(at: path)
  }

  /// The directory that holds the entry of this path, and the entry's name; made, with those above it, when it is missing.
  func parent(of entry: FilePath, creating: Bool) throws(OCIError) -> OpenDirectory {
    let parentPath = entry.removingLastComponent()
    if let lastParent, lastParent.path == parentPath { return lastParent.directory }
    let directory = try open(parentPath, creating: creating)
    lastParent = (parentPath, directory)
    return directory
  }

  /// To be called when a directory or a link was removed or replaced.
  func forgetParents() {
    lastParent = nil
  }

  func open(_ directory: FilePath, creating: Bool) throws(OCIError) -> OpenDirectory {
    var stack = [root]
    var pending = Array(directory.components.map(\.bytes).reversed())
    var links = 0
    while let name = pending.popLast() {
      if name == [0x2e] { continue }
      if name == [0x2e, 0x2e] {
        if stack.count > 1 { stack.removeLast() }
        continue
      }
      let current = stack[stack.count - 1]
      if let next = try current.openDirectory(name, creating: false) {
        stack.append(next)
        continue
      }
      if creating, try current.kind(of: name) == nil, let next = try current.openDirectory(name, creating: true) {
        made.insert(next.path)
        stack.append(next)
        continue
      }
      guard let target = current.linkTarget(name) else {
        if try current.kind(of: name) == nil { throw OCIError(.notFound, "“\(directory)” does not exist") }
        throw OCIError(.corrupt, "“\(directory)” goes through “\(FilePath(bytes: name))”, which is not a directory")
      }
      links += 1
      guard links <= Self.linkLimit else {
        throw OCIError(.unsafePath, "“\(directory)” goes through too many symbolic links")
      }
      if target.first == UInt8(ascii: "/") { stack.removeLast(stack.count - 1) }
      pending += target.split(separator: UInt8(ascii: "/")).map(Array.init).reversed()
    }
    return stack[stack.count - 1]
  }
}

/// An open directory: names in it are used relative to it, so that nobody can swap it for another one.
final class OpenDirectory {
  let descriptor: Int32
  /// Relative to the root, and without links.
  let path: FilePath

  init(at path: FilePath) throws(OCIError) {
    self.path = ""
    descriptor = path.withPlatformString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw OCIError(Errno(rawValue: errno), "open the directory “\(path)”") }
  }

  private init(descriptor: Int32, path: FilePath) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    // Nothing was written through it.
    close(descriptor)
  }

  /// Nil when there is no directory of that name.
  func openDirectory(_ name: [UInt8], creating: Bool) throws(OCIError) -> OpenDirectory? {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var opened = withName(name) { openat(descriptor, $0, flags) }
    if opened < 0, errno == ENOENT, creating {
      guard withName(name, { mkdirat(descriptor, $0, 0o755) }) == 0 || errno == EEXIST else {
        throw OCIError(Errno(rawValue: errno), "make the directory “\(FilePath(bytes: name))”")
      }
      opened = withName(name) { openat(descriptor, $0, flags) }
      // Whatever the umask is.
      if opened >= 0 { fchmod(opened, 0o755) }
    }
    if opened >= 0 { return OpenDirectory(descriptor: opened, path: path.pushing(FilePath(bytes: name))) }
    if errno == ENOTDIR || errno == ELOOP || errno == ENOENT { return nil }
    throw OCIError(Errno(rawValue: errno), "open the directory “\(FilePath(bytes: name))”")
  }

  func linkTarget(_ name: [UInt8]) -> [UInt8]? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = withName(name) { readlinkat(descriptor, $0, &buffer, buffer.count) }
    return count < 0 ? nil : buffer[..<count].map { UInt8(bitPattern: $0) }
  }

  /// The type bits of what has this name; nil when nothing has.
  func kind(of name: [UInt8]) throws(OCIError) -> mode_t? {
    var status = stat()
    if withName(name, { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 { return status.st_mode & S_IFMT }
    if errno == ENOENT { return nil }
    throw OCIError(Errno(rawValue: errno), "look at “\(FilePath(bytes: name))”")
  }

  /// Removes what has this name, and everything below it when it is a directory.
  func remove(_ name: [UInt8]) throws(OCIError) {
    if withName(name, { unlinkat(descriptor, $0, 0) }) == 0 || errno == ENOENT { return }
    if let directory = try openDirectory(name, creating: false) {
      for child in try directory.names() { try directory.remove(child) }
      if withName(name, { unlinkat(descriptor, $0, AT_REMOVEDIR) }) == 0 { return }
    }
    throw OCIError(Errno(rawValue: errno), "remove “\(FilePath(bytes: name))”")
  }

  private func names() throws(OCIError) -> [[UInt8]] {
    try DirectoryListing.names(in: FilePath("/proc/self/fd/\(descriptor)")).map(\.bytes)
  }

  func withName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let characters = name.map { CChar(bitPattern: $0) } + [0]
    return characters.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a name ends in a zero and so is never empty") }
      return body(base)
    }
  }
}
