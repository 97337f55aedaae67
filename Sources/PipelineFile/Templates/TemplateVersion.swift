/// A `versionLabel` as something that has an order: `1.9.0` before `1.10.0`, `v1` before `v2`, `1.0.0-rc1` before `1.0.0`.
struct TemplateVersion: Comparable {
  private enum Part: Equatable {
    case number(String)
    case word(String)
  }

  private let parts: [Part]
  private let preRelease: [Part]?

  init(_ label: String) {
    let body = label.drop { $0 == "v" || $0 == "V" }
    let pieces = body.split(separator: "-", maxSplits: 1)
    parts = Self.parts(pieces.first ?? "")
    preRelease = pieces.count > 1 ? Self.parts(pieces[1]) : nil
  }

  private static func parts(_ text: Substring) -> [Part] {
    var parts = [Part]()
    var rest = text
    while let first = rest.first {
      let isDigit = first.isASCII && first.isNumber
      let piece = rest.prefix { ($0.isASCII && $0.isNumber) == isDigit && !".-_".contains($0) }
      if piece.isEmpty {
        rest = rest.dropFirst()
        continue
      }
      parts.append(isDigit ? .number(String(piece.drop { $0 == "0" })) : .word(String(piece)))
      rest = rest.dropFirst(piece.count)
    }
    return parts
  }

  static func < (left: TemplateVersion, right: TemplateVersion) -> Bool {
    if left.parts != right.parts { return precedes(left.parts, right.parts) }
    switch (left.preRelease, right.preRelease) {
    case (nil, _): return false
    case (_?, nil): return true
    case (let left?, let right?): return precedes(left, right)
    }
  }

  private static func precedes(_ left: [Part], _ right: [Part]) -> Bool {
    for (left, right) in zip(left, right) where left != right {
      switch (left, right) {
      case (.number(let left), .number(let right)):
        return left.count == right.count ? left < right : left.count < right.count
      case (.word(let left), .word(let right)): return left < right
      case (.word, .number): return true
      case (.number, .word): return false
      }
    }
    return left.count < right.count
  }
}
