import Model
import Synchronization

/// When snapshots of a stage's workspace are taken.
package enum SnapshotPolicy: String, Hashable, Sendable, CaseIterable {
  /// At the beginning and the end of every step: a replay goes on from any step. The default.
  case step
  /// Once at the beginning of the stage: a replay runs the whole stage again, from there.
  case stage
  /// Never: a replay runs the whole stage again, from the codebase as it is then.
  case off
}

/// Which stages have had their first snapshot.
final class StageBeginnings: Sendable {
  private let seen = Mutex<Set<StepPath>>([])

  /// True the first time that it is asked about a stage.
  func isFirst(_ stage: StepPath) -> Bool { seen.withLock { $0.insert(stage).inserted } }
}
