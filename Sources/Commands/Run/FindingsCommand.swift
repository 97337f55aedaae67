import ArgumentParser
import Engine
import Ledger
import Model

struct FindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings", abstract: "List the vulnerabilities that a run's scans found.")

  @Argument(help: ArgumentHelp("The run: an identifier or its beginning, PIPELINE#NUMBER, or last.", valueName: "run"))
  var selector = "last"

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let store = try toolbox.readLedger()
    let history = try await store.history(of: try await store.resolve(selector).id)
    format.show(FindingsTable(history.scans), on: .ofThisProcess())
  }
}
