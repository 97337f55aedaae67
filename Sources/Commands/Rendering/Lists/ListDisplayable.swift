import Model

/// A list that a command shows: a table for people, JSON and CSV for programs.
protocol ListDisplayable {
  /// What the rows are, in the plural: "runs".
  static var noun: String { get }
  /// The names of a record's fields, in JSON and CSV. Stable: scripts depend on them.
  static var fields: [String] { get }

  /// As many values as there are fields, for each row.
  var records: [[Value]] { get }
  var header: [String] { get }
  func rows(on terminal: Terminal) -> [[TextTable.Cell]]
  /// What people should know beyond the rows.
  var remarks: [String] { get }
}

extension ListDisplayable {
  var remarks: [String] { [] }
}
