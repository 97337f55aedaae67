import GRDB
import Model

extension Database {
  /// Inserts a row whose columns and values are given together.
  /// - Parameter replacingOn: the columns of a uniqueness rule; a row that has the same values there takes the new ones.
  func insert(
    into table: String, replacingOn key: [String] = [],
    _ row: KeyValuePairs<String, (any DatabaseValueConvertible)?>
  ) throws {
    let columns = row.map(\.key)
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    var sql = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    if !key.isEmpty {
      let changes = columns.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
      sql += " ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(changes.joined(separator: ", "))"
    }
    let values = row.map { entry in (entry.value as? String)?.storable ?? entry.value }
    try cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
  }
}

extension String {
  /// The text as SQLite can hold it. C's strings end at a NUL, so one inside would silently cut off what follows.
  var storable: String {
    utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
  }
}
