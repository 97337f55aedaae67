import ArgumentParser
import Engine
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
    let terminal = Terminal.ofThisProcess()
    RunView(history).show(on: terminal, isJSON: json)
    guard !json else { return }
    // Beside a replay's own tree those of the runs that it took over from: their attempts are still there.
    var earlier = history.run.origin.replayOf
    while let id = earlier {
      let replayed = try await store.history(of: id)
      terminal.data(["", StyledLine("replays", .bold)])
      terminal.data([RunTree.verdict(replayed.run, glyphs: terminal.glyphs)])
      terminal.data([StyledLine(field: "run", replayed.run.id.description), ""])
      terminal.data(RunTree(replayed).lines(terminal, showsAttempts: true))
      earlier = replayed.run.origin.replayOf
    }
  }
}
