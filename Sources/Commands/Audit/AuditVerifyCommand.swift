import ArgumentParser
import Ledger

struct AuditVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that no event of the ledger was edited, removed, inserted or moved.",
    discussion: """
      Exit code 5 when one was. Without a checkpoint that was kept elsewhere, events that were cut off at the end cannot be missed, \
      and a chain that was made anew as a whole cannot be told from the old one: keep what 'slipway audit head' prints.
      """)

  @OptionGroup var kept: KeptHead

  @Flag(help: "As one JSON object.")
  var json = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    let store = try toolbox.readLedger()
    let verification = try await store.audit.verify(against: try kept.head(toolbox))
    VerificationView(verification).show(on: .ofThisProcess(), isJSON: json)
    if !verification.isIntact { throw ExitStatus.verificationFailed }
  }
}
