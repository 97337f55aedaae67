import ArgumentParser
import Ledger
import Model

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what a run did: its steps, attempts, images, scans and pushes.")

  @Argument(help: ArgumentHelp("The run: an identifier or its beginning, PIPELINE#NUMBER, or last.", valueName: "run"))
  var selector = "last"

  @Flag(help: "As one JSON object.")
  var json = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let store = try toolbox.readLedger()
    let history = try await store.history(of: try await store.resolve(selector).id)
    RunView(history).show(on: .ofThisProcess(), isJSON: json)
  }
}
