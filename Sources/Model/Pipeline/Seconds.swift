/// A length of time as pipelines write it: `10s`, `1h 30m`, `2d`, `1w`.
package struct Seconds: Hashable, Sendable, Comparable {
  package enum ParseError: Error, Equatable {
    case notADuration(String)
    case overflow(String)
  }

  package let count: Int

  package init(_ count: Int) { self.count = count }

  /// - Throws: ``ParseError`` unless `text` is one or more numbers, each with a unit `s m h d w`, with or without spaces between.
  package init(parsing text: String) throws(ParseError) {
    var total = 0
    var number: Int?
    var hasUnit = false
    for character in text {
      if let digit = character.wholeNumberValue, character.isASCII {
        let (shifted, overflow) = (number ?? 0).multipliedReportingOverflow(by: 10)
        guard !overflow, shifted <= Int.max - digit else { throw .overflow(text) }
        number = shifted + digit
      } else if let factor = Self.units[character], let value = number {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        let (sum, sumOverflow) = total.addingReportingOverflow(product)
        guard !overflow, !sumOverflow else { throw .overflow(text) }
        total = sum
        number = nil
        hasUnit = true
      } else if character != " " || number != nil {
        throw .notADuration(text)
      }
    }
    guard number == nil, hasUnit else { throw .notADuration(text) }
    count = total
  }

  package var duration: Duration { .seconds(count) }

  package static func < (left: Seconds, right: Seconds) -> Bool { left.count < right.count }

  private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
}
