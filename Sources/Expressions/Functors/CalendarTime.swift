/// A day of the Gregorian calendar, extended to all years.
struct CalendarDate: Hashable, CustomStringConvertible {
  let year: Int
  let month: Int
  let day: Int

  private init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Counted from 1970-01-01. The calendar repeats every 400 years, which have 146,097 days; a year is taken to start in
  /// March, so that the leap day comes last.
  init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var daysSinceEpoch: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  func adding(days: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: daysSinceEpoch + days) }

  /// 31 January and one month is the last of February.
  func adding(months: Int) -> CalendarDate {
    let total = year * 12 + (month - 1) + months
    let newYear = total >= 0 ? total / 12 : (total - 11) / 12
    let newMonth = total - newYear * 12 + 1
    return CalendarDate(year: newYear, month: newMonth, day: min(day, Self.length(ofMonth: newMonth, in: newYear)))
  }

  private static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// `2024-02-29`.
  var description: String { "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))" }
}

/// A moment in UTC.
struct CalendarTime: Hashable, CustomStringConvertible {
  let date: CalendarDate
  /// From midnight, less than a day.
  let timeOfDay: Duration

  init(date: CalendarDate, timeOfDay: Duration) {
    self.date = date
    self.timeOfDay = timeOfDay
  }

  init(sinceEpoch: Duration) {
    var (seconds, attoseconds) = sinceEpoch.components
    if attoseconds < 0 {
      seconds -= 1
      attoseconds += 1_000_000_000_000_000_000
    }
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    date = CalendarDate(daysSinceEpoch: Int(days))
    timeOfDay = Duration(secondsComponent: seconds - days * 86_400, attosecondsComponent: attoseconds)
  }

  func adding(_ duration: Duration) -> CalendarTime {
    CalendarTime(sinceEpoch: .seconds(date.daysSinceEpoch * 86_400) + timeOfDay + duration)
  }

  /// `2024-02-29T12:30:45.123+0000`.
  var description: String {
    let (whole, attoseconds) = timeOfDay.components
    let seconds = Int(whole)
    let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0.padded(to: 2) }.joined(separator: ":")
    let milliseconds = Int(attoseconds / 1_000_000_000_000_000)
    return "\(date)T\(time).\(milliseconds.padded(to: 3))+0000"
  }
}

extension Int {
  fileprivate func padded(to width: Int) -> String {
    let digits = String(magnitude)
    return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
