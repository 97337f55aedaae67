/// The screen of a terminal, as far as it understands: text, line feeds, carriage returns, cursor up, clearing.
///
/// Anything else in what is written to it is kept in `unknown`.
struct ScreenModel {
  private let columns: Int
  private let rows: Int
  /// Everything that was ever on the screen, what has scrolled off at the top included.
  private var lines: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  private(set) var unknown: [String] = []

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// What can be scrolled to and seen, without blanks at the ends of lines.
  var text: String {
    lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }

  /// What can be seen without scrolling.
  var visible: String {
    text.split(separator: "\n", omittingEmptySubsequences: false).suffix(rows).joined(separator: "\n")
  }

  var cursor: (row: Int, column: Int) { (row, column) }

  mutating func write(_ text: String) {
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "\n":
        // The terminal driver adds the carriage return.
        lineFeed()
        column = 0
      case "\r": column = 0
      case "\u{1B}": escape(&rest)
      default: put(character)
      }
    }
  }

  private mutating func put(_ character: Character) {
    if column >= columns {
      lineFeed()
      column = 0
    }
    while lines[row].count <= column { lines[row].append(" ") }
    lines[row][column] = character
    column += 1
  }

  private mutating func lineFeed() {
    row += 1
    if row == lines.count { lines.append([]) }
  }

  private mutating func escape(_ rest: inout Substring) {
    guard rest.first == "[" else {
      unknown.append(String(rest.prefix(3)))
      return
    }
    rest.removeFirst()
    let parameters = rest.prefix { $0.isNumber || $0 == ";" || $0 == "?" }
    rest = rest.dropFirst(parameters.count)
    let command = rest.popFirst()
    switch command {
    case "A":
      // The cursor stops at the top of the screen: what has scrolled off is out of reach.
      row = max(row - (Int(parameters) ?? 1), max(0, lines.count - rows))
    case "K": lines[row] = Array(lines[row].prefix(column))
    case "J":
      lines[row] = Array(lines[row].prefix(column))
      lines.removeLast(lines.count - 1 - row)
    case "m": break
    default: unknown.append("[\(parameters)\(command.map(String.init) ?? "")")
    }
  }
}
