/// A semantic version, as npm, Go and crates.io write it, ordered after semver.org 2.0.0 §11.
///
/// Read leniently: a leading `v` or `=` is skipped, missing numbers are zero, and a fourth number and all that follows
/// is build metadata, which orders nothing.
struct SemanticVersion: Comparable, Sendable {
  private enum Identifier: Hashable, Comparable, Sendable {
    // Numbers come before words: the order of the cases is the order of §11.4.3.
    case number(DecimalDigits)
    case word([UInt8])

    static func < (left: Identifier, right: Identifier) -> Bool {
      switch (left, right) {
      case (.number(let left), .number(let right)): left < right
      case (.word(let left), .word(let right)): left.lexicographicallyPrecedes(right)
      case (.number, .word): true
      case (.word, .number): false
      }
    }
  }

  private let numbers: [DecimalDigits]
  private let prerelease: [Identifier]

  /// Nil when `text` doesn't start with a number.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    while let first = rest.first, [UInt8(ascii: " "), UInt8(ascii: "="), UInt8(ascii: "v")].contains(first) {
      rest = rest.dropFirst()
    }
    var numbers: [DecimalDigits] = []
    while numbers.count < 3, rest.first.map(\.isDigit) == true {
      let digits = rest.prefix(while: \.isDigit)
      numbers.append(DecimalDigits(digits))
      rest = rest[digits.endIndex...]
      guard rest.first == UInt8(ascii: "."), numbers.count < 3 else { break }
      rest = rest.dropFirst()
    }
    guard !numbers.isEmpty else { return nil }
    self.numbers = numbers + Array(repeating: .zero, count: 3 - numbers.count)
    guard rest.first == UInt8(ascii: "-") else {
      prerelease = []
      return
    }
    let words = rest.dropFirst().prefix { $0 != UInt8(ascii: "+") }
    prerelease = words.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { word in
      !word.isEmpty && word.allSatisfy(\.isDigit) ? .number(DecimalDigits(word)) : .word(Array(word))
    }
  }

  static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
    if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    return left.prerelease.lexicographicallyPrecedes(right.prerelease)
  }

  func order(to other: SemanticVersion) -> VersionOrder { VersionOrder(self, other) }
}
