/// A number of bytes as people read it: `512 B`, `3.2 MB`.
func readableSize(_ bytes: Int64) -> String {
  var tenths = bytes * 10
  for unit in ["B", "kB", "MB", "GB"] {
    if tenths < 10_000 || unit == "GB" {
      return unit == "B" ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    tenths = (tenths + 500) / 1000
  }
  return "\(bytes) B"
}
