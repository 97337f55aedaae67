import GRDB
import SystemPackage

/// Recognises a ledger and brings it up to date.
struct Migrator: Sendable {
  /// "SLPW" in SQLite's `application_id`: what tells a ledger from other programs' databases.
  static let applicationID = 0x534C_5057

  let migrations: [Migration]

  init(migrations: [Migration] = Migration.all) {
    self.migrations = migrations
  }

  private var latestVersion: Int { migrations.last?.version ?? 0 }

  /// - Returns: the schema's version; 0 for an empty database.
  /// - Throws: ``LedgerError`` with `notALedger` or `newerSchema`. Nothing has been written then.
  @discardableResult
  func check(_ database: Database, at path: FilePath) throws -> Int {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    if application != Self.applicationID {
      let objects = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
      guard application == 0, version == 0, objects == 0 else {
        throw LedgerError(.notALedger, "“\(path)” is not a ledger: it is a database of another program")
      }
    }
    guard version <= latestVersion else {
      throw LedgerError(
        .newerSchema,
        "the ledger “\(path)” was written by a later version of Slipway (its schema has version \(version), "
          + "this program knows \(latestVersion)): use that version")
    }
    return version
  }

  /// For a ledger that is only read: it has to be up to date already.
  func checkIsCurrent(_ database: Database, at path: FilePath) throws {
    let version = try check(database, at: path)
    guard version > 0 else { throw LedgerError(.noLedger, "the ledger “\(path)” is empty: nothing has been run yet") }
    guard version == latestVersion else {
      throw LedgerError(
        .olderSchema,
        "the ledger “\(path)” was written by an earlier version of Slipway: the next run brings it up to date")
    }
  }

  /// Applies what is missing, each step in a transaction of its own.
  func migrate(_ database: Database, at path: FilePath) throws {
    guard try check(database, at: path) < latestVersion else { return }
    for migration in migrations {
      try database.inTransaction(.immediate) {
        // Asked again now that nobody else can write: another process may have been faster.
        guard try check(database, at: path) < migration.version else { return .commit }
        try database.execute(sql: migration.sql)
        try database.execute(
          sql: "PRAGMA application_id = \(Self.applicationID); PRAGMA user_version = \(migration.version)")
        return .commit
      }
    }
  }
}
