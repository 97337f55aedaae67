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
    var isComplete = machine[.sandboxHelper] && machine[.overlays]
    for program in ["bwrap", "git"] {
      let path = toolbox.commands.locate(program, environment: toolbox.surroundings.toolEnvironment)
      terminal.data(
        path.map { "ok       \(program) is \($0).\n" }
          ?? "missing  \(program) is not on the PATH: apt-get install \(program == "bwrap" ? "bubblewrap" : program)\n")
      if path == nil { isComplete = false }
    }
    if !isComplete { throw ExitStatus.stepFailed }
  }
}
