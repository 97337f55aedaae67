import ArgumentParser
import Engine
import OCI
import Processes

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what this machine allows Slipway to do.",
    discussion: "Exit code 1 when something is missing that runs need.")

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let terminal = Terminal.ofThisProcess()
    try toolbox.state.root.createDirectories()
    let machine = await MachineCapabilities.probe(
      helper: toolbox.sandboxHelper, directory: toolbox.state.root, commandRunner: toolbox.commands)
    for capability in machine.capabilities {
      terminal.data("\(capability.isAvailable ? "ok     " : "missing")  \(capability.sentence)\n")
    }
    let git = toolbox.commands.locate("git", environment: toolbox.surroundings.toolEnvironment)
    terminal.data(
      git.map { "ok       git is \($0).\n" }
        ?? "missing  git is not on the PATH, and commits stay unknown: apt-get install git\n")
    let isComplete = machine[.sandboxHelper] && machine[.overlays] && machine[.bubblewrap] && git != nil
    if !isComplete { throw ExitStatus.stepFailed }
  }
}
