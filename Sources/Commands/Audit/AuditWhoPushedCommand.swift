import ArgumentParser
import Ledger

struct AuditWhoPushedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "who-pushed", abstract: "Tell who pushed under a name, when, from which run and commit.")

  @Argument(help: ArgumentHelp("A reference, its last parts, or a digest.", valueName: "image"))
  var image: String

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    format.show(PushTable(try await store.pushes(of: image)), on: .ofThisProcess())
  }
}
