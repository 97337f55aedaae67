import Engine
import FoundationEssentials
import Ledger
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

/// What `slipway prune` takes by each of its limits, and what it leaves.
@Suite struct PruneTests {
  /// A pipeline that leaves 300 kB in its workspace and then fails, so that the workspace stays.
  private static func pipeline(_ name: String, in directory: FilePath) throws -> String {
    let file = directory.appending(name + ".yaml")
    try file.write(
      """
      pipeline:
        identifier: \(name)
        name: \(name)
        stages:
          - stage:
              identifier: only
              name: only
              type: CI
              spec:
                cloneCodebase: false
                runtime: { type: Cloud, spec: {} }
                execution:
                  steps:
                    - step: { type: Run, name: fill, identifier: fill, spec: { shell: Sh, command: "head -c 300000 /dev/urandom > fill" } }
                    - step: { type: Run, name: fail, identifier: fail, spec: { shell: Sh, command: "test -e \(directory)/mended" } }

      """)
    return file.string
  }

  private static func withRuns(
    _ names: String..., work: (SlipwayProgram, FilePath) async throws -> Void
  ) async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      for name in names {
        let run = try await slipway("run", try pipeline(name, in: directory))
        try #require(run.code == 1, "\(run.everything)")
      }
      try await work(slipway, directory)
    }
  }

  @Test func `whatever the snapshots of kept runs hold stays`() async throws {
    try await Self.withRuns("one", "one") { slipway, directory in
      let prune = try await slipway("prune", "--keep", "1")
      #expect(prune.code == 0, "\(prune.everything)")
      let nothing = try await slipway("prune")
      #expect(nothing.talk.contains("0 runs pruned; 0 blobs"), "\(nothing.everything)")
      try directory.appending("mended").write("")
      let replay = try await Self.replayFromSnapshot("one#2", slipway)
      #expect(replay.code == 0, "\(replay.everything)")
    }
  }

  /// A replay of a run whose workspace is gone, so that its files have to come from the snapshot.
  private static func replayFromSnapshot(
    _ selector: String, _ slipway: SlipwayProgram
  ) async throws -> SlipwayProgram.Outcome {
    let parts = selector.split(separator: "#")
    let run = try await slipway.query(
      "SELECT id FROM run WHERE pipeline = '\(parts[0])' AND sequence_id = \(parts[1])")
    FileTree.remove(slipway.state.pushing(FilePath("runs/\(run)/workspaces")))
    return try await slipway("replay", selector)
  }

  private static func pruned(_ outcome: SlipwayProgram.Outcome) -> [String] {
    outcome.output.matches(of: #/pruned: (\w+#[0-9]+) of/#).map { String($0.1) }
  }

  @Test func `by age`() async throws {
    try await Self.withRuns("one", "one") { slipway, _ in
      #expect(Self.pruned(try await slipway("prune", "--older-than", "1h")).isEmpty)
      let all = try await slipway("prune", "--older-than", "0s")
      #expect(all.code == 0, "\(all.everything)")
      #expect(Self.pruned(all) == ["one#1", "one#2"])
      #expect(Self.pruned(try await slipway("prune", "--older-than", "0s")).isEmpty)
    }
  }

  @Test func `by pipeline`() async throws {
    try await Self.withRuns("one", "two", "one") { slipway, directory in
      let prune = try await slipway("prune", "--keep", "0", "--pipeline", "one")
      #expect(prune.code == 0, "\(prune.everything)")
      #expect(Self.pruned(prune) == ["one#1", "one#2"], "\(prune.output)")
      try directory.appending("mended").write("")
      let gone = try await slipway("replay", "one#2")
      #expect(gone.code == 2, "\(gone.everything)")
      #expect(gone.talk.contains("was pruned"))
      let kept = try await Self.replayFromSnapshot("two#1", slipway)
      #expect(kept.code == 0, "\(kept.everything)")
    }
  }

  @Test func `by size, the oldest first, and no more than it takes`() async throws {
    try await Self.withRuns("one", "one", "one") { slipway, directory in
      let before = try Self.settledSize(of: slipway.state)
      let limit = ["--max-size", String(before - 100_000)]
      let dry = try await slipway.run(
        [SlipwayProgram.path.string, "prune", "--dry-run", "--json", "--state", slipway.state.string] + limit)
      #expect(dry.output.contains("\"dryRun\":true"))
      // Nothing has gone; only what was asked has been written down.
      #expect(try Self.settledSize(of: slipway.state) >= before)
      let prune = try await slipway.run(
        [SlipwayProgram.path.string, "prune", "--state", slipway.state.string] + limit)
      #expect(prune.code == 0, "\(prune.everything)")
      #expect(Self.pruned(prune) == ["one#1"])
      #expect(try Self.settledSize(of: slipway.state) <= before - 100_000)
      let enough = try await slipway("prune", "--max-size", "1T")
      #expect(Self.pruned(enough).isEmpty)
      try directory.appending("mended").write("")
      let kept = try await Self.replayFromSnapshot("one#2", slipway)
      #expect(kept.code == 0, "\(kept.everything)")
      #expect(try await slipway("audit", "verify").code == 0)
    }
  }

  @Test func `a run that a kept run replays is kept`() async throws {
    try await Self.withRuns("one") { slipway, directory in
      // The replay fails too: it needs what the first run left.
      #expect(try await slipway("replay", "last").code == 1)
      let prune = try await slipway("prune", "--keep", "1")
      #expect(Self.pruned(prune).isEmpty, "\(prune.everything)")
      try directory.appending("mended").write("")
      let replay = try await Self.replayFromSnapshot("one#2", slipway)
      #expect(replay.code == 0, "\(replay.everything)")
    }
  }

  @Test(arguments: [
    ["--older-than", "soon"], ["--older-than", "-1d"], ["--max-size", "big"], ["--max-size", "1.5G"],
    ["--keep", "-1"], ["--keep", "some"], ["--pipeline", "a pipeline"],
  ])
  func `a limit that is none is refused`(_ limit: [String]) async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      _ = try await slipway("run", SlipwayProgram.echoPipeline)
      let prune = try await slipway.run(
        [SlipwayProgram.path.string, "prune", "--state", slipway.state.string] + limit)
      #expect(prune.code == 2, "\(prune.everything)")
      #expect(prune.talk.contains(limit[0].dropFirst(2)), "\(prune.everything)")
      #expect(prune.output.isEmpty)
    }
  }

  @Test(
    .enabled(if: Peer.isUsable("busybox"), "the demo's base image is made of Debian's busybox-static"),
    .enabled(if: Peer.isUsable("skopeo"), "skopeo pulls what was pushed"))
  func `what a pushed tag needs stays when its run is pruned`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", SlipwayProgram.seedPipeline)
      let digest = try #require(run.output.firstDigest, "\(run.everything)")
      let prune = try await slipway("prune", "--keep", "0")
      #expect(Self.pruned(prune).count == 1, "\(prune.everything)")
      let pulled = directory.appending("pulled")
      let pull = try await ServedRegistry.with(slipway) { address in
        try await slipway.run([
          "skopeo", "copy", "--src-tls-verify=false",
          "docker://\(address)/123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-1", "dir:\(pulled)",
        ])
      }
      #expect(pull.code == 0, "\(pull.everything)")
      #expect(Digest(of: try pulled.appending("manifest.json").readBytes()).description == digest)
      let trace = try await slipway("audit", "trace", digest)
      #expect(
        try #require(trace.output.split(separator: "\n").first).contains("yes, the pushed image is the scanned one"))
      let again = try await slipway("run", SlipwayProgram.seedPipeline)
      #expect(again.output.firstDigest == digest, "\(again.everything)")
    }
  }

  /// Of a state directory whose ledger is one file: a process that ends before it has closed the ledger leaves a log beside it.
  private static func settledSize(of state: FilePath) throws -> Int64 {
    try SQLiteRunStore(at: state.appending("slipway.sqlite")).close()
    return try size(of: state)
  }

  private static func size(of path: FilePath) throws -> Int64 {
    let status = try FileStatus(of: path)
    guard status.kind == .directory else { return status.kind == .file ? status.size : 0 }
    var size: Int64 = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: path.string) {
      size += try Self.size(of: path.appending(name))
    }
    return size
  }
}
