import FoundationEssentials

private import enum Crypto.Curve25519
private import struct Crypto.SHA256

/// The public half of a key: what others need in order to check a signature.
///
/// As text it is a C2SP verifier key, `NAME+ID+BASE64`: see https://c2sp.org/signed-note.
package struct VerifierKey: Hashable, Sendable {
  /// The signature type of Ed25519 in signed notes.
  static let algorithm: UInt8 = 1

  package let name: String
  /// 32 bytes.
  package let publicKey: [UInt8]
  /// Four bytes that tell keys with one name apart: the beginning of SHA-256(name, newline, algorithm, public key).
  package let identifier: [UInt8]

  init(name: String, publicKey: some Collection<UInt8>) throws(AttestationError) {
    // Unicode's white space, and what separates the parts of a key.
    guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0 == "+" }) else {
      throw AttestationError(
        .malformedKey, "“\(name)” can be no key's name: it is empty, or has a space or a plus in it")
    }
    guard publicKey.count == 32 else { throw AttestationError(.malformedKey, "an Ed25519 key has 32 bytes") }
    self.name = name
    self.publicKey = Array(publicKey)
    let named = Array(name.utf8) + [UInt8(ascii: "\n"), Self.algorithm] + self.publicKey
    identifier = Array(SHA256.hash(data: named).prefix(4))
  }

  /// Reads `NAME+ID+BASE64`.
  package init(text: String) throws(AttestationError) {
    let parts = text.trimmingWhiteSpace().split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Data(base64Encoded: String(parts[2])), bytes.count == 33 else {
      throw AttestationError(.malformedKey, "this is no verifier key: it reads like NAME+0a1b2c3d+BASE64")
    }
    guard bytes.first == Self.algorithm else {
      throw AttestationError(.malformedKey, "the verifier key is of another kind than Ed25519")
    }
    try self.init(name: String(parts[0]), publicKey: bytes.dropFirst())
    guard parts[1] == identifierText else {
      throw AttestationError(.malformedKey, "the verifier key is damaged: its bytes are not those of its identifier")
    }
  }

  package var text: String {
    "\(name)+\(identifierText)+" + Data([Self.algorithm] + publicKey).base64EncodedString()
  }

  /// Eight hexadecimal digits.
  var identifierText: String { Self.hexadecimal(identifier) }

  /// SubjectPublicKeyInfo (RFC 8410), for openssl and cosign.
  package var pem: String {
    let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    return "-----BEGIN PUBLIC KEY-----\n" + Data(prefix + publicKey).base64EncodedString()
      + "\n-----END PUBLIC KEY-----\n"
  }

  /// How in-toto's own library names the key: SHA-256 over the canonical JSON that describes it.
  package var keyID: String {
    let description =
      #"{"keytype":"ed25519","keyval":{"public":""# + Self.hexadecimal(publicKey) + #""},"scheme":"ed25519"}"#
    return Self.hexadecimal(SHA256.hash(data: Array(description.utf8)))
  }

  package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    // A key that is none of the curve's verifies nothing.
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
    return key.isValidSignature(signature, for: message)
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

extension String {
  func trimmingWhiteSpace() -> String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
