/// A CVSS vector string: `CVSS:3.1/AV:N/AC:L/…`, or that of version 2, which has no prefix.
///
/// Only the base metrics count: threat, environmental and supplemental ones are read over, since they speak of one
/// place and time. See FIRST's specification documents of versions 2, 3.0, 3.1 and 4.0.
struct CVSSVector: Hashable, Sendable {
  /// Later versions describe a vulnerability better, so that their score goes before another's.
  enum Version: Int, Hashable, Comparable, Sendable {
    case two, three, threeOne, four

    static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
  }

  let version: Version
  /// 0 to 10, with one decimal.
  let baseScore: Double

  /// Nil when `text` is no vector of a known version, or a base metric is missing or has a value that there is not.
  init?(_ text: String) {
    var parts = text.split(separator: "/").map(String.init)
    let version: Version
    switch parts.first {
    case "CVSS:4.0": version = .four
    case "CVSS:3.1": version = .threeOne
    case "CVSS:3.0": version = .three
    default: version = .two
    }
    if version != .two || parts.first == "CVSS:2.0" { parts.removeFirst() }
    var metrics: [String: String] = [:]
    for part in parts {
      // Version 2 is sometimes written in parentheses.
      let pair = part.split(separator: ":").map { $0.filter { $0 != "(" && $0 != ")" } }
      guard pair.count == 2, metrics.updateValue(pair[1], forKey: pair[0]) == nil else { return nil }
    }
    let score: Double? =
      switch version {
      case .two: CVSS2.baseScore(metrics)
      case .three: CVSS3.baseScore(metrics, roundUp: CVSS3.roundUp30)
      case .threeOne: CVSS3.baseScore(metrics, roundUp: CVSS3.roundUp31)
      case .four: CVSS4.baseScore(metrics)
      }
    guard let score else { return nil }
    self.version = version
    baseScore = score
  }
}
