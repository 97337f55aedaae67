import ArgumentParser
import Engine
import Ledger
import OCI
import Processes

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what this machine allows Slipway to do.",
    discussion: """
      Exit code 1 when something is missing that runs need. --ledger examines the ledger instead: its file, its chain, and every \
      blob that it names; exit code 5 when something was altered or is damaged.
      """)

  @Flag(help: "Examine the ledger and the blobs that it names, instead of the machine.")
  var ledger = false

  @OptionGroup var kept: KeptHead

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let terminal = Terminal.ofThisProcess()
    if ledger {
      try await examineLedger(toolbox, terminal)
      return
    }
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

  func validate() throws {
    if kept.against != nil, !ledger { throw ValidationError("--against goes with --ledger") }
  }

  private func examineLedger(_ toolbox: Toolbox, _ terminal: Terminal) async throws {
    let store = try toolbox.readLedger()
    let examination = try await store.examine(blobs: toolbox.blobs, against: try kept.head(toolbox))
    for answer in examination.answers {
      let word =
        switch answer.judgement {
        case .good: "ok     "
        case .missing: "missing"
        case .wrong: "WRONG  "
        }
      terminal.data("\(word)  \(HarmlessText.inLine(answer.sentence))\n")
      for detail in answer.details { terminal.data("           \(HarmlessText.inLine(detail))\n") }
    }
    if !examination.isSound { throw ExitStatus.verificationFailed }
    if !examination.isComplete { throw ExitStatus.stepFailed }
  }
}
