import Model

/// What `slipway doctor` has found out, for programs.
struct CapabilityTable: ListDisplayable {
  struct Row: Hashable, Sendable {
    let name: String
    let isAvailable: Bool
    /// Whether runs need it.
    let isNeeded: Bool
    let sentence: String
    let wayOut: String?

    /// How bad it is, at the beginning of a line for people.
    var word: String { isAvailable ? "ok     " : isNeeded ? "missing" : "limited" }
  }

  static let noun = "capabilities"
  static let fields = ["name", "isAvailable", "isNeeded", "sentence", "wayOut"]

  let list: [Row]

  var records: [[Value]] {
    list.map { row in
      [
        .string(row.name), .bool(row.isAvailable), .bool(row.isNeeded), .string(row.sentence), Value(row.wayOut),
      ]
    }
  }

  let header = ["NAME", "THERE", "NEEDED", "WHAT"]

  func rows(on terminal: Terminal) -> [[TextTable.Cell]] {
    list.map { row in
      [
        TextTable.Cell(row.name), TextTable.Cell(row.isAvailable ? "yes" : "no"),
        TextTable.Cell(row.isNeeded ? "yes" : "no"), TextTable.Cell(row.sentence),
      ]
    }
  }
}
