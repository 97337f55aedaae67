/// One line of output, in pieces that may be emphasised.
struct StyledLine: Hashable, Sendable, ExpressibleByStringLiteral {
  private struct Piece: Hashable, Sendable {
    let text: String
    let style: TextStyle?
  }

  private var pieces: [Piece] = []

  init() {}

  init(_ text: String, _ style: TextStyle? = nil) {
    append(text, style)
  }

  init(stringLiteral value: String) {
    self.init(value)
  }

  mutating func append(_ text: String, _ style: TextStyle? = nil) {
    if !text.isEmpty { pieces.append(Piece(text: text, style: style)) }
  }

  func appending(_ text: String, _ style: TextStyle? = nil) -> StyledLine {
    var copy = self
    copy.append(text, style)
    return copy
  }

  /// In character cells.
  var width: Int { pieces.reduce(0) { $0 + TextWidth.of($1.text) } }

  /// - Parameter limit: what goes beyond so many cells is cut off, with an ellipsis.
  func rendered(_ palette: Palette, limit: Int? = nil, ellipsis: String = "") -> String {
    guard let limit, width > limit else {
      return pieces.reduce(into: "") { $0 += palette.paint($1.text, $1.style) }
    }
    var result = ""
    var room = limit
    for (index, piece) in pieces.enumerated() {
      let width = TextWidth.of(piece.text)
      // The last piece that fits whole still has to leave room for the ellipsis, unless nothing follows.
      let rest = pieces[(index + 1)...].reduce(0) { $0 + TextWidth.of($1.text) }
      if width <= room - (rest > 0 ? TextWidth.of(ellipsis) : 0) {
        result += palette.paint(piece.text, piece.style)
        room -= width
      } else {
        let isCut = width > room - TextWidth.of(ellipsis)
        let text = isCut ? TextWidth.cut(piece.text, to: room, ellipsis: ellipsis) : piece.text + ellipsis
        return result + palette.paint(text, piece.style)
      }
    }
    return result
  }
}
