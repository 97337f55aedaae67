/// The identity of some bytes: `sha256:` and 64 lower-case hexadecimal digits.
///
/// See the OCI image specification, descriptor.md#digests. Only SHA-256 is accepted: every registry must support it,
/// and one algorithm means that two digests are equal exactly when their bytes are.
package struct Digest: Hashable, Sendable, Comparable {
  package enum ParseError: Error, Equatable {
    case notSHA256(String)
    case notHexadecimal(String)
    case wrongLength(String)
  }

  /// 64 lower-case hexadecimal digits.
  package let hex: String

  /// Reads `sha256:…`.
  package init(_ text: String) throws(ParseError) {
    guard text.hasPrefix("sha256:") else { throw .notSHA256(text) }
    try self.init(hex: String(text.dropFirst("sha256:".count)))
  }

  package init(hex: String) throws(ParseError) {
    guard hex.utf8.count == 64 else { throw .wrongLength(hex) }
    guard hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
      throw .notHexadecimal(hex)
    }
    self.hex = hex
  }

  /// From the 32 bytes that a hash function gives.
  package init(sha256 bytes: some Collection<UInt8>) {
    precondition(bytes.count == 32, "a SHA-256 has 32 bytes")
    let digits = Array("0123456789abcdef".utf8)
    var text = [UInt8]()
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    hex = String(decoding: text, as: UTF8.self)
  }

  /// Twelve digits, as container tools abbreviate it.
  package var short: String { String(hex.prefix(12)) }

  package static func < (left: Digest, right: Digest) -> Bool { left.hex < right.hex }
}

extension Digest: CustomStringConvertible {
  package var description: String { "sha256:" + hex }
}

extension Digest: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(container.decode(String.self))
    } catch let error as ParseError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a digest: \(error)")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
