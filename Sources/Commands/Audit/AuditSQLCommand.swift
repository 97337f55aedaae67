import ArgumentParser
import FoundationEssentials
import Ledger
import Model
import SystemPackage

struct AuditSQLCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql", abstract: "Ask the ledger with a SELECT of your own.",
    discussion: """
      It can only read. The views v_runs, v_steps, v_images, v_findings and v_pushes have stable names; --schema prints all.
      """)

  @Argument(help: ArgumentHelp("A SELECT.", valueName: "select"))
  var sql: String?

  @Flag(help: "Print what tables and views there are.")
  var schema = false

  @Option(help: ArgumentHelp("How long it may take.", valueName: "seconds"))
  var timeout = 10.0

  @Option(help: ArgumentHelp("How many rows a table shows; --json and --csv show all.", valueName: "count"))
  var limit = 1000

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func validate() throws {
    if (sql == nil) != schema { throw ValidationError("give a SELECT, or --schema") }
    if !(timeout > 0 && timeout <= 86_400) { throw ValidationError("--timeout: give seconds, more than 0") }
  }

  func run() async throws {
    let terminal = Terminal.ofThisProcess()
    guard let sql else {
      let directory = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      // A leftover in the system's temporary directory harms nobody.
      defer { try? FileManager.default.removeItem(atPath: directory) }
      terminal.data(try SchemaPage.markdown(workingIn: FilePath(directory)))
      return
    }
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    do {
      let query = try store.query(sql, limit: .seconds(timeout))
      try QueryView(query).show(on: terminal, format, limit: limit)
    } catch let failure as LedgerQuery.Failure {
      switch failure {
      case .malformed(let message):
        throw CommandFailure(.usage, "\(message) ('slipway audit sql --schema' prints what there is)")
      case .forbidden(let what): throw CommandFailure(.usage, "audit sql only reads, and this is \(what)")
      case .outOfTime:
        throw CommandFailure(
          .timedOut, "the query took longer than \(timeout) seconds: ask for less, or give it more with --timeout")
      }
    }
  }
}
