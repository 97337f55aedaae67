private import FoundationEssentials

private import struct Crypto.HMAC
private import struct Crypto.SHA256
private import struct Crypto.SymmetricKey

/// HMAC with SHA-256, RFC 2104: proves that whoever made a message knows the key.
package enum MessageAuthenticationCode {
  /// - Returns: 32 bytes.
  package static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
  }
}
