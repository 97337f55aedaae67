import FoundationEssentials

private import enum Crypto.Curve25519

/// An Ed25519 key that signs checkpoints and attestations, under a name.
///
/// As text it is `PRIVATE+KEY+NAME+ID+BASE64`, the form of https://pkg.go.dev/golang.org/x/mod/sumdb/note.
package struct SigningKey: Sendable {
  private let seed: [UInt8]
  package let verifier: VerifierKey

  private static let marker = "PRIVATE+KEY+"

  /// Makes a new key.
  /// - Parameter name: makes the name from the public key's bytes.
  package static func generate(name: (_ publicKey: [UInt8]) -> String) throws(AttestationError) -> SigningKey {
    let key = Curve25519.Signing.PrivateKey()
    let verifier = try VerifierKey(
      name: name(Array(key.publicKey.rawRepresentation)), publicKey: key.publicKey.rawRepresentation)
    return SigningKey(seed: Array(key.rawRepresentation), verifier: verifier)
  }

  private init(seed: [UInt8], verifier: VerifierKey) {
    self.seed = seed
    self.verifier = verifier
  }

  /// Reads what ``text`` writes.
  package init(text: String) throws(AttestationError) {
    let text = text.trimmingWhiteSpace()
    guard text.hasPrefix(Self.marker) else { throw AttestationError(.malformedKey, "this is no signing key") }
    let parts = text.dropFirst(Self.marker.count).split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Data(base64Encoded: String(parts[2])), bytes.count == 33,
      bytes.first == VerifierKey.algorithm
    else { throw AttestationError(.malformedKey, "the signing key is damaged") }
    do {
      let key = try Curve25519.Signing.PrivateKey(rawRepresentation: bytes.dropFirst())
      verifier = try VerifierKey(name: String(parts[0]), publicKey: key.publicKey.rawRepresentation)
    } catch let error as AttestationError {
      throw error
    } catch {
      throw AttestationError(.malformedKey, "the signing key is damaged: \(error)")
    }
    seed = Array(bytes.dropFirst())
    guard parts[1] == verifier.identifierText else {
      throw AttestationError(.malformedKey, "the signing key is damaged: its bytes are not those of its identifier")
    }
  }

  /// Secret: belongs into a file that nobody else may read, and nowhere else.
  package var text: String {
    Self.marker + "\(verifier.name)+\(verifier.identifierText)+"
      + Data([VerifierKey.algorithm] + seed).base64EncodedString()
  }

  package func signature(of message: [UInt8]) throws(AttestationError) -> [UInt8] {
    do {
      return Array(try Curve25519.Signing.PrivateKey(rawRepresentation: seed).signature(for: message))
    } catch {
      throw AttestationError(.malformedKey, "the key cannot sign: \(error)")
    }
  }
}
