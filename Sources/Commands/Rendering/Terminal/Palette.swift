/// Emphasis on a terminal. Nothing may be said by it alone.
enum TextStyle: String {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case blue = "34"
  case magenta = "35"
  case cyan = "36"
  case boldRed = "1;31"
  case boldYellow = "1;33"
  case boldCyan = "1;36"
}

/// The colours of one stream: all or none.
struct Palette: Sendable {
  let usesColor: Bool

  func paint(_ text: String, _ style: TextStyle?) -> String {
    guard usesColor, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}
