import ArgumentParser
import Ledger

struct AuditHeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "head", abstract: "Print the last event's number and hash, to be kept elsewhere.")

  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    guard let head = try await store.audit.head() else {
      throw CommandFailure(.usage, "the ledger holds no event yet")
    }
    Terminal.ofThisProcess().data("\(head)\n")
  }
}
