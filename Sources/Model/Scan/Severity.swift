/// How bad a vulnerability is, in the words of Harness's security steps.
///
/// Levels follow the CVSS 3.1 base score; see Harness's severities page: critical 9–10, high 7–8.9, medium 4–6.9,
/// low 0.1–3.9, info 0.
package enum Severity: String, Hashable, Sendable, CaseIterable, Codable {
  case critical, high, medium, low, info
  /// Nobody has rated it. Never to be read as harmless.
  case unknown

  /// The level of a CVSS base score between 0 and 10; any other number is nobody's rating.
  package init(score: Double) {
    switch score {
    case 9...10: self = .critical
    case 7..<9: self = .high
    case 4..<7: self = .medium
    case 0.1..<4: self = .low
    case 0..<0.1: self = .info
    default: self = .unknown
    }
  }

  /// Whether `fail_on_severity: threshold` trips on this level: that level or a higher one.
  ///
  /// An unknown severity reaches no threshold, as on Harness; whoever asks has to say that such findings could not be judged.
  package func reaches(_ threshold: Severity) -> Bool {
    self != .unknown && Self.order(self) <= Self.order(threshold)
  }

  private static func order(_ severity: Severity) -> Int { allCases.firstIndex(of: severity) ?? allCases.count }
}
