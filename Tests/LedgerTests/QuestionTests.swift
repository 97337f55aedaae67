import Engine
import Ledger
import Model
import TestSupport
import Testing

/// What is asked of the ledger beside the story of one image.
@Suite struct QuestionTests {
  private let directory: TemporaryDirectory
  private let store: SQLiteRunStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SQLiteRunStore(at: directory.ledger)
  }

  @Test func `images that were pushed without a scan are told from the others`() async throws {
    try await Sample.ship(into: store)
    let run = try await store.begin(Sample.draft(at: 100))
    try await store.append(
      Sample.entry(
        at: 101, "image.built", facts: [.build(Sample.build("other")), .push(Sample.push("other", at: 102))]),
      to: run.id)
    #expect(try await store.images().count == 2)
    let unscanned = try await store.images(unscanned: true, pushed: true)
    #expect(unscanned.map(\.manifestDigest) == [Sample.digest("other manifest")])
    #expect(unscanned.first?.isPassed == nil)
    #expect(try await store.images().last?.isPassed == true)
  }

  @Test func `an image that was scanned only after its push counts as pushed unscanned`() async throws {
    let run = try await store.begin(Sample.draft())
    try await store.append(
      Sample.entry(at: 2, "a", facts: [.build(Sample.build()), .push(Sample.push(at: 2))]), to: run.id)
    try await store.append(Sample.entry(at: 3, "b", facts: [.scan(Sample.scan())]), to: run.id)
    #expect(try await store.images(unscanned: true).map(\.isPushedUnscanned) == [true])
  }

  @Test(arguments: ["registry.example/team/image:1", "image:1", "image", Sample.digest("image manifest").hex])
  func `who pushed is answered`(_ selector: String) async throws {
    try await Sample.ship(into: store)
    let pushes = try await store.pushes(of: selector)
    #expect(pushes.map(\.run.origin.actor) == ["zoe"])
    #expect(pushes.map(\.isNewest) == [true])
  }

  @Test func `a tag that names another image since is not the newest`() async throws {
    try await Sample.ship(into: store)
    let run = try await store.begin(Sample.draft(at: 100))
    let later = PushRecord(
      step: Sample.step, reference: Sample.push().reference, manifestDigest: Sample.digest("new manifest"),
      readBackDigest: Sample.digest("new manifest"), archiveDigest: nil, destination: "r", at: Sample.time(101))
    try await store.append(Sample.entry(at: 101, "image.pushed", facts: [.push(later)]), to: run.id)
    #expect(try await store.pushes(of: "image:1").map(\.isNewest) == [true, false])
    let impact = try #require(try await store.impact(of: "cve-2023-0464").first)
    #expect(impact.pushedAs == ["registry.example/team/image:1"])
    #expect(impact.stillNewestAs.isEmpty)
  }

  @Test(arguments: ["CVE-2023-0464", "DSA-5417-1", "dsa-5417-1"])
  func `a vulnerability is found by its name and its aliases`(_ name: String) async throws {
    let run = try await Sample.ship(into: store)
    let impact = try await store.impact(of: name)
    #expect(impact.map(\.run.id) == [run.id])
    #expect(impact.first?.finding.package.name == "openssl")
    #expect(impact.first?.stillNewestAs == ["registry.example/team/image:1"])
    #expect(try await store.impact(of: "CVE-1").isEmpty)
  }

  @Test func `the log is filtered by pipeline, step, actor and digest`() async throws {
    try await Sample.ship(into: store)
    try await Sample.ship("other", into: store, pipeline: "second", at: 100)
    let store = self.store
    func count(_ filter: AuditFilter) async throws -> Int {
      let events = try await store.auditLog(filter)
      return events.count
    }
    let all = try await count(AuditFilter())
    #expect(try await count(AuditFilter(pipeline: Sample.identifier("second"))) == all / 2)
    #expect(try await count(AuditFilter(actor: "zoe")) == all)
    #expect(try await count(AuditFilter(actor: "nobody")) == 0)
    #expect(try await count(AuditFilter(step: "build")) == 2)
    #expect(try await count(AuditFilter(digest: Sample.digest("other manifest"))) == 3)
    #expect(try await count(AuditFilter(since: Sample.time(100))) == all / 2)
  }

  // MARK: A user's own SELECT

  private func rows(_ sql: String, limit: Duration = .seconds(10)) throws -> [[Value]] {
    var rows = [[Value]]()
    try store.query(sql, limit: limit).run { row in
      rows.append(row)
      return true
    }
    return rows
  }

  @Test func `a SELECT gives its rows`() async throws {
    try await Sample.ship(into: store)
    #expect(try rows("SELECT run, actor, seconds FROM v_runs;") == [["seed#1", "zoe", .double(30)]])
    #expect(
      try rows("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n") == [
        [6]
      ])
    #expect(try store.query("SELECT 1 AS a, NULL AS b", limit: .seconds(1)).columns == ["a", "b"])
  }

  @Test(arguments: [
    "DELETE FROM audit_event", "UPDATE run SET actor = 'x'", "INSERT INTO push DEFAULT VALUES", "DROP TABLE run",
    "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)", "ATTACH 'x' AS y", "PRAGMA query_only = 0",
    "PRAGMA writable_schema = 1", "BEGIN", "VACUUM INTO '/tmp/slipway-copy'", "SELECT load_extension('x')", "ANALYZE",
    "REINDEX",
  ])
  func `nothing but reading is allowed`(_ sql: String) async throws {
    try await Sample.ship(into: store)
    do {
      _ = try rows(sql)
      Issue.record("allowed")
    } catch let failure as LedgerQuery.Failure {
      if case .outOfTime = failure { Issue.record("\(failure)") }
    }
    #expect(try await store.audit.verify().isIntact)
  }

  @Test func `a query without end is stopped`() throws {
    #expect(throws: LedgerQuery.Failure.outOfTime) {
      try rows(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        limit: .milliseconds(50))
    }
  }

  @Test(arguments: ["SELECT", "SELECT 1; SELECT 2", "", "SELECT * FROM nothing"])
  func `what is no single SELECT is explained`(_ sql: String) throws {
    #expect {
      try rows(sql)
    } throws: { error in
      if case .malformed(let message)? = error as? LedgerQuery.Failure { !message.isEmpty } else { false }
    }
  }
}
