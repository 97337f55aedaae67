import FoundationEssentials
import Glibc
import Ledger
import Model
import SystemPackage
import TestSupport
import Testing

/// Everything that somebody with a database tool could do to the ledger's file is found and named.
@Suite struct AuditChainTests {
  private let directory: TemporaryDirectory
  private let store: SQLiteRunStore
  private let run: Run
  private var raw: RawDatabase { RawDatabase(directory.ledger) }

  init() async throws {
    directory = try TemporaryDirectory()
    store = try SQLiteRunStore(at: directory.ledger)
    run = try await Sample.ship(into: store)
    try raw.dropTriggers()
  }

  private func problems(against head: AuditHead? = nil) async throws -> [AuditProblem] {
    try await store.audit.verify(against: head).problems
  }

  private var lastSequence: Int64 {
    get throws {
      let text = try #require(try raw.execute("SELECT max(seq) FROM audit_event")[0][0])
      return try #require(Int64(text))
    }
  }

  @Test func `an untouched ledger is intact`() async throws {
    let head = try #require(try await store.audit.head())
    let verification = try await store.audit.verify(against: head)
    #expect(verification.isIntact)
    #expect(verification.problems.isEmpty)
    #expect(verification.head == head)
    #expect(verification.eventCount == Int(head.sequence))
    // The run, a node, an attempt, a build, a scan and a push.
    #expect(verification.rowCount == 6)
    #expect(head.at == Sample.time(30))
  }

  @Test func `an empty ledger is intact and has no head`() async throws {
    let empty = try SQLiteRunStore(at: directory.path.appending("empty.sqlite"))
    let verification = try await empty.audit.verify()
    #expect(verification.isIntact)
    #expect(verification.head == nil)
    #expect(try await empty.audit.head() == nil)
  }

  @Test func `an old head still fits a ledger that has grown`() async throws {
    let head = try await store.audit.head()
    try await Sample.ship("other", into: store)
    #expect(try await problems(against: head).isEmpty)
  }

