import ArgumentParser
import Engine
import Ledger
import Model

struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "runs", abstract: "List the runs, the newest first.")

  @Option(help: ArgumentHelp("Only runs of this pipeline.", valueName: "identifier"))
  var pipeline: String?

  @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
  var limit = 20

  @OptionGroup var format: ListFormat
  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let identifier = try pipeline.map { name in
      do { return try Identifier(name) } catch {
        throw CommandFailure(.usage, "--pipeline: '\(name)' is no identifier")
      }
    }
    let runs = try await toolbox.readLedger().runs(RunQuery(pipeline: identifier, limit: limit))
    format.show(RunTable(runs), on: .ofThisProcess())
  }
}
