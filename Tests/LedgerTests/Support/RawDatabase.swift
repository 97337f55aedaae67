import Glibc
import SystemPackage

/// A plain SQLite connection, as somebody has who goes behind the ledger's back.
struct RawDatabase {
  struct Failure: Error {
    let message: String
  }

  private typealias Open = @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>) -> CInt
  private typealias Execute =
    @convention(c) (
      OpaquePointer?, UnsafePointer<CChar>, Callback?, UnsafeMutableRawPointer?,
      UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> CInt
  private typealias Callback =
    @convention(c) (
      UnsafeMutableRawPointer?, CInt, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
      UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> CInt
  private typealias Close = @convention(c) (OpaquePointer?) -> CInt

  let path: FilePath

  init(_ path: FilePath) {
    self.path = path
  }

  /// Runs the statements and returns the rows, each with its values as text.
  @discardableResult
  func execute(_ sql: String) throws -> [[String?]] {
    let open: Open = try Self.symbol("sqlite3_open")
    let execute: Execute = try Self.symbol("sqlite3_exec")
    let close: Close = try Self.symbol("sqlite3_close")
    var connection: OpaquePointer?
    guard open(path.string, &connection) == 0 else { throw Failure(message: "cannot open \(path)") }
    defer { _ = close(connection) }
    let rows = Rows()
    var message: UnsafeMutablePointer<CChar>?
    let code = execute(
      connection, "PRAGMA busy_timeout = 10000; " + sql,
      { context, count, values, _ in
        guard let context, let values else { return 0 }
        let row = (0..<Int(count)).map { values[$0].map { String(cString: $0) } }
        Unmanaged<Rows>.fromOpaque(context).takeUnretainedValue().all.append(row)
        return 0
      }, Unmanaged.passUnretained(rows).toOpaque(), &message)
    guard code == 0 else { throw Failure(message: message.map { String(cString: $0) } ?? "error \(code)") }
    return Array(rows.all.dropFirst())
  }

  /// Takes away the ledger's triggers, as anybody can who may write the file.
  func dropTriggers() throws {
    let names = try execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").compactMap { $0[0] }
    try execute(names.map { "DROP TRIGGER \($0);" }.joined())
  }

  private final class Rows {
    var all: [[String?]] = []
  }

  /// SQLite is in this process already, with the ledger.
  private static func symbol<Function>(_ name: String) throws -> Function {
    guard let address = dlsym(nil, name) else { throw Failure(message: "no \(name) in this process") }
    return unsafeBitCast(address, to: Function.self)
  }
}
