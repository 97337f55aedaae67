import ArgumentParser
import Engine
import Ledger
import Model

struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what is not the same in two runs.",
    discussion: """
      Inputs, settings as they were evaluated, files of the workspace, outputs, images, findings and times. Where a step had the same to \
      start from and came to something else, it is named with the first file that differs.
      Each run is an identifier or the beginning of one, PIPELINE#NUMBER, or last.
      """)

  @Argument(help: ArgumentHelp("The one run, say the one that passed.", valueName: "run"))
  var left: String

  @Argument(help: ArgumentHelp("The other run, say the one that failed.", valueName: "run"))
  var right: String

  @Flag(help: "As one JSON object.")
  var json = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(Surroundings.ofThisProcess())
    let store = try toolbox.readLedger()
    let one = try await store.history(of: try await store.resolve(left).id)
    let other = try await store.history(of: try await store.resolve(right).id)
    let comparison: RunComparison
    do {
      comparison = try RunComparison(one, other, snapshots: WorkspaceSnapshots(blobs: toolbox.blobs))
    } catch let error as SnapshotError {
      throw CommandFailure(.custodyRefused, "the runs' workspaces cannot be compared: \(error.message)")
    }
    RunComparisonView(comparison).show(on: .ofThisProcess(), isJSON: json)
  }
}
