import ArgumentParser
import Attestation
import Engine
import Ledger

struct AuditKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Print the public key that checkpoints and attestations are checked with.",
    discussion: "Keep it beside the checkpoints: 'slipway audit verify --against FILE --key KEY'.")

  @Flag(help: "As PEM, for openssl, cosign and other tools.")
  var pem = false

  @OptionGroup var options: StateOptions

  func run() async throws {
    let toolbox = options.toolbox(.ofThisProcess())
    // Makes sure that a mistyped directory gets no key.
    _ = try toolbox.readLedger()
    let key = try toolbox.signingKeyFile.readOrMake().verifier
    Terminal.ofThisProcess().data(pem ? key.pem : key.text + "\n")
  }
}

extension Toolbox {
  var signingKeyFile: SigningKeyFile { SigningKeyFile(stateDirectory: state.root) }
}
