import ArgumentParser
import Ledger

struct AuditVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that no event of the ledger was edited, removed, inserted or moved.",
    discussion: """
      Exit code 5 when one was. Without a head that was kept elsewhere, events that were cut off at the end cannot be missed: keep
      the line that 'slipway audit head' prints.
      """)

  @Option(help: ArgumentHelp("A head that was kept: SEQUENCE:sha256:HASH.", valueName: "head"))
  var against: String?

  @Flag(help: "As one JSON object.")
  var json = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let store = try options.toolbox(.ofThisProcess()).readLedger()
    let head = try against.map { text in
      do { return try AuditHead(text) } catch {
        throw CommandFailure(.usage, "--against: '\(text)' is no head; it reads like 42:sha256:0123…")
      }
    }
    let verification = try await store.audit.verify(against: head)
    VerificationView(verification).show(on: .ofThisProcess(), isJSON: json)
    if !verification.isIntact { throw ExitStatus.verificationFailed }
  }
}
