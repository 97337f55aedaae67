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
