import Glibc
import Model
import OCI
import SystemPackage

/// Unpacked layers, kept for other steps and other builds: `<diffID>/fs`, complete or absent, in overlay form.
///
/// Several processes may use the same directories.
struct LayerDirectories: Sendable {
  let root: FilePath
  private let store: BlobStore
  private let usesUserAttributes: Bool

  init(root: FilePath, store: BlobStore, usesUserAttributes: Bool) {
    self.root = root
    self.store = store
    self.usesUserAttributes = usesUserAttributes
  }

  /// The lower directories of an overlay over these layers (lowest first), topmost first.
  func lowerDirectories(of layers: [StageLayer]) throws -> [FilePath] {
    var lower = [FilePath]()
    for (index, layer) in layers.enumerated() {
      lower.insert(try directory(of: layer, over: lower, chain: { Array(layers[...index]).chainID }), at: 0)
    }
    return lower
  }

  func fileSystem(of layers: [StageLayer]) throws -> LayeredFileSystem {
    LayeredFileSystem(directories: try lowerDirectories(of: layers))
  }

  /// Where a RUN may work: `fs` for its changes and `work` for the kernel.
  func makeWorkspace() throws -> Workspace {
    let path = try DirectoryTree.makeTemporary(in: root, prefix: ".run-")
    let workspace = Workspace(path: path)
    try workspace.upper.createDirectories()
    try workspace.work.createDirectories()
    return workspace
  }

  /// Makes the workspace's changes the directory of the layer that was written from them.
  func adopt(_ workspace: Workspace, as layer: StageLayer) throws {
    try DirectoryTree.remove(workspace.work)
    try DirectoryTree.publish(workspace.path, as: root.appending(layer.diffID.hex))
  }

  struct Workspace {
    let path: FilePath
    var upper: FilePath { path.appending("fs") }
    var work: FilePath { path.appending("work") }
  }

  // MARK: Unpacking

  private static let impliedName = "implied"

  private func directory(of layer: StageLayer, over lower: [FilePath], chain: () -> Digest) throws -> FilePath {
    let plain = root.appending(layer.diffID.hex)
    if !exists(plain) { try unpack(layer, to: plain, over: nil) }
    // Most layers have an entry for every directory that they put something into, and the directory is the same over any other.
    guard exists(plain.appending(Self.impliedName)), try inherits(plain, from: lower) else {
      return plain.appending("fs")
    }
    let own = root.appending("over-" + chain().hex)
    if !exists(own) { try unpack(layer, to: own, over: LayeredFileSystem(directories: lower)) }
    return own.appending("fs")
  }

  private func exists(_ path: FilePath) -> Bool { path.withPlatformString { access($0, F_OK) } == 0 }

  private func unpack(_ layer: StageLayer, to destination: FilePath, over lower: LayeredFileSystem?) throws {
    let temporary = try DirectoryTree.makeTemporary(in: root, prefix: ".new-")
    do {
      let directory = temporary.appending("fs")
      try directory.createDirectories()
      let result = try LayerExtractor(usesUserAttributes: usesUserAttributes)
        .extract(layer.descriptor, expecting: layer.diffID, from: store, to: directory)
      if let lower {
        for path in result.impliedDirectories { try inherit(path, in: directory, from: lower) }
      } else if !result.impliedDirectories.isEmpty {
        try writeImplied(result.impliedDirectories, to: temporary.appending(Self.impliedName))
      }
      try DirectoryTree.publish(temporary, as: destination)
    } catch {
      // The first failure is the one to tell; a directory that stays behind is only in the way of nobody.
      try? DirectoryTree.remove(temporary)
      throw error
    }
  }

  /// One path for each line that ends in a zero, since names may hold anything else.
  private func writeImplied(_ paths: [FilePath], to file: FilePath) throws {
    let descriptor = try FileDescriptor.open(
      file, .writeOnly, options: [.create, .closeOnExec], permissions: FilePermissions(rawValue: 0o644))
    let bytes = Array(paths.map { $0.bytes + [0] }.joined())
    _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
  }

  /// Whether one of the implied directories exists below with another owner or mode than it was made with.
  private func inherits(_ plain: FilePath, from lower: [FilePath]) throws -> Bool {
    guard !lower.isEmpty else { return false }
    let file = plain.appending(Self.impliedName)
    var bytes = [UInt8]()
    try FileReader(opening: file).readAll { bytes.append(contentsOf: $0) }
    let fileSystem = LayeredFileSystem(directories: lower)
    return try bytes.split(separator: 0).contains { path in
      guard let node = try fileSystem.resolve(FilePath(bytes: Array(path)), followingLast: false) else { return false }
      return node.kind == .directory && (node.status?.permissions != 0o755 || node.owner != (0, 0))
    }
  }

  private func inherit(_ path: FilePath, in directory: FilePath, from lower: LayeredFileSystem) throws {
    guard let status = try lower.resolve(path, followingLast: false)?.status, status.kind == .directory else { return }
    let place = directory.pushing(path)
    if geteuid() == 0, place.withPlatformString({ lchown($0, status.userID, status.groupID) }) != 0 {
      throw OCIError(Errno(rawValue: errno), "set the owner of “\(place)”")
    }
    guard place.withPlatformString({ chmod($0, mode_t(status.permissions)) }) == 0 else {
      throw OCIError(Errno(rawValue: errno), "set the mode of “\(place)”")
    }
  }
}
