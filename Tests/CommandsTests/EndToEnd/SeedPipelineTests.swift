import Model
import SystemPackage
import TestSupport
import Testing

/// The main job, run as a user runs it: the built program, a real build, a real scan, a real registry.
@Suite(.enabled(if: Peer.isUsable("busybox"), "the demo's base image is made of Debian's busybox-static"))
struct SeedPipelineTests {
  @Test func `the image that was built is scanned, pushed and traced`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.seedPipeline)
      #expect(run.code == 0, "\(run.everything)")
      let digest = try #require(run.output.firstDigest)
      #expect(run.output.contains("123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-1@" + digest))

      let show = try await slipway("show", "last")
      #expect(show.code == 0)
      for step in ["BuildOnly", "AquaTrivy_1", "push_only"] { #expect(show.output.contains(step)) }
      #expect(try await slipway("runs").output.contains("build_scan_push#1"))
      #expect(try await slipway("logs", "last", "BuildOnly").output.contains("Built " + digest))

      let trace = try await slipway("audit", "trace", digest)
      #expect(trace.code == 0)
      #expect(
        try #require(trace.output.split(separator: "\n").first).contains("yes, the pushed image is the scanned one"))
      #expect(trace.output.contains("image.pushed"))
      #expect(try await slipway("audit", "verify").code == 0)
      #expect(try await slipway("findings", "last", "--json").output.contains("CVE-2019-10906"))
    }
  }

  @Test(.enabled(if: Peer.isUsable("sqlite3"), "sqlite3 reads the ledger"))
  func `the ledger holds the run for people who query it`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.seedPipeline)
      let digest = try #require(run.output.firstDigest)
      let pushed = try await slipway.query("select manifest_digest from push")
      #expect(pushed == digest)
      let archives = try await slipway.query(
        "select count(distinct archive_digest) from (select archive_digest from scan union all select archive_digest from push)"
      )
      #expect(archives == "1")
      #expect(try await slipway.query("select count(*) from attempt where status = 'SUCCEEDED'") == "3")
    }
  }

  @Test(.enabled(if: Peer.isUsable("sqlite3"), "sqlite3 makes the change"))
  func `one changed byte of the audit trail is found and named`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.echoPipeline)
      #expect(run.code == 0, "\(run.everything)")
      let triggers = try await slipway.query(
        "select 'drop trigger ' || name || ';' from sqlite_master where type = 'trigger' and tbl_name = 'audit_event'")
      _ = try await slipway.query(
        triggers
          + "update audit_event set subject = replace(subject, 'second', 'sacond') where seq = (select min(seq) from audit_event where subject like '%second');"
      )
      let changed = try await slipway.query("select seq from audit_event where subject like '%sacond'")
      let verification = try await slipway("audit", "verify")
      #expect(verification.code == 5)
      #expect(verification.everything.contains("event \(changed)"), "\(verification.everything)")
    }
  }

  @Test func `two runs of one commit make the same image under two tags`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let first = try await slipway("run", SlipwayProgram.seedPipeline)
      let second = try await slipway("run", SlipwayProgram.seedPipeline)
      #expect(first.output.firstDigest != nil)
      #expect(first.output.firstDigest == second.output.firstDigest)
      #expect(first.output.contains(":new-1@"))
      #expect(second.output.contains(":new-2@"))
    }
  }

  @Test func `an archive that is altered after its scan is refused`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.tamperedPipeline)
      #expect(run.code == 4)
      #expect(run.everything.contains("not the archive that was scanned"))
      #expect(run.everything.matches(of: /(expected|found) +sha256:[0-9a-f]{64}/).count >= 2)
      #expect(try await slipway("registry", "list", "--json").output.contains("tampered-image") == false)
      #expect(
        try await slipway("audit", "log", "--kind", "custody.refused", "--json").output.contains("changedAfterScan"))
    }
  }

  @Test func `a replay runs only what had not succeeded, and pushes the same image`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let failed = try await slipway("run", SlipwayProgram.seedPipeline, "--outcome", "push_only=fail")
      #expect(failed.code == 1)
      let built = try #require(
        try await slipway("logs", "last", "BuildOnly").output.firstMatch(of: /Built (sha256:[0-9a-f]{64})/)?.1)
      let replay = try await slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(replay.output.firstDigest == String(built))
      // One attempt of its own: the other steps were taken over.
      #expect(try await slipway("logs", "last").talk.matches(of: /===/).count == 1)
      #expect(try await slipway("show", "last").output.contains("taken over"))
      #expect(try await slipway("replay", "last").code == 2)
    }
  }

  @Test(.enabled(if: Peer.isUsable("skopeo"), "skopeo judges what was pushed and the archive"))
  func `skopeo sees the same image in the registry and in the archive`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.seedPipeline)
      let digest = try #require(run.output.firstDigest)
      let archive = try #require(
        try await slipway.run(["find", slipway.state.string, "-name", "image.tar"]).output.split(separator: "\n").first)
      let layout = try await slipway.run(["skopeo", "inspect", "--format", "{{.Digest}}", "oci-archive:\(archive)"])
      #expect(layout.output.firstDigest == digest, "\(layout.everything)")
      #expect(try await slipway.run(["skopeo", "inspect", "docker-archive:\(archive)"]).code == 0)
      let served = try await ServedRegistry.with(slipway) { address in
        try await slipway.run([
          "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}",
          "docker://\(address)/123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-1",
        ])
      }
      #expect(served.output.firstDigest == digest, "\(served.everything)")
    }
  }
}
