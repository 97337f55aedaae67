import Engine
import Ledger
import Model
import Testing

@Suite struct SelectorTests {
  private let directory: TemporaryDirectory
  private let store: SQLiteRunStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SQLiteRunStore(at: directory.ledger)
  }

  private func begin(_ pipeline: String, _ id: String, at seconds: Int64) async throws -> Run {
    try await store.begin(Sample.draft(pipeline, id: ULID(id), at: seconds))
  }

  private func error(_ selector: String) async -> LedgerError? {
    do {
      _ = try await store.resolve(selector)
      return nil
    } catch {
      return error as? LedgerError
    }
  }

  @Test func `a run is named by identifier, prefix, number or last`() async throws {
    let one = try await begin("seed", "01ARZ3NDEKTSV4RRFFQ69G5FAV", at: 1)
    let two = try await begin("seed", "01BRZ3NDEKTSV4RRFFQ69G5FAV", at: 2)
    for selector in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav", "01A", "seed#1"] {
      #expect(try await store.resolve(selector) == one, "\(selector)")
    }
    for selector in ["last", "seed#2", "01b"] {
      #expect(try await store.resolve(selector) == two, "\(selector)")
    }
  }

  @Test func `a prefix of several runs lists them`() async throws {
    let one = try await begin("seed", "01ARZ3NDEKTSV4RRFFQ69G5FAV", at: 1)
    let two = try await begin("seed", "01BRZ3NDEKTSV4RRFFQ69G5FAV", at: 2)
    let error = try #require(await error("01"))
    #expect(error.code == .ambiguous)
    for run in [one, two] { #expect(error.message.contains("\(run.id)  seed#\(run.sequenceID)  RUNNING")) }
  }

  @Test func `a run that is not there is told with what is there`() async throws {
    #expect(await error("last")?.message == "nothing has been run yet")
    #expect(await error("seed#1")?.message == "the pipeline “seed” has not been run yet")
    _ = try await begin("seed", "01ARZ3NDEKTSV4RRFFQ69G5FAV", at: 1)
    #expect(await error("seed#7")?.message == "there is no run seed#7: the latest is seed#1")
    #expect(await error("7Z")?.code == .noSuchRun)
  }

  @Test(arguments: ["", "seed#", "#1", "seed#0", "seed#x", "not-a-ulid", "01ARZ3NDEKTSV4RRFFQ69G5FAVX", "%"])
  func `what can name no run is refused`(_ selector: String) async {
    #expect(await error(selector)?.code == .malformedSelector)
  }

  @Test func `the audit log is filtered`() async throws {
    let one = try await Sample.ship("one", into: store)
    let two = try await Sample.ship("two", into: store, at: 100)
    func kinds(_ filter: AuditFilter) async throws -> [String] { try await store.auditLog(filter).map(\.kind) }

    #expect(try await kinds(AuditFilter(kind: "image.*")).count == 6)
    #expect(
      try await kinds(AuditFilter(run: two.id, kind: "image.*")) == ["image.built", "image.scanned", "image.pushed"])
    #expect(try await kinds(AuditFilter(kind: "image.pushed", until: Sample.time(50))).count == 1)
    #expect(try await kinds(AuditFilter(kind: "run.started", since: Sample.time(100))).count == 1)
    #expect(
      try await kinds(AuditFilter(subject: Sample.digest("one manifest").description)) == [
        "image.built", "image.pushed",
      ])
    let newest = try await store.auditLog(AuditFilter(limit: 2))
    #expect(newest.map(\.kind) == ["run.finished", "ledger.recorded"])
    #expect(newest.allSatisfy { $0.computedHash == $0.hash })
    #expect(try await kinds(AuditFilter(run: one.id, limit: 0)).isEmpty)
  }
}
