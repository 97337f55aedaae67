import Glibc
import OCI
import Synchronization
import SystemPackage

/// The directories that attempts have to themselves. One that is clean afterwards is given to another attempt: making directories and
/// removing them is dear on a journalling file system.
final class ScratchDirectories: Sendable {
  private struct State {
    var clean: [FilePath] = []
    var count = 0
  }

  /// The directory in which a process finds a place for its output variables.
  static let outputs = FilePath.Component("outputs")

  private let root: FilePath
  private let state = Mutex(State())

  init(in root: FilePath) {
    self.root = root
  }

  /// An empty directory, open to nobody else, with an empty ``outputs`` in it.
  func take() throws -> FilePath {
    let (directory, isNew) = state.withLock { state in
      if let clean = state.clean.popLast() { return (clean, false) }
      state.count += 1
      return (root.appending(String(state.count)), true)
    }
    guard isNew else { return directory }
    try directory.createDirectories(permissions: FilePermissions(rawValue: 0o700))
    try directory.appending(Self.outputs).createDirectories()
    return directory
  }

  /// Removes what the attempt has left.
  func giveBack(_ directory: FilePath) {
    if isClean(directory) {
      state.withLock { $0.clean.append(directory) }
    } else {
      FileTree.remove(directory)
    }
  }

  /// Whether nothing has been made there, or only files, which are removed.
  private func isClean(_ directory: FilePath) -> Bool {
    // One that cannot be looked at is not given to anybody.
    guard let status = try? FileStatus(of: directory), status.permissions == 0o700,
      let names = try? DirectoryListing.names(in: directory), names.contains(Self.outputs)
    else { return false }
    return names.allSatisfy { name in
      let path = directory.appending(name)
      if name == Self.outputs { return (try? DirectoryListing.names(in: path).isEmpty) == true }
      return path.withPlatformString { unlink($0) } == 0
    }
  }
}
