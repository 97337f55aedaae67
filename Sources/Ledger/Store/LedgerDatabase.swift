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
    // As statements that are kept: the library's own transactions are parsed anew each time.
    try database.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
    do {
      let value = try body(database)
      try database.cachedStatement(sql: "COMMIT").execute()
      return value
    } catch {
      // SQLite itself has rolled back after some errors, such as a full disk.
      if database.isInsideTransaction { try database.rollback() }
      throw error
    }
  }

  /// A connection of its own for one long reading.
  func openForReading() throws -> RawConnection {
    try RawConnection(readingFrom: path, patience: Self.patience)
  }

  private static func openPool(at path: FilePath, migrator: Migrator) throws -> DatabasePool {
    try create(at: path, migrator: migrator)
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    // Before the journal mode is set, so that another program's database stays as it is.
    configuration.prepareDatabase {
      try migrator.check($0, at: path)
      // Moving pages back from the log syncs it, which a run should not wait for: within 32 MiB it is left to the last one that closes the
      // ledger.
      try $0.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
    }
    return try DatabasePool(path: path.string, configuration: configuration)
  }

  /// Makes the ledger if there is none, whole and in WAL mode from the moment that others can see it.
  ///
  /// SQLite can't let two processes set the journal mode of one new file at once: it fails in one of them without waiting.
  /// So a new ledger is made under another name and then linked to its own, which only one process succeeds in; the others
  /// find a file whose mode is set.
  private static func create(at path: FilePath, migrator: Migrator) throws {
    guard path.withPlatformString({ access($0, F_OK) }) != 0 else { return }
    let new = FilePath(path.string + ".new-" + String(UInt64.random(in: .min ... .max), radix: 36))
    defer { for suffix in ["", "-wal", "-shm"] { unlink(new.string + suffix) } }
    let pool = try DatabasePool(path: new.string)
    try pool.writeWithoutTransaction { try migrator.migrate($0, at: path) }
    // The last one to close it writes the log back and leaves a single file.
    try pool.close()
    guard link(new.string, path.string) != 0, errno != EEXIST else { return }
    // Where files can have no second name, the new one is moved; between the look and the move another process may be faster,
    // and what it has made by then is as empty as this one.
    guard path.withPlatformString({ access($0, F_OK) }) != 0, rename(new.string, path.string) != 0 else { return }
    throw LedgerError(.inputOutput, "the ledger “\(path)” cannot be made: \(Errno(rawValue: errno))")
  }

  private static func openForReading(_ path: FilePath) throws -> DatabaseQueue {
    let place = ReadingPlace(of: path)
    do {
      return try openForReading(place)
    } catch let error as DatabaseError {
      guard let still = place.fallback(after: error) else { throw error }
      return try openForReading(still)
    }
  }

  private static func openForReading(_ place: ReadingPlace) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    if place.isWritable {
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1") }
    } else {
      configuration.readonly = true
    }
    let queue = try DatabaseQueue(path: place.name, configuration: configuration)
    try queue.read { _ = try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
    return queue
  }
}
