import Ledger
import Model

/// The rows of a user's own query, as they come.
struct QueryView {
  private let query: LedgerQuery

  init(_ query: LedgerQuery) {
    self.query = query
  }

  /// - Parameter limit: how many rows a table has at most; it has to be held as a whole to be laid out.
  func show(on terminal: Terminal, _ format: ListFormat, limit: Int) throws {
    if format.json {
      var count = 0
      try query.run { row in
        // Of columns with one name the first counts.
        let object = Value.map(Dictionary(zip(query.columns, row)) { first, _ in first }).canonicalJSON
        terminal.data((count == 0 ? "[\n" : ",\n") + object)
        count += 1
        return true
      }
      terminal.data(count == 0 ? "[]\n" : "\n]\n")
    } else if format.csv {
      terminal.data(ListFormat.csv([query.columns.map(Value.string)]))
      try query.run { row in
        terminal.data(ListFormat.csv([row]))
        return true
      }
    } else {
      var rows = [[TextTable.Cell]]()
      var isCut = false
      try query.run { row in
        isCut = rows.count >= limit
        if !isCut { rows.append(row.map(Self.cell)) }
        return !isCut
      }
      if rows.isEmpty {
        terminal.talk("no rows")
      } else {
        let table = TextTable(header: query.columns, rows: rows)
        terminal.data(table.lines(width: terminal.dataWidth, terminal.glyphs))
      }
      if isCut { terminal.talk("there are more rows: --limit shows more of them, --csv and --json all") }
    }
  }

  private static func cell(_ value: Value) -> TextTable.Cell {
    switch value {
    case .null: TextTable.Cell("")
    case .integer, .double: TextTable.Cell(value.canonicalJSON, isNumber: true)
    case .string(let text): TextTable.Cell(text)
    case .bool, .list, .map: TextTable.Cell(value.canonicalJSON)
    }
  }
}
