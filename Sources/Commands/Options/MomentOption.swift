import ArgumentParser
import Model

/// A moment as users give it: a date, a date with a time, or how long ago.
enum Moment: Hashable, ExpressibleByArgument {
  case at(Timestamp)
  /// Milliseconds before now.
  case ago(Int64)

  /// `2026-03-01`, `2026-03-01T09:30`, `2026-03-01T09:30:00Z` (all UTC), `90s`, `15m`, `2h`, `3d`, `4w`.
  init?(argument: String) {
    if let unit = argument.last, let seconds = Self.units[unit], let count = Int64(argument.dropLast()), count >= 0,
      count < 1_000_000
    {
      self = .ago(count * seconds * 1000)
      return
    }
    let text = argument.hasSuffix("Z") ? String(argument.dropLast()) : argument
    let halves = text.split(whereSeparator: { $0 == "T" || $0 == " " })
    let date = halves.first?.split(separator: "-").map { Int64($0) } ?? []
    guard (1...2).contains(halves.count), date.count == 3, let year = date[0], let month = date[1], let day = date[2],
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds: Int64 = 0
    if halves.count == 2 {
      let parts = halves[1].prefix { $0 != "." }.split(separator: ":").map { Int64($0) }
      guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1], (0..<24).contains(hour),
        (0..<60).contains(minute), let second = parts.count == 3 ? parts[2] : 0, (0..<61).contains(second)
      else { return nil }
      seconds = hour * 3600 + minute * 60 + second
    }
    self = .at(Timestamp(milliseconds: (Self.days(year, month, day) * 86_400 + seconds) * 1000))
  }

  private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

  func timestamp(now: Timestamp) -> Timestamp {
    switch self {
    case .at(let time): time
    case .ago(let milliseconds): Timestamp(milliseconds: now.milliseconds - milliseconds)
    }
  }

  /// Days from 1970-01-01 in the Gregorian calendar. The year is counted from March, so that the leap day is its last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
}
