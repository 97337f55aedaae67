import DockerfileSyntax
import Engine
import Glibc
import Model
import OCI
import SystemPackage

extension StageBuilder {
  /// Makes the directories and files that a RUN mounts, calls the function, and removes them again.
  func withMounts<Result>(
    _ plan: MountPlan, _ instruction: Instruction,
    _ body: ([SandboxedProcess.Mount], [String: String]) async throws -> Result
  ) async throws -> Result {
    let files = MountFiles(near: build.builder.layers.root)
    defer { files.remove() }
    var mounts = [SandboxedProcess.Mount]()
    for entry in plan.entries {
      let source: SandboxedProcess.Mount.Source
      switch entry.source {
      case .temporary(let size): source = .temporary(sizeInBytes: size)
      case .file(let bytes, let permissions, let userID, let groupID):
        source = .bind(
          try files.makeFile(bytes, permissions: permissions, userID: userID, groupID: groupID), isReadOnly: true)
      case .tree(let tree, let node, let isReadOnly):
        source = .bind(try directory(of: tree, node, isReadOnly: isReadOnly, files), isReadOnly: isReadOnly)
      case .cache(let cache, let initial):
        let (path, lock) = try await CacheMounts(
          root: build.builder.cacheDirectory.appending("mounts"), clock: build.builder.clock
        )
        .open(
          cache,
          initial: initial.map { tree, node in
            { try DirectoryTree.copy(node, of: tree.fileSystem, to: $0) { _, _ in true } }
          })
        files.keep(lock)
        source = .bind(path, isReadOnly: cache.isReadOnly)
      }
      mounts.append(.init(source, at: entry.target))
    }
    return try await body(mounts, plan.variables)
  }

  /// The files where they are, if nobody can change them and all of them may be seen; else a copy.
  private func directory(
    of tree: SourceTree, _ node: LayeredFileSystem.Node, isReadOnly: Bool, _ files: MountFiles
  ) throws -> FilePath {
    let hidesSomething = tree.context?.ignored != nil
    if isReadOnly, !hidesSomething {
      if !node.isDirectory { return node.location }
      if let single = node.singleDirectory,
        !tree.fileSystem.interpretsWhiteouts || tree.fileSystem.directories.count == 1
      {
        return single
      }
    }
    let copy = try files.makePlace()
    try DirectoryTree.copy(node, of: tree.fileSystem, to: copy) { path, isDirectory in
      guard let context = tree.context, context.ignores(path) else { return true }
      return isDirectory && !context.ignoresEverything(below: path)
    }
    return copy
  }
}

/// Files that exist only while a RUN does.
private final class MountFiles {
  private let parent: FilePath
  private var directory: FilePath?
  private var secretDirectory: FilePath?
  private var locks = [FileDescriptor]()
  private var count = 0

  init(near parent: FilePath) {
    self.parent = parent
  }

  /// A path where nothing is yet.
  func makePlace() throws -> FilePath {
    let made = try directory ?? DirectoryTree.makeTemporary(in: parent, prefix: ".mounts-")
    directory = made
    count += 1
    return made.appending(String(count))
  }

  /// In memory where the machine offers it, since it may be a secret.
  func makeFile(_ bytes: [UInt8], permissions: UInt16, userID: UInt32, groupID: UInt32) throws -> FilePath {
    let memory = FilePath("/dev/shm")
    let usesMemory = memory.withPlatformString { access($0, W_OK | X_OK) } == 0
    let made = try secretDirectory ?? DirectoryTree.makeTemporary(in: usesMemory ? memory : parent, prefix: ".slipway-")
    secretDirectory = made
    guard made.withPlatformString({ chmod($0, 0o700) }) == 0 else {
      throw OCIError(Errno(rawValue: errno), "protect the directory “\(made)”")
    }
    count += 1
    let path = made.appending(String(count))
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    _ = try file.closeAfter { try file.writeAll(bytes) }
    if geteuid() == 0, path.withPlatformString({ chown($0, userID, groupID) }) != 0 {
      throw OCIError(Errno(rawValue: errno), "set the owner of a mounted file")
    }
    guard path.withPlatformString({ chmod($0, mode_t(permissions)) }) == 0 else {
      throw OCIError(Errno(rawValue: errno), "set the mode of a mounted file")
    }
    return path
  }

  func keep(_ lock: FileDescriptor) {
    locks.append(lock)
  }

  func remove() {
    // What cannot be removed is in nobody's way; a lock goes with the process at the latest.
    for path in [directory, secretDirectory] { if let path { try? DirectoryTree.remove(path) } }
    for lock in locks { try? lock.close() }
  }
}
