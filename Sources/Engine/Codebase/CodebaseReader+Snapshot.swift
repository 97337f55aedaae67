import Model
import OCI
package import SystemPackage

extension CodebaseReader {
  /// Stores the codebase as a snapshot: what ``copy(_:to:excluding:)`` would copy, without copying it.
  ///
  /// Every stage of a run then starts from the very same files, and a replay does when the directory is long gone.
  package func snapshot(
    of directory: FilePath, excluding excluded: FilePath? = nil, snapshots: WorkspaceSnapshots,
    notes: WorkspaceSnapshots.Notes?
  ) async throws -> WorkspaceSnapshot {
    let files = try await files(of: directory)
    let selection = TreeSelection(files, excluding: excluded.flatMap { Self.relative($0, to: directory) }?.bytes)
    return try await snapshots.takeAside(of: directory, notes: notes, selection: selection)
  }

  /// Paths from the directory: files as git lists them, or everything at the top outside of a repository.
  private func files(of directory: FilePath) async throws -> [[UInt8]] {
    guard let listing = try await listing(of: directory) else {
      return try DirectoryListing.names(in: directory).filter { $0 != ".git" }.map(\.bytes)
    }
    return listing.split(separator: 0).map { path in
      // A repository inside of this one is listed as a directory.
      path.last == UInt8(ascii: "/") ? Array(path.dropLast()) : Array(path)
    }
  }
}

extension FilePath.Component {
  fileprivate var bytes: [UInt8] { FilePath(root: nil, [self]).bytes }
}
