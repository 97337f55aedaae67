package import Model
import OCI
package import SystemPackage

/// Where a run leaves things: the layout of `state/`.
package struct StateDirectory: Hashable, Sendable {
  /// Absolute.
  package let root: FilePath

  package init(root: FilePath) {
    self.root = root
  }

  package var ledger: FilePath { root.appending("slipway.sqlite") }
  package var blobs: FilePath { root.appending("blobs") }
  package var layers: FilePath { root.appending("layers") }
  package var buildCache: FilePath { root.appending("cache").appending("build") }
  package var registry: FilePath { root.appending("registry") }
  package var runs: FilePath { root.appending("runs") }
  /// What registries gave for which reference.
  package var pulledImages: FilePath { root.appending("cache").appending("images") }
  /// Directories in the place of buckets of object stores.
  package var buckets: FilePath { root.appending("buckets") }

  package func run(_ id: ULID) -> FilePath { runs.appending(id.description) }

  package func workspace(of stage: StepPath, in run: ULID) -> FilePath {
    self.run(run).appending("workspaces").appending(stage.last?.description ?? "pipeline")
  }

  /// What the snapshots of a stage's workspace note.
  package func notes(of stage: StepPath, in run: ULID) -> WorkspaceSnapshots.Notes {
    let directory = self.run(run).appending("snapshots")
    return WorkspaceSnapshots.Notes(
      statCache: directory.appending((stage.last?.description ?? "pipeline") + ".stat"), roots: snapshotRoots(of: run),
      times: snapshotTimes(of: run))
  }

  /// The roots of the snapshots that a run has taken, one a line, also those that the ledger does not name yet.
  package func snapshotRoots(of run: ULID) -> FilePath {
    self.run(run).appending("snapshots").appending("roots")
  }

  /// When everything in those snapshots was modified: see ``WorkspaceSnapshots/Notes/times``.
  package func snapshotTimes(of run: ULID) -> FilePath {
    self.run(run).appending("snapshots").appending("times")
  }

  package var codebaseNotes: FilePath { root.appending("cache").appending("codebases") }

  /// What the snapshots of a codebase note: from run to run, since it stays where it is.
  package func notes(ofCodebase directory: FilePath, in run: ULID) -> WorkspaceSnapshots.Notes {
    let name = Digest(of: directory.bytes).hex + ".stat"
    return WorkspaceSnapshots.Notes(statCache: codebaseNotes.appending(name), roots: snapshotRoots(of: run))
  }

  /// When everything in a snapshot was modified, as the first of the runs knows that has taken it.
  package func times(of snapshot: Digest, in runs: [ULID]) throws -> Digest? {
    for run in runs {
      if let times = try WorkspaceSnapshots.times(of: snapshot, notedIn: snapshotTimes(of: run)) { return times }
    }
    return nil
  }

  /// Where the shared paths of a stage's steps lie.
  package func sharedPaths(of stage: StepPath, in run: ULID) -> FilePath {
    self.run(run).appending("shared").appending(stage.last?.description ?? "pipeline")
  }

  /// The log of a service, relative to `root`.
  package func serviceLogFile(of path: StepPath, attempt: Int, in run: ULID) -> String {
    "runs/\(run)/logs/\(Self.fileName(path))-\(attempt).service.log"
  }

  /// Where attempts have directories of their own, as long as the run lasts.
  package func scratch(of run: ULID) -> FilePath { self.run(run).appending("scratch") }

  /// Relative to `root`, as the ledger keeps it.
  package func logFile(of path: StepPath, attempt: Int, in run: ULID) -> String {
    "runs/\(run)/logs/\(Self.fileName(path))-\(attempt).log"
  }

  private static func fileName(_ path: StepPath) -> String {
    path.components.map(\.description).joined(separator: ".")
  }
}
