import Model

/// Durations as people read them: `0.4s`, `12s`, `1m 05s`, `2h 07m`.
enum DurationText {
  static func of(seconds: Double) -> String {
    let seconds = max(0, seconds)
    let tenths = Int((seconds * 10).rounded())
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10)s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m \(twoDigits(whole % 60))s" }
    return "\(whole / 3600)h \(twoDigits(whole / 60 % 60))m"
  }

  /// Nil as long as one end is not known.
  static func between(_ start: Timestamp?, _ end: Timestamp?) -> String? {
    guard let start, let end else { return nil }
    return of(seconds: end.seconds(since: start))
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
