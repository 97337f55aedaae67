import GRDB
import GRDBSQLite
package import Model

/// A user's own SELECT over the ledger.
///
/// It runs on a connection that can't write, under an authorizer that lets it read and nothing else, and for a limited time.
package struct LedgerQuery {
  package enum Failure: Error, Hashable {
    /// SQLite doesn't understand it, or knows no such table: its own words.
    case malformed(String)
    /// It does something else than reading.
    case forbidden(String)
    case outOfTime
  }

  package let columns: [String]
  private let connection: RawConnection
  private let statement: RawStatement
  private let guardian: Guardian

  /// What SQLite asks while the statement is compiled and run.
  private final class Guardian: @unchecked Sendable {
    // Unchecked: SQLite calls back in the task that uses the connection.
    var refusal: String?
    let deadline: ContinuousClock.Instant

    init(deadline: ContinuousClock.Instant) { self.deadline = deadline }
  }

  /// - Throws: ``LedgerQuery/Failure``.
  init(_ sql: String, on connection: RawConnection, limit: Duration) throws {
    let guardian = Guardian(deadline: ContinuousClock.now.advanced(by: limit))
    let context = Unmanaged.passUnretained(guardian).toOpaque()
    sqlite3_set_authorizer(
      connection.pointer,
      { context, action, first, second, _, _ in
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_FUNCTION:
          // The second argument is the function's name.
          guard let second, String(cString: second).lowercased() == "load_extension" else { return SQLITE_OK }
        default: break
        }
        guard let context else { return SQLITE_DENY }
        let guardian = Unmanaged<Guardian>.fromOpaque(context).takeUnretainedValue()
        if guardian.refusal == nil { guardian.refusal = LedgerQuery.name(of: action, first) }
        return SQLITE_DENY
      }, context)
    // Every some thousand steps of SQLite's machine.
    sqlite3_progress_handler(
      connection.pointer, 4000,
      { context in
        guard let context else { return 1 }
        let guardian = Unmanaged<Guardian>.fromOpaque(context).takeUnretainedValue()
        return ContinuousClock.now < guardian.deadline ? 0 : 1
      }, context)
    var pointer: OpaquePointer?
    var rest = ""
    let code = sql.withCString { text -> CInt in
      var end: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(connection.pointer, text, -1, 0, &pointer, &end)
      if let end { rest = String(cString: end) }
      return code
    }
    if let refusal = guardian.refusal { throw Failure.forbidden(refusal) }
    if code == SQLITE_INTERRUPT { throw Failure.outOfTime }
    guard code == SQLITE_OK else {
      throw Failure.malformed(sqlite3_errmsg(connection.pointer).map { String(cString: $0) } ?? "error \(code)")
    }
    guard let pointer else { throw Failure.malformed("there is no statement") }
    connection.own(pointer)
    guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
      throw Failure.malformed("there is more than one statement: \(rest.prefix(40))")
    }
    self.connection = connection
    self.guardian = guardian
    statement = RawStatement(pointer)
    columns = (0..<statement.columnCount).map(statement.name)
  }

  /// Hands out the rows one by one, until there are no more or `body` returns false.
  /// - Throws: ``LedgerQuery/Failure``, or what `body` throws.
  package func run(_ body: ([Value]) throws -> Bool) throws {
    while true {
      do {
        guard try statement.step() else { return }
      } catch let error as DatabaseError {
        throw error.resultCode == .SQLITE_INTERRUPT ? Failure.outOfTime : Failure.malformed(error.message ?? "\(error)")
      }
      let row = columns.indices.map { index -> Value in
        switch statement.type(of: index) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(Int(statement.integer(index)))
        case SQLITE_FLOAT: .double(statement.double(index))
        default: .string(statement.text(index))
        }
      }
      guard try body(row) else {
        statement.reset()
        return
      }
    }
  }

  private static func name(of action: CInt, _ subject: UnsafePointer<CChar>?) -> String {
    let names: [CInt: String] = [
      SQLITE_INSERT: "INSERT", SQLITE_UPDATE: "UPDATE", SQLITE_DELETE: "DELETE", SQLITE_PRAGMA: "PRAGMA",
      SQLITE_ATTACH: "ATTACH", SQLITE_DETACH: "DETACH", SQLITE_TRANSACTION: "a transaction",
      SQLITE_SAVEPOINT: "SAVEPOINT",
      SQLITE_ANALYZE: "ANALYZE", SQLITE_REINDEX: "REINDEX", SQLITE_ALTER_TABLE: "ALTER TABLE",
      SQLITE_FUNCTION: "load_extension",
    ]
    let object = subject.map { " " + String(cString: $0) } ?? ""
    return names[action].map { $0 == "INSERT" || $0 == "PRAGMA" ? $0 + object : $0 } ?? "a change of the schema"
  }
}

extension SQLiteRunStore {
  /// Compiles a user's SELECT.
  /// - Parameter limit: how long it may take from now on.
  /// - Throws: ``LedgerQuery/Failure``, or ``LedgerError`` when the ledger can't be read.
  package func query(_ sql: String, limit: Duration) throws -> LedgerQuery {
    do {
      return try LedgerQuery(sql, on: try database.openForReading(), limit: limit)
    } catch let failure as LedgerQuery.Failure {
      throw failure
    } catch {
      throw LedgerError(error, at: database.path)
    }
  }
}