  @Test(arguments: [
    "at = at + 1", "run = NULL", "kind = 'x'", "subject = 'x'", "payload = '{}'", "payload = payload || ' '",
    "subject = subject || char(0) || 'x'",
  ])
  func `an edited event is found`(_ edit: String) async throws {
    // The payload that is edited is the ledger's own, or else “{}” would change nothing.
    try raw.execute("UPDATE audit_event SET \(edit) WHERE seq = 2")
    let found = try await problems()
    #expect(
      found.contains { problem in
        if case .changed(2, let stored, let computed) = problem { stored != computed.description } else { false }
      }, "\(found)")
  }

  @Test func `an edited event with a hash made anew is found by the one that follows`() async throws {
    let other = String(repeating: "a", count: 64)
    try raw.execute("UPDATE audit_event SET hash = 'sha256:\(other)' WHERE seq = 4")
    let found = try await problems()
    #expect(
      found.contains { problem in
        if case .unlinked(5, _, "sha256:\(other)") = problem { true } else { false }
      })
    // Its content is still what the next one was chained to.
    #expect(
      found.contains { problem in
        if case .rehashed(4, "sha256:\(other)", _) = problem { true } else { false }
      })
  }

  @Test func `a deleted event is found`() async throws {
    try raw.execute("DELETE FROM audit_event WHERE seq = 3")
    let found = try await problems()
    #expect(found.contains(.missing(3...3)))
    #expect(
      found.contains { problem in
        if case .unlinked(4, _, _) = problem { true } else { false }
      })
  }

  @Test func `a deleted event whose gap was closed is found`() async throws {
    try raw.execute(
      "DELETE FROM audit_event WHERE seq = 3; UPDATE audit_event SET seq = -(seq - 1) WHERE seq > 3; "
        + "UPDATE audit_event SET seq = -seq WHERE seq < 0")
    let found = try await problems()
    guard case .unlinked(3, _, _)? = found.first else {
      Issue.record("\(found)")
      return
    }
    // The run's last event had the number after.
    #expect(found.dropFirst() == [.moved(3...(try lastSequence), recordedAs: 4)])
  }

  @Test func `an event that was put in between is found`() async throws {
    try raw.execute(
      "UPDATE audit_event SET seq = -(seq + 1) WHERE seq > 3; UPDATE audit_event SET seq = -seq WHERE seq < 0; "
        + "INSERT INTO audit_event SELECT 4, at, run, 'image.scanned', subject, payload, hash, 'sha256:' || "
        + "substr(hash, 8) FROM audit_event WHERE seq = 3")
    let found = try await problems()
    #expect(
      found.contains { problem in
        if case .changed(4, _, _) = problem { true } else { false }
      })
    #expect(found.contains(.moved(5...(try lastSequence), recordedAs: 4)), "\(found)")
  }

  @Test func `an inserted event is found`() async throws {
    let last = try lastSequence
    try raw.execute(
      """
      INSERT INTO audit_event SELECT \(last + 1), at, run, 'image.scanned', subject, payload, hash, hash
      FROM audit_event WHERE seq = \(last)
      """)
    let found = try await problems()
    #expect(
      found.contains { problem in
        if case .changed(last + 1, _, _) = problem { true } else { false }
      })
  }

  @Test func `two events that changed places are found`() async throws {
    try raw.execute(
      "UPDATE audit_event SET seq = -3 WHERE seq = 3; UPDATE audit_event SET seq = 3 WHERE seq = 4; "
        + "UPDATE audit_event SET seq = 4 WHERE seq = -3")
    let found = try await problems()
    #expect(found.contains(.moved(3...3, recordedAs: 4)))
    #expect(found.contains(.moved(4...4, recordedAs: 3)))
  }

  @Test func `two events far apart that changed places are found`() async throws {
    let last = try lastSequence
    try raw.execute(
      "UPDATE audit_event SET seq = -2 WHERE seq = 2; UPDATE audit_event SET seq = 2 WHERE seq = \(last - 1); "
        + "UPDATE audit_event SET seq = \(last - 1) WHERE seq = -2")
    let found = try await problems()
    #expect(found.contains(.moved(2...2, recordedAs: last - 1)))
    #expect(found.contains(.moved((last - 1)...(last - 1), recordedAs: 2)))
  }

  @Test func `a chain that was cut off is found against a head`() async throws {
    try await store.append(Sample.entry(at: 40, "note"), to: run.id)
    let head = try #require(try await store.audit.head())
    try raw.execute("DELETE FROM audit_event WHERE seq = \(head.sequence)")
    #expect(try await problems(against: head) == [.truncated(last: head.sequence - 1, kept: head)])
    // Nothing in the file itself tells.
    #expect(try await problems().isEmpty)
  }

  @Test func `a ledger that was made anew is found against a head`() async throws {
    let head = try #require(try await store.audit.head())
    let other = try SQLiteRunStore(at: directory.path.appending("anew.sqlite"))
    try await Sample.ship(into: other)
    let verification = try await other.audit.verify(against: head)
    guard case .rewritten(let stored, head)? = verification.problems.first else {
      Issue.record("\(verification.problems)")
      return
    }
    #expect(stored == verification.head?.hash.description)
    #expect(try await other.audit.verify().isIntact)
  }

  @Test(arguments: [
    ("run", "UPDATE run SET actor = 'eve'"),
    ("run", "UPDATE run SET message = 'a message where there was none'"),
    ("node", "UPDATE node SET status = 'SKIPPED'"),
    ("attempt", "UPDATE attempt SET exit_code = 0"),
    ("attempt", "UPDATE attempt SET resolved_spec = '{}'"),
    ("build", "UPDATE build SET archive_size = archive_size + 1"),
    ("build", "UPDATE build_layer SET size = 0 WHERE position = 1"),
    ("build", "DELETE FROM build_reference WHERE position = 1"),
    ("scan", "UPDATE scan SET is_passed = 0"),
    ("scan", "UPDATE scan SET archive_digest = replace(archive_digest, substr(archive_digest, 20, 1), '0')"),
    ("scan", "UPDATE scan_package SET version = '9' WHERE position = 0"),
    ("scan", "DELETE FROM finding WHERE position = 0"),
    ("scan", "UPDATE finding SET severity = 'low', score = 1.0 WHERE position = 0"),
    ("scan", "UPDATE finding SET vulnerability = vulnerability || char(0) || 'x'"),
    ("push", "UPDATE push SET reference = 'registry.example/team/image:2'"),
    ("push", "UPDATE push SET destination = 'the embedded registrx'"),
  ])
  func `an edited row is found`(_ table: String, _ edit: String) async throws {
    try raw.execute(edit)
    let found = try await problems()
    #expect(found.count == 1)
    guard case .rowChanged(table, run.id.description, _, _, let stored, let computed)? = found.first else {
      Issue.record("\(found)")
      return
    }
    #expect(stored != computed)
  }

  @Test(arguments: ["push", "attempt", "node"])
  func `a deleted row is found`(_ table: String) async throws {
    try raw.execute("PRAGMA foreign_keys = OFF; DELETE FROM \(table)")
    #expect(
      try await problems().contains { problem in
        if case .rowMissing(table, run.id.description, _, _) = problem { true } else { false }
      })
  }

  @Test func `an inserted row is found`() async throws {
    try raw.execute(
      "INSERT INTO push SELECT 7, run, step, pushed_at, reference, manifest_digest, read_back_digest, archive_digest, "
        + "destination FROM push")
    #expect(try await problems() == [.rowUnrecorded(table: "push", run: run.id.description, key: "7")])
  }

  @Test func `rows that belong to nothing are found`() async throws {
    try raw.execute(
      "PRAGMA foreign_keys = OFF; INSERT INTO build_layer SELECT 99, position, digest, diff_id, size FROM build_layer")
    #expect(try await problems() == [.orphans(table: "build_layer", count: 2)])
  }

  @Test func `a run that was deleted with everything is found`() async throws {
    try raw.execute("PRAGMA foreign_keys = OFF; DELETE FROM run")
    #expect(
      try await problems().contains { problem in
        if case .rowMissing("run", run.id.description, _, _) = problem { true } else { false }
      })
  }

  @Test func `something else in the place of a hash is reported, not stumbled over`() async throws {
    let last = try lastSequence
    try raw.execute("UPDATE audit_event SET hash = 'nothing' WHERE seq = \(last)")
    let verification = try await store.audit.verify()
    #expect(
      verification.problems.contains { problem in
        if case .changed(last, "nothing", _) = problem { true } else { false }
      })
    #expect(verification.head == nil)
  }

  @Test func `many problems are counted and the first ones listed`() async throws {
    for _ in 0..<60 { try await store.append(Sample.entry(at: 40, "note"), to: run.id) }
    try raw.execute("UPDATE audit_event SET hash = prev_hash, prev_hash = hash")
    let verification = try await store.audit.verify()
    #expect(verification.problems.count == AuditVerification.listed)
    #expect(verification.problemCount > AuditVerification.listed)
  }

  @Test func `every problem is told in words that name the event or the row`() async throws {
    try raw.execute("UPDATE audit_event SET subject = 'x' WHERE seq = 2; UPDATE push SET destination = 'x'")
    let told = try await problems().map(\.description)
    #expect(told.count == 2)
    #expect(told[0].hasPrefix("event 2 was changed: its hash is stored as sha256:"))
    #expect(told[1].hasPrefix("push 1 of run \(run.id) was changed: event "))
  }

  @Test(.enabled(if: Peer.isUsable("sqlite3"), "needs the sqlite3 command"))
  func `an edit with the sqlite3 command is found, and its views can be read with it`() async throws {
    let pushes = try sqlite3("SELECT reference, scanned FROM v_pushes")
    #expect(pushes == "registry.example/team/image:1|passed\n")
    _ = try sqlite3("UPDATE scan SET high = 0")
    #expect(
      try await problems().contains { problem in
        if case .rowChanged("scan", _, _, _, _, _) = problem { true } else { false }
      })
  }

  private func sqlite3(_ sql: String) throws -> String {
    let program = try #require(Peer.path(of: "sqlite3"))
    let output = directory.path.appending("output")
    let command = "'\(program)' '\(directory.ledger)' \"\(sql)\" > '\(output)' 2>&1"
    let status = system(command)
    let text = String(decoding: try Data(contentsOf: URL(filePath: output.string)), as: UTF8.self)
    try #require(status == 0, "\(text)")
    return text
  }
}
