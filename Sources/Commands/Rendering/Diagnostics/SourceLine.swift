/// A line of a file as a terminal shows it, and where on the screen each of its columns is.
struct SourceLine {
  private static let tabStop = 4

  /// Without tabs and control characters.
  let text: String
  /// The cell where each scalar begins, and at last the cell after the end.
  private let cells: [Int]
  /// The first cell that is not blank; the width when there is none.
  let indentation: Int

  init(_ source: String) {
    var text = ""
    var cells = [Int]()
    var cell = 0
    var indentation: Int?
    for character in source {
      let shown: String
      if character == "\t" {
        shown = String(repeating: " ", count: Self.tabStop - cell % Self.tabStop)
      } else if character.unicodeScalars.contains(where: { HarmlessText.visible($0) != nil }) {
        shown = character.unicodeScalars.map { HarmlessText.visible($0) ?? String($0) }.joined()
      } else {
        shown = String(character)
      }
      if indentation == nil, !character.isWhitespace { indentation = cell }
      // Columns count scalars: those that join one character all stand where it does.
      cells += repeatElement(cell, count: character.unicodeScalars.count)
      text += shown
      cell += TextWidth.of(shown)
    }
    self.text = text
    self.cells = cells + [cell]
    self.indentation = indentation ?? cell
  }

  var width: Int { cells[cells.count - 1] }

  /// The cell of a 1-based column. What lies behind the end of the line is there.
  func cell(ofColumn column: Int) -> Int {
    cells[min(max(1, column), cells.count) - 1]
  }

  /// The cells after the last one that is not blank.
  var end: Int {
    var end = width
    for character in text.reversed() {
      guard character == " " else { break }
      end -= 1
    }
    return max(end, 0)
  }

  /// The part of the text from one cell up to another, blank where a wide character is cut in two.
  ///
  /// - Parameter hidden: cells whose content is not to be seen.
  func text(in range: Range<Int>, hiding hidden: [Range<Int>] = []) -> String {
    var result = ""
    var cell = 0
    for character in text {
      let next = cell + TextWidth.of(character)
      if cell >= range.lowerBound, next <= range.upperBound {
        if hidden.contains(where: { $0.contains(cell) }) {
          result += String(repeating: "*", count: next - cell)
        } else {
          result.append(character)
        }
      } else if next > range.lowerBound, cell < range.upperBound {
        result += String(repeating: " ", count: min(next, range.upperBound) - max(cell, range.lowerBound))
      }
      cell = next
      if cell >= range.upperBound { break }
    }
    return result
  }
}
