import ArgumentParser
import Attestation
import FoundationEssentials
import Ledger
import SystemPackage

/// `--against` and `--key`: a checkpoint from before, and the key that vouches for it.
struct KeptHead: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A checkpoint that was kept: a file with what 'audit head' printed, or NUMBER:sha256:HASH.",
      valueName: "file|head"))
  var against: String?

  @Option(
    help: ArgumentHelp(
      "The public key, or a file with it, that signed the checkpoint; default: this ledger's own.", valueName: "key"))
  var key: String?

  func validate() throws {
    if key != nil, against == nil { throw ValidationError("--key goes with --against: it checks the kept checkpoint") }
  }

  /// - Returns: nil when none was given.
  /// - Throws: ``CommandFailure``; with `verificationFailed` when the signature doesn't fit.
  func head(_ toolbox: Toolbox) throws -> AuditHead? {
    guard let against else { return nil }
    // What is no head in one line is a file's name.
    if let head = try? AuditHead(against) {
      guard key == nil else {
        throw CommandFailure(.usage, "--key: a head given as NUMBER:sha256:HASH has no signature")
      }
      return head
    }
    let text = try Self.read(against, toolbox, option: "--against")
    let line = text.split(whereSeparator: \.isNewline)
    if line.count == 1, let head = try? AuditHead(String(line[0])) { return head }
    let verifier = try verifierKey(toolbox)
    do {
      return try AuditHead(note: text, verifiedWith: verifier)
    } catch {
      let isForged = error.code == .invalidSignature || error.code == .unknownKey
      throw CommandFailure(isForged ? .verificationFailed : .usage, "--against: '\(against)': \(error.message)")
    }
  }

  private func verifierKey(_ toolbox: Toolbox) throws -> VerifierKey {
    guard let key else {
      guard let own = try toolbox.signingKeyFile.read() else {
        throw CommandFailure(
          .usage,
          "this ledger has no key of its own to check the checkpoint with: give the one that 'slipway audit key' printed"
            + " when it was made, with --key")
      }
      return own.verifier
    }
    if let verifier = try? VerifierKey(text: key) { return verifier }
    do {
      return try VerifierKey(text: try Self.read(key, toolbox, option: "--key"))
    } catch let error as AttestationError {
      throw CommandFailure(.usage, "--key: '\(key)': \(error.message)")
    }
  }

  private static func read(_ name: String, _ toolbox: Toolbox, option: String) throws -> String {
    let path = toolbox.surroundings.absolute(FilePath(name))
    guard FileSystem.exists(path) else {
      throw CommandFailure(
        .usage,
        "\(option): there is no file '\(name)'\(option == "--against" ? ", and it is no head like 42:sha256:0123…" : "")"
      )
    }
    do {
      return try String(contentsOfFile: path.string, encoding: .utf8)
    } catch {
      throw CommandFailure(.usage, "\(option): '\(name)' cannot be read as text")
    }
  }
}
