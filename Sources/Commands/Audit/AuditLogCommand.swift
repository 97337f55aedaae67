import ArgumentParser
import Ledger
import Model

struct AuditLogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "log", abstract: "List the ledger's events.")

  @Option(name: .customLong("run"), help: ArgumentHelp("Only events of this run.", valueName: "run"))
  var selector: String?

  @Option(help: ArgumentHelp("Only events of this kind, such as image.pushed.", valueName: "kind"))
  var kind: String?

  @Option(help: ArgumentHelp("Only events about this: a step's path, a digest.", valueName: "subject"))
  var subject: String?

  @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
  var limit = 100

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    var filter = AuditFilter(limit: limit)
    if let selector { filter.run = try await store.resolve(selector).id }
    filter.kind = kind
    filter.subject = subject
    format.show(AuditLogTable(try await store.auditLog(filter)), on: .ofThisProcess())
  }
}
