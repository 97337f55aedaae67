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

  func appending(_ line: StyledLine) -> StyledLine {
    var copy = self
    copy.pieces += line.pieces
    return copy
  }

  /// In character cells.
  var width: Int { pieces.reduce(0) { $0 + TextWidth.of($1.text) } }

  /// - Parameter limit: what goes beyond so many cells is cut off, with an ellipsis.
  func rendered(_ palette: Palette, limit: Int? = nil, ellipsis: String = "") -> String {
    guard let limit, width > limit else {
      return pieces.reduce(into: "") { $0 += palette.paint($1.text, $1.style) }
    }
    // All together they are too long: of some piece on, the rest is cut to what room there is.
    var result = ""
    var room = limit
    for (index, piece) in pieces.enumerated() {
      let width = TextWidth.of(piece.text)
      guard width <= room - TextWidth.of(ellipsis) else {
        let rest = pieces[index...].map(\.text).joined()
        return result + palette.paint(TextWidth.cut(rest, to: room, ellipsis: ellipsis), piece.style)
      }
      result += palette.paint(piece.text, piece.style)
      room -= width
    }
    return result
  }
}
