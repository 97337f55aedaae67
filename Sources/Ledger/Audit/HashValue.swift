import Model

import struct Crypto.SHA256

/// A SHA-256 as its 32 bytes: what verification compares a million times, without making a text of each.
struct HashValue: Equatable {
  private let words: SIMD4<UInt64>

  init(of bytes: [UInt8]) {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    self.init(hash)
  }

  init(_ hash: SHA256) {
    words = hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
  }

  /// Reads `sha256:` and 64 lower-case hexadecimal digits; nil for everything else.
  init?(text: UnsafeRawBufferPointer) {
    guard text.count == Self.textLength, text.starts(with: Self.prefix) else { return nil }
    let text = UnsafeRawBufferPointer(rebasing: text[Self.prefix.count...]).loadUnaligned(as: SIMD64<UInt8>.self)
    let digits = text &- UInt8(ascii: "0")
    let letters = text &- UInt8(ascii: "a")
    let isDigit = digits .< 10
    guard all(isDigit .| (letters .< 6)) else { return nil }
    let values = (letters &+ 10).replacing(with: digits, where: isDigit)
    let bytes = values.evenHalf &<< 4 | values.oddHalf
    words = unsafeBitCast(bytes, to: SIMD4<UInt64>.self)
  }

  var digest: Digest {
    Swift.withUnsafeBytes(of: words) { Digest(sha256: $0) }
  }

  /// Whether `text` is how this hash is written.
  func isWritten(as text: UnsafeRawBufferPointer) -> Bool {
    HashValue(text: text) == self
  }

  static let textLength = 71
  private static let prefix = Array("sha256:".utf8)
}
