/// Sizes such as `64m`: a number and a unit of 1024 bytes to some power.
enum ByteCount {
  /// In bytes; nil for what is no size.
  static func parse(_ text: String) -> Int64? {
    let digits = String(String.UnicodeScalarView(text.unicodeScalars.prefix { ("0"..."9").contains($0) || $0 == "." }))
    var unit = String(text.unicodeScalars.dropFirst(digits.unicodeScalars.count)).trimmed.lowercased()
    guard let number = Double(digits), number.isFinite else { return nil }
    for ending in ["ib", "b"] where unit.hasSuffix(ending) && unit != "ib" {
      unit.removeLast(ending.count)
      break
    }
    guard let power = ["", "k", "m", "g", "t", "p"].firstIndex(of: unit) else { return nil }
    let bytes = (0..<power).reduce(number) { bytes, _ in bytes * 1024 }
    return bytes < 9.2e18 ? Int64(bytes) : nil
  }
}
