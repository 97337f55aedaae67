import ArgumentParser
import Engine
import Ledger
import Model
import OCI
import SystemPackage

struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print what the steps of a run printed.",
    discussion: "Without a step, the logs of all steps, each after a line with its name.")

  @Argument(help: ArgumentHelp("The run: an identifier or its beginning, PIPELINE#NUMBER, or last.", valueName: "run"))
  var selector: String

  @Argument(help: ArgumentHelp("The step: its identifier, or STAGE/STEP.", valueName: "step"))
  var step: String?

  @Option(help: ArgumentHelp("Which attempt; the last one unless given.", valueName: "number"))
  var attempt: Int?

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let store = try toolbox.readLedger()
    let terminal = Terminal.ofThisProcess()
    let run = try await store.resolve(selector)
    let attempts = try await store.history(of: run.id).attempts
    guard let step else {
      for entry in attempts {
        terminal.talk("=== \(StepChoice.short(entry.path)) (attempt \(entry.number))")
        try print(entry, toolbox, terminal)
      }
      return
    }
    let path = try StepChoice.path(step, among: Array(Set(attempts.map(\.path))).sorted())
    let own = attempts.filter { $0.path == path }
    guard let chosen = attempt.map({ number in own.first { $0.number == number } }) ?? own.last else {
      throw CommandFailure(
        .usage,
        "step '\(step)' has no attempt \(attempt ?? 0) (attempts: \(own.map { String($0.number) }.joined(separator: ", ")))"
      )
    }
    try print(chosen, toolbox, terminal)
  }

  private func print(_ attempt: Attempt, _ toolbox: Toolbox, _ terminal: Terminal) throws {
    let path = toolbox.state.root.pushing(FilePath(attempt.logFile))
    var hasher = SHA256Hasher()
    let reader = try FileReader(opening: path)
    try reader.readAll { bytes in
      hasher.update(bytes)
      terminal.data(bytes)
    }
    if let recorded = attempt.logDigest, case let found = hasher.finalize(), found != recorded {
      terminal.talk("warning: this log was changed after the run: its bytes are \(found), and \(recorded) was recorded")
    }
  }
}
