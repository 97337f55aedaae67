/// The lines at the bottom of a terminal that are written anew again and again.
///
/// Each redrawing is one text: up to the first line, each line over the old one, whatever is left below cleared. Nothing is
/// blank in between, the cursor always waits below the last line and is never hidden: whoever kills the process finds the terminal in order.
struct RedrawnArea {
  private var widths: [Int] = []
  private var last: String?

  /// What brings `lines` to the screen; nil when they stand there already.
  ///
  /// - Parameter columns: the width of the screen now. Lines drawn when it was wider have been wrapped since.
  mutating func redraw(_ lines: [StyledLine], palette: Palette, ellipsis: String, columns: Int) -> String? {
    // The last column stays free: some terminals wrap as soon as it is written to.
    let limit = max(1, columns - 1)
    let text = lines.reduce(into: "") {
      $0 += $1.rendered(palette, limit: limit, ellipsis: ellipsis) + "\u{1B}[K\n"
    }
    guard text != last else { return nil }
    let rows = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    last = text
    widths = lines.map { min($0.width, limit) }
    return "\r" + (rows > 0 ? "\u{1B}[\(rows)A" : "") + text + "\u{1B}[J"
  }
}
