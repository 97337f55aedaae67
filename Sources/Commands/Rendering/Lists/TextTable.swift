/// Columns of text under a line of headings.
struct TextTable {
  /// One field of a row. Control characters in its text are made visible.
  struct Cell: ExpressibleByStringLiteral {
    let text: String
    let style: TextStyle?
    let isNumber: Bool

    init(_ text: String, _ style: TextStyle? = nil, isNumber: Bool = false) {
      self.text = HarmlessText.inLine(text)
      self.style = style
      self.isNumber = isNumber
    }

    init(stringLiteral value: String) {
      self.init(value)
    }
  }

  private static let gap = 2
  private static let narrowestColumn = 8

  let header: [String]
  let rows: [[Cell]]

  /// - Parameter width: where lines would be longer, the widest columns are cut; nil for no limit.
  func lines(width: Int?, _ glyphs: Glyphs) -> [StyledLine] {
    let widths = self.widths(limit: width)
    let headings = header.map { Cell($0, .bold) }
    return ([headings] + rows).enumerated().map { index, row in
      var line = StyledLine()
      // No blanks at the end of a line.
      let last = row.lastIndex { !$0.text.isEmpty } ?? 0
      for (column, cell) in row[...last].enumerated() {
        let text = TextWidth.cut(cell.text, to: widths[column], ellipsis: glyphs.ellipsis)
        let space = String(repeating: " ", count: max(0, widths[column] - TextWidth.of(text)))
        let isNumber = index == 0 ? rows.first?[column].isNumber == true : cell.isNumber
        if column > 0 { line.append(String(repeating: " ", count: Self.gap)) }
        if isNumber { line.append(space) }
        line.append(text, cell.style)
        if !isNumber, column < last { line.append(space) }
      }
      return line
    }
  }

  private func widths(limit: Int?) -> [Int] {
    var widths = header.map(TextWidth.of)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], TextWidth.of(cell.text)) }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(Self.gap * (widths.count - 1), +) - limit
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
      guard widths[widest] > Self.narrowestColumn else { break }
      let second = widths.indices.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
      let cut = min(excess, max(1, widths[widest] - max(second, Self.narrowestColumn)))
      widths[widest] -= cut
      excess -= cut
    }
    return widths
  }
}
