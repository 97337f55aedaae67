/// A version of an Alpine package, ordered as `apk version -t` of apk-tools 2 orders it.
///
/// See apk-package(5): `number{.number}…{letter}{_suffix{number}}…{-r#}`. Both versions are read part by part, and the
/// first difference decides; what is no version at all is comparable up to the place where it stops making sense.
struct AlpineVersion: Sendable {
  private let text: [UInt8]

  /// Nil when there is nothing in `text`.
  init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    self.text = Array(text.utf8)
  }

  func order(to other: AlpineVersion) -> VersionOrder {
    var left = Reader(text)
    var right = Reader(other.text)
    var leftValue = 0
    var rightValue = 0
    while left.part == right.part, left.part != .end, left.part != .invalid, leftValue == rightValue {
      leftValue = left.next()
      rightValue = right.next()
    }
    if leftValue != rightValue { return VersionOrder(leftValue, rightValue) }
    if left.part == right.part { return .same }
    // One of them goes on: it is the later one, unless it goes on with a suffix for what comes before a release.
    let leftPart = left.part
    let rightPart = right.part
    if leftPart == .suffix, left.next() < 0 { return .before }
    if rightPart == .suffix, right.next() < 0 { return .after }
    return leftPart.rawValue > rightPart.rawValue ? .before : .after
  }

  /// The kinds of parts in the order in which they may follow each other.
  private enum Part: Int {
    case invalid = -1
    case fraction, number, letter, suffix, suffixNumber, revision, end
  }

  private struct Reader {
    private var rest: ArraySlice<UInt8>
    /// What the next part is.
    private(set) var part = Part.number

    init(_ text: [UInt8]) {
      rest = text[...]
    }

    private static let beforeRelease = ["alpha", "beta", "pre", "rc"].map { Array($0.utf8) }
    private static let afterRelease = ["cvs", "svn", "git", "hg", "p"].map { Array($0.utf8) }

    /// The value of the next part; moves on to the part after it.
    mutating func next() -> Int {
      switch part {
      case .fraction where rest.first == UInt8(ascii: "0"):
        // "1.05" is less than "1.5": the more zeros a fraction starts with, the smaller it is.
        let zeros = rest.prefix { $0 == UInt8(ascii: "0") }.count
        rest = rest.dropFirst(zeros)
        part = rest.isEmpty ? .end : .number
        return -zeros
      case .fraction, .number, .suffixNumber, .revision: return number()
      case .letter:
        let letter = rest.popFirst().map(Int.init) ?? 0
        moveOn()
        return letter
      case .suffix: return suffix()
      case .invalid, .end:
        if rest.isEmpty {
          part = .end
          return 0
        }
        part = .invalid
        return -1
      }
    }

    private mutating func number() -> Int {
      let digits = rest.prefix(while: \.isDigit)
      // apk reads at most 17 digits.
      guard digits.count < 18 else {
        part = .invalid
        return -1
      }
      rest = rest[digits.endIndex...]
      moveOn()
      return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func suffix() -> Int {
      for (index, word) in Self.beforeRelease.enumerated() where rest.starts(with: word) {
        rest = rest.dropFirst(word.count)
        moveOn()
        return index - Self.beforeRelease.count
      }
      for (index, word) in Self.afterRelease.enumerated() where rest.starts(with: word) {
        rest = rest.dropFirst(word.count)
        moveOn()
        return index
      }
      part = .invalid
      return -1
    }

    private mutating func moveOn() {
      guard let byte = rest.first else {
        part = .end
        return
      }
      let following: Part
      if part == .number || part == .fraction, byte.isLowercaseLetter {
        following = .letter
      } else if part == .letter, byte.isDigit {
        following = .number
      } else if part == .suffix, byte.isDigit {
        following = .suffixNumber
      } else {
        rest = rest.dropFirst()
        switch byte {
        case UInt8(ascii: "."): following = .fraction
        case UInt8(ascii: "_"): following = .suffix
        case UInt8(ascii: "-") where rest.first == UInt8(ascii: "r"):
          rest = rest.dropFirst()
          following = .revision
        default: following = .invalid
        }
      }
      let goesBack = following.rawValue < part.rawValue
      let mayGoBack =
        switch (part, following) {
        case (.number, .fraction), (.suffixNumber, .suffix), (.letter, .number): true
        default: false
        }
      part = goesBack && !mayGoBack ? .invalid : following
    }
  }
}
