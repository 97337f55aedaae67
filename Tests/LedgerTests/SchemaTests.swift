import Engine
import FoundationEssentials
import Model
import SystemPackage
import TestSupport
import Testing

@testable import Ledger

@Suite struct SchemaTests {
  private let directory: TemporaryDirectory
  private var raw: RawDatabase { RawDatabase(directory.ledger) }

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test func `an empty directory gets a ledger of the latest version`() async throws {
    let path = directory.path.appending("state").appending("slipway.sqlite")
    let store = try SQLiteRunStore(at: path)
    #expect(try await store.runs(.init()).isEmpty)
    let raw = RawDatabase(path)
    #expect(try raw.execute("PRAGMA user_version") == [[String(Migration.all.count)]])
    #expect(try raw.execute("PRAGMA application_id") == [[String(0x534C_5057)]])
    #expect(try raw.execute("PRAGMA journal_mode") == [["wal"]])
    #expect(try raw.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'grdb%'").isEmpty)
  }

  @Test func `every table is strict`() throws {
    _ = try SQLiteRunStore(at: directory.ledger)
    #expect(
      try raw.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict")
        == [["sqlite_schema"]])
  }

  @Test func `a ledger that exists is taken up again`() async throws {
    let run = try await Sample.ship(into: SQLiteRunStore(at: directory.ledger))
    let again = try SQLiteRunStore(at: directory.ledger)
    #expect(try await again.run(run.id)?.status == .succeeded)
    let next = try await again.begin(Sample.draft())
    #expect(next.sequenceID == 2)
    #expect(try await again.audit.verify().isIntact)
  }

  @Test func `a ledger of an earlier version is brought up to date and keeps its rows`() async throws {
    let run = try await Sample.ship(into: SQLiteRunStore(at: directory.ledger))
    let next = Migration.all.count + 1
    let later = Migrator(
      migrations: Migration.all + [
        Migration(version: next, sql: "ALTER TABLE run ADD COLUMN note TEXT; CREATE TABLE extra (id INTEGER) STRICT;")
      ])
    #expect {
      _ = try LedgerDatabase(readingFrom: directory.ledger, migrator: later)
    } throws: {
      ($0 as? LedgerError)?.code == .olderSchema
    }
    let database = try LedgerDatabase(at: directory.ledger, migrator: later)
    #expect(try raw.execute("PRAGMA user_version") == [[String(next)]])
    #expect(try raw.execute("SELECT id, note FROM run") == [[run.id.description, nil]])
    // The digests that were recorded before the column came still hold.
    #expect(try await AuditChain(database: database).verify().isIntact)
  }

  @Test func `a migration that fails leaves the version before`() throws {
    _ = try SQLiteRunStore(at: directory.ledger)
    let broken = Migrator(
      migrations: Migration.all + [
        Migration(version: Migration.all.count + 1, sql: "CREATE TABLE extra (id INTEGER); SELECT nonsense;")
      ])
    #expect(throws: LedgerError.self) { try LedgerDatabase(at: directory.ledger, migrator: broken) }
    #expect(try raw.execute("PRAGMA user_version") == [[String(Migration.all.count)]])
    #expect(try raw.execute("SELECT name FROM sqlite_schema WHERE name = 'extra'").isEmpty)
  }

  @Test(arguments: [true, false])
  func `a ledger of a later version is refused`(_ isReadOnly: Bool) throws {
    _ = try SQLiteRunStore(at: directory.ledger)
    try raw.execute("PRAGMA user_version = 99")
    #expect {
      _ = isReadOnly ? try SQLiteRunStore(readingFrom: directory.ledger) : try SQLiteRunStore(at: directory.ledger)
    } throws: { error in
      let error = error as? LedgerError
      return error?.code == .newerSchema && error?.message.contains(directory.ledger.string) == true
    }
  }

  @Test(arguments: [true, false])
  func `a file that is no database is refused by name`(_ isReadOnly: Bool) throws {
    let text = String(repeating: "This is no database. ", count: 100)
    try Data(text.utf8).write(to: URL(filePath: directory.ledger.string))
    #expect {
      _ = isReadOnly ? try SQLiteRunStore(readingFrom: directory.ledger) : try SQLiteRunStore(at: directory.ledger)
    } throws: { error in
      let error = error as? LedgerError
      return error?.code == .notALedger && error?.message.contains(directory.ledger.string) == true
    }
    #expect(try Data(contentsOf: URL(filePath: directory.ledger.string)) == Data(text.utf8))
  }

  @Test(arguments: [true, false])
  func `another program's database is refused and stays as it is`(_ isReadOnly: Bool) throws {
    try raw.execute("CREATE TABLE theirs (id INTEGER)")
    let before = try Data(contentsOf: URL(filePath: directory.ledger.string))
    #expect {
      _ = isReadOnly ? try SQLiteRunStore(readingFrom: directory.ledger) : try SQLiteRunStore(at: directory.ledger)
    } throws: { error in
      (error as? LedgerError)?.code == .notALedger
    }
    #expect(try Data(contentsOf: URL(filePath: directory.ledger.string)) == before)
    #expect(try directory.contents() == ["slipway.sqlite"])
  }

  @Test func `a damaged ledger is refused by name`() async throws {
    _ = try await Sample.ship(into: SQLiteRunStore(at: directory.ledger))
    try raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    var bytes = try Data(contentsOf: URL(filePath: directory.ledger.string))
    for index in bytes.indices.dropFirst(100) { bytes[index] = 0xAA }
    try bytes.write(to: URL(filePath: directory.ledger.string))
    #expect {
      _ = try SQLiteRunStore(at: directory.ledger)
    } throws: { error in
      let error = error as? LedgerError
      return error?.code == .corrupt && error?.message.contains(directory.ledger.string) == true
    }
  }

  @Test(arguments: [
    "UPDATE audit_event SET subject = 'x' WHERE seq = 1", "DELETE FROM audit_event WHERE seq = 1",
    "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 1",
    "INSERT INTO audit_event SELECT seq + 100, at, run, kind, subject, payload, hash, hash FROM audit_event WHERE seq = 1",
    "INSERT INTO audit_event SELECT (SELECT max(seq) + 1 FROM audit_event), at, run, kind, subject, payload, hash, hash FROM audit_event WHERE seq = 1",
    "UPDATE attempt SET exit_code = 0", "DELETE FROM attempt", "UPDATE run SET actor = 'x'", "DELETE FROM run",
    "UPDATE node SET status = 'FAILED'", "DELETE FROM node", "UPDATE build SET step = 'x'", "DELETE FROM build",
    "UPDATE build_layer SET size = 0", "DELETE FROM build_layer", "UPDATE build_reference SET reference = 'x'",
    "DELETE FROM build_reference", "UPDATE build_base SET digest = 'x'", "DELETE FROM build_base",
    "UPDATE audit_mention SET seq = 0", "DELETE FROM audit_mention", "UPDATE scan SET is_passed = 0",
    "DELETE FROM scan",
    "UPDATE scan_package SET version = 'x'", "DELETE FROM scan_package", "UPDATE finding SET severity = 'low'",
    "DELETE FROM finding", "UPDATE push SET destination = 'x'", "DELETE FROM push",
  ])
  func `history is not written again by`(_ sql: String) async throws {
    let store = try SQLiteRunStore(at: directory.ledger)
    try await Sample.ship(into: store)
    #expect(throws: RawDatabase.Failure.self) { try raw.execute(sql) }
    #expect(try await store.audit.verify().isIntact)
  }

  @Test func `the views show a run as a reader wants it`() async throws {
    try await Sample.ship(into: SQLiteRunStore(at: directory.ledger))
    #expect(
      try raw.execute("SELECT run, status, started, finished, seconds, actor, branch FROM v_runs") == [
        [
          "seed#1", "SUCCEEDED", "2026-03-01T09:30:00.250Z", "2026-03-01T09:30:30.250Z", "30.0", "zoe", "main",
        ]
      ])
    #expect(
      try raw.execute("SELECT run, path, attempt, attempt_status, seconds, exit_code FROM v_steps") == [
        ["seed#1", "stages.ship.steps.build", "1", "SUCCEEDED", "4.0", "1"]
      ])
    let manifest = Sample.digest("image manifest").description
    #expect(
      try raw.execute("SELECT names, manifest_digest, archive_path, layer_bytes, run FROM v_images") == [
        ["registry.example/team/image:1 registry.example/team/image:latest", manifest, "image.tar", "2000", "seed#1"]
      ])
    #expect(
      try raw.execute("SELECT severity, vulnerability, package, fixed_version, score FROM v_findings") == [
        ["high", "CVE-2023-0464", "openssl", "1.1.1n-0+deb11u5", "7.5"],
        ["unknown", "PYSEC-2018-1", "flask", nil, nil],
      ])
    #expect(
      try raw.execute("SELECT pushed, reference, manifest_digest, scanned, read_back, run, actor FROM v_pushes") == [
        [
          "2026-03-01T09:30:20.250Z", "registry.example/team/image:1", manifest, "passed", "yes", "seed#1", "zoe",
        ]
      ])
  }

  @Test(arguments: ["v_runs", "v_steps", "v_images", "v_findings", "v_pushes"])
  func `an empty ledger has empty views`(_ view: String) throws {
    _ = try SQLiteRunStore(at: directory.ledger)
    #expect(try raw.execute("SELECT * FROM \(view)").isEmpty)
  }
}
