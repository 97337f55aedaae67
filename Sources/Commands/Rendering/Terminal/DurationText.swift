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

/// Sizes as people read them, in powers of 1000: `512 B`, `12.3 MB`.
enum SizeText {
  static func of(_ bytes: Int64) -> String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    var size = Double(bytes)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB"] where size >= 999.95 {
      size /= 1000
      unit = next
    }
    let tenths = Int((size * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }
}

/// `1 error`, `2 errors`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
