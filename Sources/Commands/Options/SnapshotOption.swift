import ArgumentParser
import Engine

/// `--snapshots`, which every command that runs a pipeline takes.
struct SnapshotOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "When the workspace is kept: at every step, at each stage's beginning, or not at all (step, stage, off).",
      valueName: "policy"))
  var snapshots: String?

  func policy() throws -> SnapshotPolicy? {
    guard let snapshots else { return nil }
    guard let policy = SnapshotPolicy(rawValue: snapshots) else {
      throw CommandFailure(.usage, "--snapshots: write step, stage or off, not '\(snapshots)'")
    }
    return policy
  }
}
