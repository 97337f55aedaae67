/// Durations such as `1m30s` and `1.5h`, as Go's `time.ParseDuration` reads them.
enum GoDuration {
  private static let units: [String: Double] = [
    "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
  ]

  /// In nanoseconds; nil for what is no duration or too long for 64 bits.
  static func parse(_ text: String) -> Int64? {
    var rest = text.unicodeScalars[...]
    var isNegative = false
    if let sign = rest.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      rest.removeFirst()
    }
    if rest.elementsEqual("0".unicodeScalars) { return 0 }
    if rest.isEmpty { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
      rest = rest.dropFirst(unit.count)
      guard number.contains(where: { $0 != "." }), number.count(where: { $0 == "." }) <= 1,
        let value = Double("0\(String(number))0"), let factor = units[String(unit)]
      else { return nil }
      total += (number.contains(".") ? value : value / 10) * factor
    }
    guard total < 9.2e18 else { return nil }
    return isNegative ? -Int64(total) : Int64(total)
  }
}
