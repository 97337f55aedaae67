/// A version of a Python package, ordered after PEP 440; what PEP 440 refuses comes before everything, ordered as
/// setuptools ordered such versions before it refused them.
struct PythonVersion: Comparable, Sendable {
  private enum Kind: Sendable {
    case legacy([LegacyPart])
    case standard(Standard)
  }

  private struct Standard: Hashable, Sendable {
    var epoch = DecimalDigits.zero
    /// Without zeros at the end: 1.0 is 1.
    var release: [DecimalDigits] = []
    var beforeRelease: Tail?
    var afterRelease: DecimalDigits?
    var development: DecimalDigits?
    var local: [LocalPart] = []
  }

  /// `a`, `b` or `rc` and a number.
  private struct Tail: Hashable, Comparable, Sendable {
    let phase: Int
    let number: DecimalDigits

    static func < (left: Tail, right: Tail) -> Bool {
      left.phase == right.phase ? left.number < right.number : left.phase < right.phase
    }
  }

  private enum LocalPart: Hashable, Comparable, Sendable {
    case word([UInt8])
    case number(DecimalDigits)

    static func < (left: LocalPart, right: LocalPart) -> Bool {
      switch (left, right) {
      case (.word(let left), .word(let right)): left.lexicographicallyPrecedes(right)
      case (.number(let left), .number(let right)): left < right
      case (.word, .number): true
      case (.number, .word): false
      }
    }
  }

  private let kind: Kind

  /// Nil when there is nothing in `text`.
  init?(_ text: String) {
    let bytes = text.lowercased().utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
    guard !bytes.isEmpty else { return nil }
    kind = Self.standard(bytes).map(Kind.standard) ?? .legacy(LegacyPart.parts(of: bytes))
  }

  static func == (left: PythonVersion, right: PythonVersion) -> Bool { left.order(to: right) == .same }
  static func < (left: PythonVersion, right: PythonVersion) -> Bool { left.order(to: right) == .before }

  func order(to other: PythonVersion) -> VersionOrder {
    switch (kind, other.kind) {
    case (.legacy, .standard): .before
    case (.standard, .legacy): .after
    case (.legacy(let left), .legacy(let right)):
      left == right ? .same : left.lexicographicallyPrecedes(right) ? .before : .after
    case (.standard(let left), .standard(let right)): Self.order(left, right)
    }
  }

  private static func order(_ left: Standard, _ right: Standard) -> VersionOrder {
    if left.epoch != right.epoch { return VersionOrder(left.epoch, right.epoch) }
    if left.release != right.release {
      return left.release.lexicographicallyPrecedes(right.release) ? .before : .after
    }
    let phases = VersionOrder(phase(left), phase(right))
    if phases != .same { return phases }
    if let leftTail = left.beforeRelease, let rightTail = right.beforeRelease, leftTail != rightTail {
      return VersionOrder(leftTail, rightTail)
    }
    let after = order(left.afterRelease, right.afterRelease, absent: .before)
    if after != .same { return after }
    let development = order(left.development, right.development, absent: .after)
    if development != .same { return development }
    if left.local == right.local { return .same }
    return left.local.lexicographicallyPrecedes(right.local) ? .before : .after
  }

  /// A development release of nothing but the release comes first, then alphas to candidates, then the release itself.
  private static func phase(_ version: Standard) -> Int {
    if version.beforeRelease != nil { return 1 }
    return version.afterRelease == nil && version.development != nil ? 0 : 2
  }

  private static func order(_ left: DecimalDigits?, _ right: DecimalDigits?, absent: VersionOrder) -> VersionOrder {
    switch (left, right) {
    case (nil, nil): .same
    case (nil, _): absent
    case (_, nil): absent == .before ? .after : .before
    case (let left?, let right?): VersionOrder(left, right)
    }
  }
}

// MARK: Reading

