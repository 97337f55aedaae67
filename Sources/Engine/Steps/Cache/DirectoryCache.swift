import Model
import OCI
import SystemPackage

/// Saves and restores directories under a key in a bucket: one archive for each path.
struct DirectoryCache: Sendable {
  let bucket: Bucket
  let workspace: Workspace
  let sharedPaths: [SharedPath]

  enum Saved: Hashable {
    case saved(entries: Int)
    /// There is one of that key, which is kept.
    case kept
  }

  /// - Throws: ``StepFailure`` for a path that leads out of the workspace, ``OCIError`` when the archive cannot be written.
  func save(_ paths: [String], key: String, format: DirectoryArchive.Format, overwrites: Bool) throws -> Saved {
    var entries = 0
    let places = try paths.map { ($0, try place(of: $0)) }
    if !overwrites, try exists(key) { return .kept }
    for (written, place) in places {
      let destination = try bucket.path(of: key).appending(Self.objectName(written, format))
      entries += try DirectoryArchive.write([place.member], of: place.root, to: destination, format: format)
      for other in [DirectoryArchive.Format.tar, .gzip, .zstd] where other != format {
        FileTree.remove(try bucket.path(of: key).appending(Self.objectName(written, other)))
      }
    }
    return .saved(entries: entries)
  }

  /// Unpacks everything that is kept under the key.
  ///
  /// - Returns: how many archives there were; 0 means that nobody has saved the key.
  func restore(_ key: String) throws -> Int {
    let directory = try bucket.path(of: key)
    guard FileTree.exists(directory) else { return 0 }
    var count = 0
    for name in try DirectoryListing.names(in: directory) {
      guard let written = Self.writtenPath(name.string) else { continue }
      let place = try place(of: written)
      try LayerExtractor().extract(archive: directory.appending(name), to: place.root)
      count += 1
    }
    return count
  }

  func exists(_ key: String) throws -> Bool { FileTree.exists(try bucket.path(of: key)) }

  /// The directory that the archive's names are relative to, and the name in it.
  private func place(of written: String) throws -> (root: FilePath, member: FilePath) {
    var path = FilePath(written).lexicallyNormalized()
    for shared in sharedPaths where path.starts(with: shared.target) {
      _ = path.removePrefix(shared.target)
      return (shared.directory, path)
    }
    let resolved: FilePath
    do { resolved = try workspace.resolve(written) } catch {
      throw StepFailure(
        .configuration,
        "\(error.message); directories elsewhere can be cached when the stage names them under sharedPaths")
    }
    var member = resolved
    _ = member.removePrefix(workspace.directory)
    return (workspace.directory, member)
  }

  private static let suffixes: [(DirectoryArchive.Format, String)] = [
    (.tar, ".tar"), (.gzip, ".tar.gz"), (.zstd, ".tar.zst"),
  ]

  private static func objectName(_ written: String, _ format: DirectoryArchive.Format) -> String {
    let suffix = suffixes.first { $0.0 == format }?.1 ?? ".tar"
    return PercentEncoding.encode(Array(written.utf8)).replacing("/", with: "%2F") + suffix
  }

  private static func writtenPath(_ name: String) -> String? {
    guard let suffix = suffixes.last(where: { name.hasSuffix($0.1) })?.1,
      let bytes = PercentEncoding.decode(String(name.dropLast(suffix.count)))
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
