import GRDB
import Model

/// A row, read into the project's own types.
///
/// What Slipway stored can be read. A row that can't be was changed by somebody else, which is reported and never a crash.
struct StoredRow {
  let row: Row
  /// For messages: "run", "push".
  let table: String

  func text(_ column: String) throws(LedgerError) -> String {
    try value(column)
  }

  func optionalText(_ column: String) throws(LedgerError) -> String? {
    try optional(column)
  }

  func integer(_ column: String) throws(LedgerError) -> Int64 {
    try value(column)
  }

  func optionalInteger(_ column: String) throws(LedgerError) -> Int64? {
    try optional(column)
  }

  func optionalNumber(_ column: String) throws(LedgerError) -> Double? {
    try optional(column)
  }

  func flag(_ column: String) throws(LedgerError) -> Bool {
    try value(column)
  }

  func timestamp(_ column: String) throws(LedgerError) -> Timestamp {
    Timestamp(milliseconds: try value(column))
  }

  func optionalTimestamp(_ column: String) throws(LedgerError) -> Timestamp? {
    try (optional(column) as Int64?).map(Timestamp.init(milliseconds:))
  }

  func digest(_ column: String) throws(LedgerError) -> Digest {
    try parse(column, as: "digest") { try Digest($0) }
  }

  func optionalDigest(_ column: String) throws(LedgerError) -> Digest? {
    try parseOptional(column, as: "digest") { try Digest($0) }
  }

  func run(_ column: String) throws(LedgerError) -> ULID {
    try parse(column, as: "run's identifier") { try ULID($0) }
  }

  func optionalRun(_ column: String) throws(LedgerError) -> ULID? {
    try parseOptional(column, as: "run's identifier") { try ULID($0) }
  }

  func identifier(_ column: String) throws(LedgerError) -> Identifier {
    try parse(column, as: "identifier") { try Identifier($0) }
  }

  func path(_ column: String) throws(LedgerError) -> StepPath {
    try parse(column, as: "path of a step") { try StepPath($0) }
  }

  func reference(_ column: String) throws(LedgerError) -> ImageReference {
    try parse(column, as: "image reference") { try ImageReference($0) }
  }

  func json(_ column: String) throws(LedgerError) -> Value {
    try parse(column, as: "JSON") { try Value(json: $0) }
  }

  func optionalJSON(_ column: String) throws(LedgerError) -> Value? {
    try parseOptional(column, as: "JSON") { try Value(json: $0) }
  }

  /// A JSON list of strings.
  func texts(_ column: String) throws(LedgerError) -> [String] {
    let list = try json(column).list ?? []
    return list.compactMap(\.string)
  }

  /// A JSON object of strings.
  func textsByName(_ column: String) throws(LedgerError) -> [String: String] {
    let map = try json(column).map ?? [:]
    return map.compactMapValues(\.string)
  }

  func word<Word: RawRepresentable<String>>(_ column: String) throws(LedgerError) -> Word {
    let raw = try text(column)
    guard let word = Word(rawValue: raw) else { throw unreadable(column, raw, kind: "\(Word.self)", cause: nil) }
    return word
  }

  func optionalWord<Word: RawRepresentable<String>>(_ column: String) throws(LedgerError) -> Word? {
    try optionalText(column) == nil ? nil : word(column)
  }

  private func value<T: DatabaseValueConvertible>(_ column: String) throws(LedgerError) -> T {
    guard let value: T = try optional(column) else {
      throw LedgerError(.corrupt, "the ledger is damaged: a row of “\(table)” has no \(column)")
    }
    return value
  }

  private func optional<T: DatabaseValueConvertible>(_ column: String) throws(LedgerError) -> T? {
    do {
      return try row.decode(T?.self, forColumn: column)
    } catch {
      throw LedgerError(.corrupt, "the ledger is damaged: “\(table)” cannot be read: \(error)", cause: error)
    }
  }

  private func parse<T>(
    _ column: String, as kind: String, _ read: (String) throws -> T
  ) throws(LedgerError) -> T {
    let raw = try text(column)
    do { return try read(raw) } catch { throw unreadable(column, raw, kind: kind, cause: error) }
  }

  private func parseOptional<T>(
    _ column: String, as kind: String, _ read: (String) throws -> T
  ) throws(LedgerError) -> T? {
    guard let raw = try optionalText(column) else { return nil }
    do { return try read(raw) } catch { throw unreadable(column, raw, kind: kind, cause: error) }
  }

  private func unreadable(_ column: String, _ raw: String, kind: String, cause: (any Error)?) -> LedgerError {
    LedgerError(
      .corrupt,
      "the ledger is damaged: \(column) of a row of “\(table)” holds “\(raw.prefix(100))”, which is no \(kind)",
      cause: cause)
  }
}

extension Database {
  /// Reads rows one at a time.
  func rows<T>(
    of table: String, _ sql: String, _ arguments: StatementArguments = [],
    _ read: (StoredRow) throws -> T
  ) throws -> [T] {
    let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
    var values = [T]()
    while let row = try cursor.next() { values.append(try read(StoredRow(row: row, table: table))) }
    return values
  }
}
