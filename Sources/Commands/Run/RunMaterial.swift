import Engine
import Model
import SystemPackage

/// What a run starts from: the codebase's snapshot, and the workspaces that a replay restores.
///
/// All of it is there before the run is in the ledger, so that a replay whose material is damaged never begins.
struct RunMaterial {
  let toolbox: Toolbox
  let plan: Plan
  let run: ULID

  private var snapshots: WorkspaceSnapshots { WorkspaceSnapshots(blobs: toolbox.blobs) }

  /// The codebase with a snapshot of it, unless it has one, nobody needs one, or none are to be taken.
  func codebase(_ codebase: CodebaseState?, policy: SnapshotPolicy) async throws -> CodebaseState? {
    guard let codebase, policy != .off, codebase.snapshot == nil, isCodebaseNeeded else { return codebase }
    let directory = FilePath(codebase.directory)
    let snapshot = try await toolbox.codebase.snapshot(
      of: directory, excluding: toolbox.state.root, snapshots: snapshots,
      notes: toolbox.state.notes(ofCodebase: directory, in: run))
    return codebase.with(snapshot: snapshot.root)
  }

  private var isCodebaseNeeded: Bool {
    plan.pipeline.allStages.contains { $0.clonesCodebase ?? true }
  }

  /// Restores the workspaces of the stages that a replay runs on.
  ///
  /// - Throws: ``CommandFailure`` that refuses the replay, with the digests, when a snapshot is not whole.
  func provide(_ takeOver: TakeOver) async throws {
    let workspaces = WorkspaceTakeOver(snapshots: snapshots, state: toolbox.state)
    do {
      for (stage, root) in takeOver.workspaces.sorted(by: { $0.key < $1.key })
      where takeOver.unfinishedStages.contains(stage) {
        _ = try await workspaces.provide(
          root, for: stage, of: run, from: takeOver.sources, notes: toolbox.state.notes(of: stage, in: run))
      }
    } catch let error as SnapshotError {
      FileTree.remove(toolbox.state.run(run).appending("workspaces"))
      throw Self.refusal(takeOver.source, error)
    }
  }

  /// Looks whether all of a codebase's snapshot is there and as it was, for the stages that start with a fresh workspace.
  ///
  /// Those stages read it once more when they start: what is altered in between ends the run.
  ///
  /// - Parameter takeOver: nil when all stages do.
  /// - Throws: ``CommandFailure`` that refuses the replay, with the digests, when it is not.
  func check(_ codebase: CodebaseState?, _ takeOver: TakeOver?, for source: ULID) throws {
    guard let root = codebase?.snapshot, isCodebaseNeeded else { return }
    if let takeOver, takeOver.unfinishedStages.allSatisfy({ takeOver.workspaces[$0] != nil }) { return }
    do { try snapshots.verify(root) } catch let error as SnapshotError { throw Self.refusal(source, error) }
  }

  private static func refusal(_ source: ULID, _ error: SnapshotError) -> CommandFailure {
    CommandFailure(
      .custodyRefused,
      "run \(source) cannot be replayed: \(error.message)"
        + " ('slipway prune --damaged' removes what is damaged, and a run from the checkout stores it anew)")
  }
}
