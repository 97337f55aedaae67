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
    var bytes = SIMD32<UInt8>()
    for index in 0..<32 {
      let high = Self.value(of: text[7 + 2 * index])
      let low = Self.value(of: text[8 + 2 * index])
      guard high | low < 16 else { return nil }
      bytes[index] = high << 4 | low
    }
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

  /// Of a lower-case hexadecimal digit; 255 of everything else.
  private static func value(of digit: UInt8) -> UInt8 {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    default: 255
    }
  }
}
