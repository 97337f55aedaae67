import ArgumentParser
import Attestation
import Ledger
import Model

struct AuditHeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "head", abstract: "Print a signed checkpoint of the ledger, to be kept elsewhere.",
    discussion: """
      The form is that of C2SP signed notes: the log's name, the number of the last event, its hash, a signature. Keep it where \
      whoever can write this machine's files can't: 'slipway audit verify --against FILE' then finds every change up to it.
      The key is made on first use and stays in the state directory; 'slipway audit key' prints its public half.
      """)

  @Flag(help: "As one JSON object.")
  var json = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let store = try toolbox.readLedger()
    guard let head = try await store.audit.head() else {
      throw CommandFailure(.usage, "the ledger holds no event yet")
    }
    let key = try toolbox.signingKeyFile.readOrMake()
    let note = try head.note(signedBy: key).description
    guard json else {
      Terminal.ofThisProcess().data(note)
      return
    }
    let document: Value = [
      "sequence": .integer(Int(head.sequence)), "hash": .string(head.hash.description),
      "at": Value(head.at?.description), "note": .string(note), "key": .string(key.verifier.text),
    ]
    Terminal.ofThisProcess().data(document.canonicalJSON + "\n")
  }
}
