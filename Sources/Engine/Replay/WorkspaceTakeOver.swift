import Glibc
package import Model
import OCI
import SystemPackage

/// Gives a stage of a replay the workspace that a snapshot says.
package struct WorkspaceTakeOver: Sendable {
  /// Where the files came from.
  package enum Way: Hashable, Sendable {
    /// The earlier run's workspace still was exactly that, and has been moved.
    case moved
    case restored
    /// It was there already.
    case prepared

    package func sentence(_ snapshot: Digest) -> String {
      switch self {
      case .moved: "workspace taken over as it was left: it still is snapshot \(snapshot.short)"
      case .restored: "workspace restored from snapshot \(snapshot.short)"
      case .prepared: "workspace as it was in snapshot \(snapshot.short)"
      }
    }
  }

  private let snapshots: WorkspaceSnapshots
  private let state: StateDirectory

  package init(snapshots: WorkspaceSnapshots, state: StateDirectory) {
    self.snapshots = snapshots
    self.state = state
  }

  /// Moving costs one look at every file, restoring writes them all.
  ///
  /// - Parameter sources: the run that is replayed, and behind it those that it replays itself: what is restored has the times that the
  ///   first of them knows.
  /// - Throws: ``SnapshotError`` when the snapshot is not whole; then the stage has no workspace.
  package func provide(
    _ snapshot: Digest, for stage: StepPath, of run: ULID, from sources: [ULID], notes: WorkspaceSnapshots.Notes
  ) async throws -> Way {
    let (snapshots, state) = (snapshots, state)
    return try await WorkspaceSnapshots.aside {
      let target = state.workspace(of: stage, in: run)
      if try FileStatus.unlessMissing(target) != nil { return .prepared }
      if let source = sources.first, try Self.move(snapshot, stage, from: source, to: target, notes, state, snapshots) {
        return .moved
      }
      try snapshots.restore(snapshot, to: target, notes: notes, times: try state.times(of: snapshot, in: sources))
      return .restored
    }
  }

  private static func move(
    _ snapshot: Digest, _ stage: StepPath, from source: ULID, to target: FilePath, _ notes: WorkspaceSnapshots.Notes,
    _ state: StateDirectory, _ snapshots: WorkspaceSnapshots
  ) throws -> Bool {
    let old = state.workspace(of: stage, in: source)
    let oldNotes = state.notes(of: stage, in: source)
    guard try snapshots.matches(snapshot, old, notes: oldNotes) else { return false }
    try target.removingLastComponent().createDirectories()
    try notes.statCache.removingLastComponent().createDirectories()
    // Another replay of the same run may have been faster.
    guard old.withPlatformString({ from in target.withPlatformString { rename(from, $0) } }) == 0 else { return false }
    // Without it every file would be read again, and nothing worse.
    _ = oldNotes.statCache.withPlatformString { from in notes.statCache.withPlatformString { rename(from, $0) } }
    return true
  }
}
