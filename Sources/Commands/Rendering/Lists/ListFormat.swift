import ArgumentParser
import Model

/// `--json` and `--csv`, which every command with a list takes.
struct ListFormat: ParsableArguments {
  @Flag(help: "As a JSON array, one object a line.")
  var json = false

  @Flag(help: "As comma-separated values, after a line with the names of the columns.")
  var csv = false

  func validate() throws {
    if json, csv { throw ValidationError("give --json or --csv, not both") }
  }

  func show(_ list: some ListDisplayable, on terminal: Terminal) {
    if json {
      terminal.data(Self.json(list))
    } else if csv {
      terminal.data(Self.csv(list))
    } else {
      let rows = list.rows(on: terminal)
      if rows.isEmpty {
        terminal.talk("no \(type(of: list).noun)")
      } else {
        terminal.data(TextTable(header: list.header, rows: rows).lines(width: terminal.dataWidth, terminal.glyphs))
      }
      for remark in list.remarks { terminal.talk(HarmlessText.inLine(remark)) }
    }
  }

  private static func json<List: ListDisplayable>(_ list: List) -> String {
    let objects = list.records.map { record in
      Value.map(Dictionary(zip(List.fields, record)) { first, _ in first }).canonicalJSON
    }
    return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }

  /// RFC 4180, with line ends as Unix tools expect them.
  private static func csv<List: ListDisplayable>(_ list: List) -> String {
    csv([List.fields.map(Value.string)] + list.records)
  }

  static func csv(_ rows: [[Value]]) -> String {
    rows.reduce(into: "") { $0 += $1.map { quoted(text($0)) }.joined(separator: ",") + "\n" }
  }

  private static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { ["\"", ",", "\n", "\r"].contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .list(let elements): elements.map(text).joined(separator: " ")
    case .bool, .integer, .double, .map: value.canonicalJSON
    }
  }
}
