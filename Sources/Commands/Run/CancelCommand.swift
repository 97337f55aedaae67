import ArgumentParser
import Glibc
import Ledger
import Model

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Stop a run that is going on, as Ctrl-C in its terminal does.")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var selector: String

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let run = try await toolbox.readLedger().resolve(selector)
    guard let process = try toolbox.locks.processIdentifier(of: run.id) else {
      throw CommandFailure(.usage, "run \(run.pipeline)#\(run.sequenceID) is not going on")
    }
    guard kill(process, SIGTERM) == 0 else {
      throw CommandFailure(
        .stepFailed, "process \(process) of run \(run.id) cannot be signalled: \(String(cString: strerror(errno)))")
    }
    Terminal.ofThisProcess().talk("asked run \(run.pipeline)#\(run.sequenceID) to stop")
  }
}
