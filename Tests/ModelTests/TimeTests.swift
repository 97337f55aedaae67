import Model
import Testing

struct TimeTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    (1_772_357_400_250, "2026-03-01T09:30:00.250Z"),
    (-1, "1969-12-31T23:59:59.999Z"),
  ])
  func `a moment is written in UTC`(_ milliseconds: Int, _ text: String) {
    #expect(Timestamp(milliseconds: Int64(milliseconds)).description == text)
  }

  @Test(arguments: [("10s", 10), ("1m", 60), ("1h 30m", 5400), ("1h30m", 5400), ("2d", 172_800), ("1w", 604_800)])
  func `a duration is read with its units`(_ text: String, _ seconds: Int) throws {
    #expect(try Seconds(parsing: text).count == seconds)
  }

  @Test(arguments: ["", "10", "s", "1x", "-5s", "1 s", "99999999999999999999s", "9999999999999999w"])
  func `what is no duration is refused`(_ text: String) {
    #expect(throws: Seconds.ParseError.self) { try Seconds(parsing: text) }
  }
}
