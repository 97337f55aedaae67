import GRDB
import GRDBSQLite

/// A prepared statement, read column by column as SQLite hands the bytes out: for what reads millions of rows, where making a
/// value of each column costs more than the work itself.
struct RawStatement {
  let pointer: OpaquePointer

  /// A statement that GRDB keeps, for use within the database access that it was got in.
  init(_ statement: Statement) {
    pointer = statement.sqliteStatement
  }

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
  }

  /// SQLite copies the text.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// Makes the statement ready to run again with these arguments.
  func bind(_ arguments: String...) throws {
    sqlite3_reset(pointer)
    for (index, argument) in arguments.enumerated() {
      var argument = argument
      let code = argument.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          sqlite3_bind_text(pointer, CInt(index + 1), $0.baseAddress, CInt($0.count), Self.transient)
        }
      }
      guard code == SQLITE_OK else { throw error(code) }
    }
  }

  func bind(_ number: Int64) throws {
    sqlite3_reset(pointer)
    let code = sqlite3_bind_int64(pointer, 1, number)
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// - Returns: false after the last row.
  func step() throws -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      // Lets go of what the statement holds, as a reader would otherwise do for as long as the statement is kept.
      sqlite3_reset(pointer)
      return false
    case let code: throw error(code)
    }
  }

  /// Ends a run before its last row.
  func reset() {
    sqlite3_reset(pointer)
  }

  var columnCount: Int { Int(sqlite3_column_count(pointer)) }

  func name(of column: Int) -> String {
    sqlite3_column_name(pointer, CInt(column)).map { String(cString: $0) } ?? ""
  }

  func type(of column: Int) -> CInt { sqlite3_column_type(pointer, CInt(column)) }

  func isNull(_ column: Int) -> Bool { type(of: column) == SQLITE_NULL }

  func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, CInt(column)) }

  func double(_ column: Int) -> Double { sqlite3_column_double(pointer, CInt(column)) }

  /// The column's value as text, whatever it holds, up to a NUL and beyond. Valid until the next step.
  func bytes(_ column: Int) -> UnsafeRawBufferPointer {
    guard let start = sqlite3_column_blob(pointer, CInt(column)) else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, CInt(column))))
  }

  func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

  private func error(_ code: CInt) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code),
      message: sqlite3_db_handle(pointer).flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) })
  }
}

extension CanonicalBytes {
  /// The column's value as SQLite shows it as text; nothing when it is NULL.
  mutating func append(_ statement: RawStatement, column: Int) {
    if statement.type(of: column) == SQLITE_INTEGER {
      append(statement.integer(column))
    } else {
      append(statement.bytes(column))
    }
  }
}
