import ArgumentParser
import Ledger

struct AuditFindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Tell which images a vulnerability was found in, by which runs, and whether their tags still name them.")

  @Argument(help: ArgumentHelp("A CVE or another identifier of the vulnerability.", valueName: "vulnerability"))
  var vulnerability: String

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    format.show(ImpactTable(try await store.impact(of: vulnerability)), on: .ofThisProcess())
  }
}
