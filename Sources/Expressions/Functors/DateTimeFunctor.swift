import Model

/// `currentDate()` and `currentTime()`, in UTC, with or without `datetime.` before them.
enum DateTimeFunctor {
  static let names = ["currentDate", "currentTime"]

  static func call(
    _ arguments: Arguments, named function: String, now: () -> Duration
  ) throws(ExpressionError) -> Operand? {
    guard names.contains(function) else { return nil }
    try arguments.expect(0)
    let time = CalendarTime(sinceEpoch: now())
    return function == "currentDate" ? .date(time.date) : .time(time)
  }

  static let methodsOfDates = ["plusDays", "plusMonths", "plusWeeks", "plusYears", "toString"]
  static let methodsOfTimes =
    methodsOfDates + ["plusHours", "plusMinutes", "plusNanos", "plusSeconds"]

  static func call(_ method: String, on date: CalendarDate, _ arguments: Arguments) throws(ExpressionError) -> Operand?
  {
    if method == "toString" { return .plain(.string(date.description)) }
    guard methodsOfDates.contains(method) else { return nil }
    let count = try count(arguments)
    switch method {
    case "plusYears": return .date(date.adding(months: count * 12))
    case "plusMonths": return .date(date.adding(months: count))
    case "plusWeeks": return .date(date.adding(days: count * 7))
    default: return .date(date.adding(days: count))
    }
  }

  static func call(_ method: String, on time: CalendarTime, _ arguments: Arguments) throws(ExpressionError) -> Operand?
  {
    if method == "toString" { return .plain(.string(time.description)) }
    guard methodsOfTimes.contains(method) else { return nil }
    let count = try count(arguments)
    switch method {
    case "plusHours": return .time(time.adding(.seconds(count * 3600)))
    case "plusMinutes": return .time(time.adding(.seconds(count * 60)))
    case "plusSeconds": return .time(time.adding(.seconds(count)))
    case "plusNanos": return .time(time.adding(.nanoseconds(count)))
    default:
      guard case .date(let date)? = try call(method, on: time.date, arguments) else { return nil }
      return .time(CalendarTime(date: date, timeOfDay: time.timeOfDay))
    }
  }

  private static func count(_ arguments: Arguments) throws(ExpressionError) -> Int {
    try arguments.expect(1)
    let count = try arguments.integer(0)
    guard count.magnitude <= 1_000_000_000 else {
      throw ExpressionError(.arithmetic, "'\(arguments.function)' goes too far from today")
    }
    return count
  }
}
