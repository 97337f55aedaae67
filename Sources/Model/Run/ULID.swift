/// A universally unique, lexicographically sortable identifier: 48 bits of milliseconds and 80 random bits in 26 characters.
///
/// See https://github.com/ulid/spec. Two are ordered as they were made, so a list of runs sorts itself.
package struct ULID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package enum ParseError: Error, Equatable {
    case notAULID(String)
  }

  package let description: String

  package init(_ text: String) throws(ParseError) {
    let upper = text.uppercased()
    guard upper.utf8.count == 26, upper.utf8.allSatisfy(Self.alphabet.contains), upper < "8" else {
      throw .notAULID(text)
    }
    description = upper
  }

  /// - Parameters:
  ///   - milliseconds: since 1970.
  ///   - random: a source of 80 bits.
  package init(milliseconds: Int64, random: inout some RandomNumberGenerator) {
    var characters = [UInt8](repeating: 0, count: 26)
    var time = UInt64(clamping: milliseconds) & 0xFFFF_FFFF_FFFF
    for index in (0..<10).reversed() {
      characters[index] = Self.alphabet[Int(time & 31)]
      time >>= 5
    }
    for index in 10..<26 {
      characters[index] = Self.alphabet[Int.random(in: 0..<32, using: &random)]
    }
    description = String(decoding: characters, as: UTF8.self)
  }

  /// Since 1970, when it was made.
  package var milliseconds: Int64 {
    description.utf8.prefix(10).reduce(0) { $0 << 5 | Int64(Self.alphabet.firstIndex(of: $1) ?? 0) }
  }

  package static func < (left: ULID, right: ULID) -> Bool { left.description < right.description }

  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