extension PythonVersion {
  /// `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]` with the spellings that PEP 440 normalises; nil for anything else.
  private static func standard(_ bytes: [UInt8]) -> Standard? {
    var scanner = Scanner(bytes)
    var version = Standard()
    _ = scanner.take(["v"])
    guard let first = scanner.digits() else { return nil }
    var number = first
    if scanner.take(["!"]) != nil {
      version.epoch = first
      guard let next = scanner.digits() else { return nil }
      number = next
    }
    version.release = [number]
    while let component = scanner.attempt({ $0.take(["."]) == nil ? nil : $0.digits() }) {
      version.release.append(component)
    }
    while let last = version.release.last, last.isZero { version.release.removeLast() }
    // The longer spellings first, so that "alpha" is not read as "a" and a rest.
    version.beforeRelease = scanner.attempt { scanner in
      scanner.skipSeparator()
      let words = ["alpha", "a", "beta", "b", "preview", "pre", "rc", "c"]
      guard let word = scanner.take(words) else { return nil }
      return Tail(phase: word.hasPrefix("a") ? 0 : word.hasPrefix("b") ? 1 : 2, number: scanner.separatedDigits())
    }
    version.afterRelease =
      scanner.attempt { $0.take(["-"]) == nil ? nil : $0.digits() }
      ?? scanner.attempt { scanner in
        scanner.skipSeparator()
        return scanner.take(["post", "rev", "r"]) == nil ? nil : scanner.separatedDigits()
      }
    version.development = scanner.attempt { scanner in
      scanner.skipSeparator()
      return scanner.take(["dev"]) == nil ? nil : scanner.separatedDigits()
    }
    if scanner.take(["+"]) != nil {
      let parts = scanner.rest.split(omittingEmptySubsequences: false) { Scanner.isSeparator($0) }
      for part in parts {
        guard !part.isEmpty, part.allSatisfy({ $0.isDigit || $0.isLowercaseLetter }) else { return nil }
        version.local.append(part.allSatisfy(\.isDigit) ? .number(DecimalDigits(part)) : .word(Array(part)))
      }
      return version
    }
    return scanner.rest.isEmpty ? version : nil
  }

  private struct Scanner {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
      rest = bytes[...]
    }

    static func isSeparator(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// Goes back to where it was when `read` finds nothing.
    mutating func attempt<Result>(_ read: (inout Scanner) -> Result?) -> Result? {
      var copy = self
      guard let result = read(&copy) else { return nil }
      self = copy
      return result
    }

    mutating func take(_ words: [String]) -> String? {
      guard let word = words.first(where: { rest.starts(with: $0.utf8) }) else { return nil }
      rest = rest.dropFirst(word.utf8.count)
      return word
    }

    mutating func skipSeparator() {
      if let first = rest.first, Self.isSeparator(first) { rest = rest.dropFirst() }
    }

    mutating func digits() -> DecimalDigits? {
      let digits = rest.prefix(while: \.isDigit)
      guard !digits.isEmpty else { return nil }
      rest = rest[digits.endIndex...]
      return DecimalDigits(digits)
    }

    /// The number behind a word such as "rc": a missing one is zero.
    mutating func separatedDigits() -> DecimalDigits {
      attempt { scanner in
        scanner.skipSeparator()
        return scanner.digits()
      } ?? .zero
    }
  }

  /// One part of a version that PEP 440 refuses, as setuptools' former `parse_version` cut and ordered it.
  private struct LegacyPart: Hashable, Comparable, Sendable {
    private let text: [UInt8]

    static func < (left: LegacyPart, right: LegacyPart) -> Bool { left.text.lexicographicallyPrecedes(right.text) }

    static func parts(of bytes: [UInt8]) -> [LegacyPart] {
      var parts: [[UInt8]] = []
      for piece in pieces(of: bytes) {
        if piece.starts(with: "*".utf8) {
          if piece.lexicographicallyPrecedes("*final".utf8) {
            // Dashes before what precedes a release mean nothing.
            while let last = parts.last, last.elementsEqual("*final-".utf8) { parts.removeLast() }
          }
          // Nor do zeros at the end of a series of numbers.
          while let last = parts.last, last.elementsEqual("00000000".utf8) { parts.removeLast() }
        }
        parts.append(piece)
      }
      return parts.map(LegacyPart.init(text:))
    }

    private static func pieces(of bytes: [UInt8]) -> [[UInt8]] {
      var pieces: [[UInt8]] = []
      var rest = bytes[...]
      while let first = rest.first {
        let piece: ArraySlice<UInt8>
        if first.isDigit {
          piece = rest.prefix(while: \.isDigit)
        } else if first.isLowercaseLetter {
          piece = rest.prefix(while: \.isLowercaseLetter)
        } else if first == UInt8(ascii: ".") || first == UInt8(ascii: "-") {
          piece = rest.prefix(1)
        } else {
          piece = rest.prefix { byte in
            !byte.isDigit && !byte.isLowercaseLetter && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "-")
          }
        }
        rest = rest[piece.endIndex...]
        if piece.elementsEqual(".".utf8) { continue }
        pieces.append(weighed(String(decoding: piece, as: UTF8.self), isNumber: first.isDigit))
      }
      return pieces + [Array("*final".utf8)]
    }

    private static func weighed(_ piece: String, isNumber: Bool) -> [UInt8] {
      if isNumber { return Array((String(repeating: "0", count: max(0, 8 - piece.utf8.count)) + piece).utf8) }
      let replacement =
        switch piece {
        case "pre", "preview", "rc": "c"
        case "-": "final-"
        case "dev": "@"
        default: piece
        }
      return Array("*".utf8) + Array(replacement.utf8)
    }
  }
}
