import GRDB
import Glibc
import OCI
import SystemPackage

/// The database file: how it is opened, read and written.
///
/// Nothing here stops when the task that asks is cancelled: what a cancelled run did has to be recorded like anything else.
struct LedgerDatabase: Sendable {
  /// How long another process's transaction is waited for, in seconds.
  private static let patience = 10.0

  let path: FilePath
  /// Nil when opened for reading only.
  private let writer: DatabasePool?
  private let reader: any DatabaseReader

  /// Opens the ledger for reading and writing, and makes it and the directories above it if they are missing.
  init(at path: FilePath, migrator: Migrator = Migrator()) throws(LedgerError) {
    self.path = path
    do {
      try path.removingLastComponent().createDirectories()
      let pool = try Self.openPool(at: path, migrator: migrator)
      try pool.writeWithoutTransaction { try migrator.migrate($0, at: path) }
      writer = pool
      reader = pool
    } catch {
      throw LedgerError(error, at: path)
    }
  }

  /// Opens the ledger for reading only. Nothing is ever created or changed.
  init(readingFrom path: FilePath, migrator: Migrator = Migrator()) throws(LedgerError) {
    self.path = path
    writer = nil
    guard path.withPlatformString({ access($0, F_OK) }) == 0 else {
      throw LedgerError(.noLedger, "there is no ledger at “\(path)”: nothing has been run here yet")
    }
    do {
      let queue = try Self.openForReading(path)
      try queue.read { try migrator.checkIsCurrent($0, at: path) }
      reader = queue
    } catch {
      throw LedgerError(error, at: path)
    }
  }

  /// Waits for what is under way and closes the file.
  func close() throws(LedgerError) {
    do { try reader.close() } catch { throw LedgerError(error, at: path) }
  }

  /// Runs `body` on one unchanging state of the ledger, beside writers.
  func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(LedgerError) -> T {
    let result: Result<T, any Error> = await withCheckedContinuation { continuation in
      reader.asyncRead { database in
        continuation.resume(returning: Result { try body(database.get()) })
      }
    }
    do { return try result.get() } catch { throw LedgerError(error, at: path) }
  }

  /// Runs `body` in a transaction that holds the write lock from its first statement, so that what it reads is still true
  /// when it writes, whichever process else is at work.
  ///
  /// With `synchronous=NORMAL` a commit in WAL mode is written but not synced: it survives the process, and a power cut
  /// may take back the newest ones. `FULL` syncs the write-ahead log, and with it every commit before, before the commit
  /// returns. The setting can't change inside a transaction.
  func write<T: Sendable>(
    isDurable: Bool = false, _ body: @escaping @Sendable (Database) throws -> T
  ) async throws(LedgerError) -> T {
    guard let writer else {
      throw LedgerError(.readOnly, "the ledger “\(path)” was opened for reading only")
    }
    let result: Result<T, any Error> = await withCheckedContinuation { continuation in
      writer.asyncWriteWithoutTransaction { database in
        continuation.resume(
          returning: Result {
            guard isDurable else { return try Self.transact(database, body) }
            try database.execute(sql: "PRAGMA synchronous = FULL")
            let value = Result { try Self.transact(database, body) }
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            return try value.get()
          })
      }
    }
    do { return try result.get() } catch { throw LedgerError(error, at: path) }
  }

  private static func transact<T>(_ database: Database, _ body: (Database) throws -> T) throws -> T {
    var value: T?
    try database.inTransaction(.immediate) {
      value = try body(database)
      return .commit
    }
    guard let value else { preconditionFailure("a transaction ended well without its value") }
    return value
  }

  private static func openPool(at path: FilePath, migrator: Migrator) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    // Before the journal mode is set, so that another program's database stays as it is.
    configuration.prepareDatabase { try migrator.check($0, at: path) }
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: .seconds(patience))
    while true {
      do {
        return try DatabasePool(path: path.string, configuration: configuration)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && clock.now < deadline {
        // SQLite doesn't wait when two processes set the journal mode of a new file at once, so that is waited for here.
        usleep(5000)
      }
    }
  }

  private static func openForReading(_ path: FilePath) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    let isWritable =
      path.withPlatformString { access($0, W_OK) } == 0
      && path.removingLastComponent().orCurrentDirectory.withPlatformString { access($0, W_OK) } == 0
    if isWritable {
      // A connection that may not write leaves `-wal` and `-shm` behind, since only one that may can remove them.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1") }
      return try DatabaseQueue(path: path.string, configuration: configuration)
    }
    configuration.readonly = true
    do {
      let queue = try DatabaseQueue(path: path.string, configuration: configuration)
      try queue.read { _ = try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
      return queue
    } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
      // In a directory that may not be written, WAL mode needs the files that a writer would have made. Where none are,
      // nobody is writing, and the file can be taken as it stands.
      guard FilePath(path.string + "-wal").withPlatformString({ access($0, F_OK) }) != 0 else { throw error }
      return try DatabaseQueue(path: immutableURI(of: path), configuration: configuration)
    }
  }

  private static func immutableURI(of path: FilePath) -> String {
    let escaped = path.string.utf8.map { byte -> String in
      switch byte {
      case UInt8(ascii: "%"): "%25"
      case UInt8(ascii: "?"): "%3f"
      case UInt8(ascii: "#"): "%23"
      default: String(decoding: [byte], as: UTF8.self)
      }
    }
    return "file:" + escaped.joined() + "?immutable=1"
  }
}

extension FilePath {
  fileprivate var orCurrentDirectory: FilePath { isEmpty ? "." : self }
}
