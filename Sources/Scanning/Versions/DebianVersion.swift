/// A version of a Debian package: `[epoch:]upstream[-revision]`, ordered as dpkg orders it.
///
/// See deb-version(7) and Debian Policy §5.6.12.
struct DebianVersion: Comparable, Sendable {
  private let epoch: DecimalDigits
  private let upstream: [UInt8]
  private let revision: [UInt8]

  /// Nil when there is no version in `text`, or its epoch is not a number.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    while let first = rest.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { rest = rest.dropFirst() }
    while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { rest = rest.dropLast() }
    guard !rest.isEmpty else { return nil }
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      let digits = rest[..<colon]
      guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
      epoch = DecimalDigits(digits)
      rest = rest[(colon + 1)...]
    } else {
      epoch = .zero
    }
    if let hyphen = rest.lastIndex(of: UInt8(ascii: "-")) {
      revision = Array(rest[(hyphen + 1)...])
      rest = rest[..<hyphen]
    } else {
      revision = []
    }
    upstream = Array(rest)
  }

  static func < (left: DebianVersion, right: DebianVersion) -> Bool { left.order(to: right) == .before }
  static func == (left: DebianVersion, right: DebianVersion) -> Bool { left.order(to: right) == .same }

  func order(to other: DebianVersion) -> VersionOrder {
    if epoch != other.epoch { return VersionOrder(epoch, other.epoch) }
    let order = Self.order(upstream, other.upstream)
    return order == .same ? Self.order(revision, other.revision) : order
  }

  /// Takes turns between a stretch without digits, compared by ``weight(_:)``, and a stretch of digits, compared as
  /// numbers.
  private static func order(_ left: [UInt8], _ right: [UInt8]) -> VersionOrder {
    var left = left[...]
    var right = right[...]
    while !left.isEmpty || !right.isEmpty {
      while left.first.map({ !$0.isDigit }) == true || right.first.map({ !$0.isDigit }) == true {
        let order = VersionOrder(weight(left.first), weight(right.first))
        if order != .same { return order }
        left = left.dropFirst()
        right = right.dropFirst()
      }
      let leftNumber = left.prefix(while: \.isDigit)
      let rightNumber = right.prefix(while: \.isDigit)
      let order = VersionOrder(DecimalDigits(leftNumber), DecimalDigits(rightNumber))
      if order != .same { return order }
      left = left[leftNumber.endIndex...]
      right = right[rightNumber.endIndex...]
    }
    return .same
  }

  /// `~` before the end, the end (or a digit) before letters, letters before everything else.
  private static func weight(_ byte: UInt8?) -> Int {
    guard let byte, !byte.isDigit else { return 0 }
    if byte == UInt8(ascii: "~") { return -1 }
    return byte.isLetter ? Int(byte) : Int(byte) + 256
  }
}
