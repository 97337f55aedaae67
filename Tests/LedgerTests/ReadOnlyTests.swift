import Engine
import FoundationEssentials
import Glibc
import Ledger
import Model
import SystemPackage
import Testing

@Suite struct ReadOnlyTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test func `a missing ledger is not made`() throws {
    let path = directory.path.appending("state").appending("slipway.sqlite")
    #expect {
      _ = try SQLiteRunStore(readingFrom: path)
    } throws: { error in
      (error as? LedgerError)?.code == .noLedger
    }
    #expect(try directory.contents().isEmpty)
  }

  @Test func `an empty file is no ledger and stays empty`() throws {
    try Data().write(to: URL(filePath: directory.ledger.string))
    #expect {
      _ = try SQLiteRunStore(readingFrom: directory.ledger)
    } throws: { error in
      (error as? LedgerError)?.code == .noLedger
    }
    #expect(try Data(contentsOf: URL(filePath: directory.ledger.string)).isEmpty)
    #expect(try directory.contents() == ["slipway.sqlite"])
  }

  @Test func `a ledger is read, not written, and nothing is left beside it`() async throws {
    let run = try await Sample.ship(into: SQLiteRunStore(at: directory.ledger))
    #expect(try directory.contents() == ["slipway.sqlite"])
    let before = try Data(contentsOf: URL(filePath: directory.ledger.string))
    do {
      let store = try SQLiteRunStore(readingFrom: directory.ledger)
      #expect(try await store.history(of: run.id).pushes == [Sample.push()])
      #expect(try await store.audit.verify().isIntact)
      await #expect {
        _ = try await store.begin(Sample.draft())
      } throws: { error in
        (error as? LedgerError)?.code == .readOnly
      }
    }
    #expect(try directory.contents() == ["slipway.sqlite"])
    #expect(try Data(contentsOf: URL(filePath: directory.ledger.string)) == before)
  }

  @Test func `a ledger that was closed is one file and takes nothing more`() async throws {
    let store = try SQLiteRunStore(at: directory.ledger)
    let run = try await Sample.ship(into: store)
    #expect(try directory.contents().count > 1)
    try store.close()
    #expect(try directory.contents() == ["slipway.sqlite"])
    await #expect(throws: LedgerError.self) { try await store.append(Sample.entry(at: 50, "late"), to: run.id) }
    await #expect(throws: LedgerError.self) { _ = try await store.run(run.id) }
  }

  @Test func `what is being written is seen at once`() async throws {
    let writer = try SQLiteRunStore(at: directory.ledger)
    let run = try await writer.begin(Sample.draft())
    let reader = try SQLiteRunStore(readingFrom: directory.ledger)
    #expect(try await reader.run(run.id) == run)
    try await writer.append(Sample.entry(at: 1, "a"), to: run.id)
    #expect(try await reader.events(of: run.id).count == 2)
  }

  /// Permissions don't bind root, so this says something only for other users.
  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func `a ledger in a directory that may not be written is read`() async throws {
    let run = try await Sample.ship(into: SQLiteRunStore(at: directory.ledger))
    #expect(chmod(directory.path.string, 0o555) == 0)
    defer { _ = chmod(directory.path.string, 0o755) }
    let store = try SQLiteRunStore(readingFrom: directory.ledger)
    #expect(try await store.run(run.id)?.status == .succeeded)
    #expect(try directory.contents() == ["slipway.sqlite"])
  }
}
