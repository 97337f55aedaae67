import Engine
import FoundationEssentials
import Glibc
import Model
import SystemPackage
import TestSupport
import Testing

@testable import Ledger

/// Ledgers that earlier versions of the schema hold, as SQL that the sqlite3 program wrote: `Fixtures/version-N.sql`.
///
/// Whoever adds a migration records what its version holds: RECORD_SNAPSHOTS=1. The files of earlier versions never change.
@Suite struct EarlierVersionTests {
  private let directory: TemporaryDirectory
  private var raw: RawDatabase { RawDatabase(directory.ledger) }

  init() throws {
    directory = try TemporaryDirectory()
  }

  static let versions = Array(1...Migration.all.count)
  private static let identifier = "01KJVA8R7ANCHN7T6E3D0Z5YQG"

  private static func fixture(_ version: Int) -> FilePath {
    FilePath(#filePath).removingLastComponent().appending("Fixtures").appending("version-\(version).sql")
  }

  private static let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil

  @Test(.enabled(if: isRecording, "records the latest version's fixture"))
  func `the latest version is recorded`() async throws {
    let store = try SQLiteRunStore(at: directory.ledger)
    try await Sample.ship(into: store, id: ULID(Self.identifier))
    try store.close()
    let program = try #require(Peer.path(of: "sqlite3"))
    let file = Self.fixture(Migration.all.count)
    try file.write(
      "PRAGMA application_id = \(Migrator.applicationID);\nPRAGMA user_version = \(Migration.all.count);\n")
    #expect(system("'\(program)' '\(directory.ledger)' .dump >> '\(file)'") == 0)
  }

  @Test(.enabled(if: !isRecording), arguments: versions)
  func `a ledger of every version opens, is complete and intact`(_ version: Int) async throws {
    try raw.execute(try Self.fixture(version).readText())
    let store = try SQLiteRunStore(at: directory.ledger)
    #expect(try raw.execute("PRAGMA user_version") == [[String(Migration.all.count)]])
    let verification = try await store.audit.verify()
    #expect(verification.isIntact, "\(verification.problems)")
    let history = try await store.history(of: ULID(Self.identifier))
    #expect(history.run.status == .succeeded)
    #expect(history.scans == [Sample.scan()])
    #expect(history.pushes == [Sample.push()])
    #expect(history.builds.map(\.layers) == [Sample.build().layers])
    // Events that were there before the index of digests came are in it.
    let traces = try await store.trace(Sample.digest("image manifest").hex)
    #expect(traces.flatMap(\.events).map(\.kind) == ["image.built", "image.scanned", "image.pushed"])
    // And the ledger goes on.
    try await Sample.ship("other", into: store, at: 100)
    #expect(try await store.audit.verify().isIntact)
  }

  @Test(.enabled(if: !isRecording), arguments: versions)
  func `a migration that is out there never changes`(_ version: Int) throws {
    let schema = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
    let made = directory.path.appending("made.sqlite")
    let migrations = Array(Migration.all.prefix(version))
    try LedgerDatabase(at: made, migrator: Migrator(migrations: migrations)).close()
    try raw.execute(try Self.fixture(version).readText())
    #expect(try raw.execute(schema) == RawDatabase(made).execute(schema))
  }
}
