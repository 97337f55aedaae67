import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// What an auditor does with the built program, and what an intruder does with sqlite3.
@Suite(.enabled(if: Peer.isUsable("sqlite3"), "needs the sqlite3 command"))
struct AuditProgramTests {
  private func withRun(_ body: (SlipwayProgram, FilePath) async throws -> Void) async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.echoPipeline)
      try #require(run.code == 0, "\(run.everything)")
      try await body(slipway, directory)
    }
  }

  private static let dropTriggers =
    "DROP TRIGGER audit_event_no_change; DROP TRIGGER audit_event_no_delete; DROP TRIGGER audit_event_follows;"

  static let tamperings: [(String, String, String)] = [
    ("edit", "UPDATE audit_event SET payload = '{}' WHERE seq = 2", "event 2 was changed"),
    ("delete", "DELETE FROM audit_event WHERE seq = 3", "event 3 is missing"),
    (
      "insert",
      "UPDATE audit_event SET seq = -(seq + 1) WHERE seq > 3; UPDATE audit_event SET seq = -seq WHERE seq < 0; "
        + "INSERT INTO audit_event SELECT 4, at, run, 'forged', subject, payload, hash, hash FROM audit_event WHERE seq = 3",
      "event 4 was changed"
    ),
    (
      "swap",
      "UPDATE audit_event SET seq = -3 WHERE seq = 3; UPDATE audit_event SET seq = 3 WHERE seq = 4; "
        + "UPDATE audit_event SET seq = 4 WHERE seq = -3", "event 3 was moved: it was recorded as event 4"
    ),
  ]

  @Test(arguments: tamperings)
  func `an intruder's change is found and named`(_ name: String, _ sql: String, _ says: String) async throws {
    try await withRun { slipway, _ in
      #expect(try await slipway("audit", "verify").code == 0)
      _ = try await slipway.query(Self.dropTriggers + sql)
      let verify = try await slipway("audit", "verify")
      #expect(verify.code == 5)
      #expect(verify.output.contains(says), "\(verify.everything)")
      let doctor = try await slipway("doctor", "--ledger")
      #expect(doctor.code == 5)
      #expect(doctor.output.contains(says), "\(doctor.everything)")
    }
  }

  @Test func `a chain that was cut off is found against a kept checkpoint`() async throws {
    try await withRun { slipway, directory in
      let head = try await slipway("audit", "head")
      #expect(head.code == 0)
      let file = directory.appending("head.note")
      try file.write(head.output)
      #expect(try await slipway("audit", "verify", "--against", file.string).code == 0)
      _ = try await slipway.query(
        Self.dropTriggers + "DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)")
      let cut = try await slipway("audit", "verify", "--against", file.string)
      #expect(cut.code == 5)
      #expect(cut.output.contains("the chain ends with event"), "\(cut.everything)")
    }
  }

  @Test func `a checkpoint is signed with a key that only its owner can read`() async throws {
    try await withRun { slipway, directory in
      let note = try await slipway("audit", "head").output
      let key = try await slipway("audit", "key").output
      let mode = try await slipway.run(["stat", "-c", "%a", slipway.state.appending("audit.key").string])
      #expect(mode.output == "600\n")
      let (file, keyFile) = (directory.appending("head.note"), directory.appending("key"))
      try file.write(note)
      try keyFile.write(key)
      #expect(try await slipway("audit", "verify", "--against", file.string, "--key", keyFile.string).code == 0)
      // One digit of the number changed.
      var lines = note.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      lines[1] += "0"
      try file.write(lines.joined(separator: "\n"))
      let forged = try await slipway("audit", "verify", "--against", file.string)
      #expect(forged.code == 5)
      #expect(forged.talk.contains("altered"), "\(forged.everything)")
      #expect(try await slipway("audit", "verify", "--against", "no-such-file").code == 2)
    }
  }

  @Test func `a blob that was damaged or removed is named`() async throws {
    try await withRun { slipway, _ in
      let sound = try await slipway("doctor", "--ledger")
      #expect(sound.code == 0, "\(sound.everything)")
      let digest = try await slipway.query("SELECT substr(pipeline_digest, 8) FROM run")
      let blob = slipway.state.appending("blobs").appending("sha256").appending(digest)
      try FileManager.default.removeItem(atPath: blob.string)
      let missing = try await slipway("doctor", "--ledger")
      #expect(missing.code == 1)
      #expect(missing.output.contains(digest))
      try blob.write("something else")
      let damaged = try await slipway("doctor", "--ledger")
      #expect(damaged.code == 5)
      #expect(damaged.output.contains(digest))
    }
  }

  @Test func `questions are answered as tables, JSON and CSV`() async throws {
    try await withRun { slipway, _ in
      #expect(try await slipway("audit", "sql", "SELECT count(*) AS n FROM run", "--csv").output == "n\n1\n")
      #expect(try await slipway("audit", "sql", "SELECT 1 AS a", "--json").output == "[\n{\"a\":1}\n]\n")
      let forbidden = try await slipway("audit", "sql", "DELETE FROM run")
      #expect(forbidden.code == 2)
      #expect(forbidden.talk.contains("only reads"), "\(forbidden.everything)")
      #expect(try await slipway("audit", "images", "--json").output == "[]\n")
      let log = try await slipway("audit", "log", "--kind", "run.*", "--csv")
      #expect(log.output.split(separator: "\n").count == 3, "\(log.output)")
      let export = try await slipway("audit", "export")
      #expect(
        String(export.output.split(separator: "\n").count)
          == (try await slipway.query("SELECT count(*) FROM audit_event")))
    }
  }
}
