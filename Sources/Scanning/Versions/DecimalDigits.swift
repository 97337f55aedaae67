/// A run of decimal digits of any length, ordered by its value.
///
/// Versions hold dates, hashes and build numbers that no machine integer is wide enough for.
struct DecimalDigits: Hashable, Comparable, Sendable {
  /// Without leading zeros: zero is empty.
  private let digits: [UInt8]

  static let zero = DecimalDigits([])

  init(_ digits: some Sequence<UInt8>) {
    self.digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
  }

  var isZero: Bool { digits.isEmpty }

  static func < (left: DecimalDigits, right: DecimalDigits) -> Bool {
    if left.digits.count != right.digits.count { return left.digits.count < right.digits.count }
    return left.digits.lexicographicallyPrecedes(right.digits)
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  var isLetter: Bool { (self | 0x20).isLowercaseLetter }
}
