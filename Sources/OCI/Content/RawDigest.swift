package import Model

private import struct Crypto.SHA256

/// A SHA-256 as its 32 bytes: a ``Digest`` without its text, for tables of many.
///
/// Ordered as the bytes are.
package struct RawDigest: Hashable, Sendable, Comparable, BitwiseCopyable {
  /// Big-endian, so that they compare as the bytes do.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  /// Of no bytes at all.
  package static let empty = RawDigest(of: UnsafeRawBufferPointer(start: nil, count: 0))

  package init(of bytes: UnsafeRawBufferPointer) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    self = hash.finalize().withUnsafeBytes { RawDigest(loading: $0) }
  }

  /// From 32 bytes; more are not looked at.
  package init(loading bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count >= 32, "a SHA-256 has 32 bytes")
    first = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    second = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    third = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    fourth = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
  }

  package init(_ digest: Digest) {
    func word(_ index: Int) -> UInt64 {
      digest.hex.utf8.dropFirst(index * 16).prefix(16).reduce(0) { $0 << 4 | UInt64(Self.value(of: $1)) }
    }
    first = word(0)
    second = word(1)
    third = word(2)
    fourth = word(3)
  }

  /// From 64 lower-case hexadecimal digits; nil when they are none.
  package init?(hex digits: some Collection<UInt8>) {
    guard digits.count == 64 else { return nil }
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    var count = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) || (0x61...0x66).contains(digit) else { return nil }
      let value = UInt64(Self.value(of: digit))
      switch count / 16 {
      case 0: words.0 = words.0 << 4 | value
      case 1: words.1 = words.1 << 4 | value
      case 2: words.2 = words.2 << 4 | value
      default: words.3 = words.3 << 4 | value
      }
      count += 1
    }
    (first, second, third, fourth) = words
  }

  /// The first eight bytes, as a number: evenly spread over all numbers.
  var prefix: UInt64 { first }

  package var digest: Digest {
    Digest(sha256: words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } })
  }

  /// Appends the 64 hexadecimal digits.
  package func appendHex(to text: inout [UInt8]) {
    for word in words {
      for shift in stride(from: 60, through: 0, by: -4) {
        let value = UInt8(truncatingIfNeeded: word >> shift) & 15
        text.append(value < 10 ? 0x30 + value : 0x57 + value)
      }
    }
  }

  /// Appends the 32 bytes.
  package func append(to bytes: inout [UInt8]) {
    for word in words { withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) } }
  }

  private var words: [UInt64] { [first, second, third, fourth] }

  private static func value(of digit: UInt8) -> UInt8 { digit <= 0x39 ? digit - 0x30 : digit - 0x57 }

  package static func < (left: RawDigest, right: RawDigest) -> Bool {
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    if left.third != right.third { return left.third < right.third }
    return left.fourth < right.fourth
  }
}
