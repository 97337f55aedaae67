import ArgumentParser
import Engine
import Ledger
import OCI
import Processes

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what this machine allows Slipway to do.",
    discussion: """
      Each thing that is missing comes with a way out; 'limited' is what runs can do without. Exit code 1 when something is missing that \
      runs need. --ledger examines the ledger instead: its file, its chain, and every \
      blob that it names; exit code 5 when something was altered or is damaged.
      """)

  @Flag(help: "Examine the ledger and the blobs that it names, instead of the machine.")
  var ledger = false

  @OptionGroup var kept: KeptHead
  @OptionGroup var format: ListFormat

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let terminal = Terminal.ofThisProcess()
    if ledger {
      try await examineLedger(toolbox, terminal)
      return
    }
    let rows = await MachineCheckup(toolbox: toolbox).rows()
    if format.json || format.csv {
      format.show(CapabilityTable(list: rows), on: terminal)
    } else {
      for row in rows {
        terminal.data("\(row.word)  \(HarmlessText.inLine(row.sentence))\n")
        if let wayOut = row.wayOut { terminal.data("         \(HarmlessText.inLine(wayOut))\n") }
      }
    }
    if rows.contains(where: { $0.isNeeded && !$0.isAvailable }) { throw ExitStatus.stepFailed }
  }

  func validate() throws {
    if kept.against != nil, !ledger { throw ValidationError("--against goes with --ledger") }
    if ledger, format.json || format.csv {
      throw ValidationError("--json and --csv are about the machine, not --ledger")
    }
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
