import GRDB
import GRDBSQLite
import SystemPackage

/// A connection of its own to the ledger that only reads, without GRDB's conveniences: see ``RawStatement``.
///
/// Unchecked: SQLite's connection is opened without a lock of its own, and whoever opens one uses it from one task at a time.
final class RawConnection: @unchecked Sendable {
  let pointer: OpaquePointer
  private var statements: [String: RawStatement] = [:]
  private var owned: [OpaquePointer] = []

  /// Opens an existing ledger so that nothing is created or changed.
  /// - Throws: `DatabaseError`.
  init(readingFrom path: FilePath, patience: Double) throws {
    let place = ReadingPlace(of: path)
    do {
      pointer = try Self.open(place, patience: patience)
    } catch let error as DatabaseError {
      guard let still = place.fallback(after: error) else { throw error }
      pointer = try Self.open(still, patience: patience)
    }
  }

  deinit {
    for statement in statements.values.map(\.pointer) + owned { sqlite3_finalize(statement) }
    sqlite3_close_v2(pointer)
  }

  private static func open(_ place: ReadingPlace, patience: Double) throws -> OpaquePointer {
    var connection: OpaquePointer?
    let access = place.isWritable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
    let code = sqlite3_open_v2(place.name, &connection, access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let connection else {
      sqlite3_close_v2(connection)
      throw DatabaseError(resultCode: ResultCode(rawValue: code))
    }
    sqlite3_busy_timeout(connection, CInt(patience * 1000))
    let first = sqlite3_exec(connection, "PRAGMA query_only = 1; SELECT count(*) FROM sqlite_schema", nil, nil, nil)
    guard first == SQLITE_OK else {
      let error = DatabaseError(
        resultCode: ResultCode(rawValue: first), message: sqlite3_errmsg(connection).map { String(cString: $0) })
      sqlite3_close_v2(connection)
      throw error
    }
    return connection
  }

  /// The statement, compiled once.
  func statement(_ sql: String) throws -> RawStatement {
    if let known = statements[sql] {
      known.reset()
      return known
    }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(pointer, sql, -1, CUnsignedInt(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: sqlite3_errmsg(pointer).map { String(cString: $0) }, sql: sql)
    }
    statements[sql] = RawStatement(statement)
    return RawStatement(statement)
  }

  /// Lets go of a statement together with the connection.
  func own(_ statement: OpaquePointer) {
    owned.append(statement)
  }

  /// From here on every statement sees the state that the ledger has now.
  /// - Returns: the number of the last event.
  func beginReading() throws -> Int64 {
    try execute("BEGIN")
    let last = try statement("SELECT coalesce(max(seq), 0) FROM audit_event")
    defer { last.reset() }
    return try last.step() ? last.integer(0) : 0
  }

  func endReading() throws {
    try execute("COMMIT")
  }

  private func execute(_ sql: String) throws {
    let code = sqlite3_exec(pointer, sql, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: sqlite3_errmsg(pointer).map { String(cString: $0) })
    }
  }
}
