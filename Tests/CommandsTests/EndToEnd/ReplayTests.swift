import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

/// Runs that failed, gone on with from what they kept.
struct ReplayTests {
  /// Three stages; the second one's second step wants a file outside of everything that Slipway keeps.
  private struct Bench: Sendable {
    let directory: FilePath
    var slipway: SlipwayProgram
    let checkout: FilePath
    let outside: FilePath

    init(_ directory: FilePath) throws {
      self.directory = directory
      slipway = SlipwayProgram(in: directory)
      checkout = directory.appending("checkout")
      outside = directory.pushing("elsewhere/licence")
      try checkout.appending("source.txt").write("the source\n")
      try outside.removingLastComponent().createDirectories()
      try checkout.appending("pipeline.yaml").write(
        """
        pipeline:
          identifier: three
          name: three
          variables:
            - { name: greeting, type: String, value: hello }
          stages:
        \(stage("one", steps: [
          step("make", "echo made-it > made; echo NUMBER=42 >> $HARNESS_OUTPUT_FILE", outputs: ["NUMBER"]),
        ]))
        \(stage("two", steps: [
          step("prepare", "date +%s%N > stamp; cat source.txt; echo ran >> \(directory)/prepared"),
          step("check", "echo half > partial; cat \(outside)"),
        ]))
        \(stage("three", steps: [
          step("finish", "cat source.txt; echo number <+pipeline.stages.one.spec.execution.steps.make.output.outputVariables.NUMBER>"),
        ]))

        """)
    }

    private func stage(_ name: String, steps: [String]) -> String {
      """
          - stage:
              identifier: \(name)
              name: \(name)
              type: CI
              spec:
                cloneCodebase: true
                runtime: { type: Cloud, spec: {} }
                execution:
                  steps:
      \(steps.joined(separator: "\n"))
      """
    }

    private func step(_ name: String, _ command: String, outputs: [String] = []) -> String {
      let variables =
        outputs.isEmpty ? "" : ", outputVariables: [\(outputs.map { "{ name: \($0) }" }.joined(separator: ","))]"
      let exported = outputs.isEmpty ? command : command + "; export NUMBER=42"
      return """
                    - step: { type: Run, name: \(name), identifier: \(name), spec: { shell: Sh, command: "\(exported)"\(variables) } }
        """
    }

    var pipeline: String { checkout.appending("pipeline.yaml").string }

    func fail() async throws {
      let run = try await slipway("run", pipeline, "--codebase", checkout.string)
      #expect(run.code == 1, "\(run.everything)")
    }

    /// The whole of a step's log in the newest run.
    func log(_ step: String) async throws -> String { try await slipway("logs", "last", step).output }

    func executed() async throws -> String {
      try await slipway.query(
        """
        SELECT group_concat(path, ' ') FROM (SELECT path FROM attempt
        WHERE run = (SELECT id FROM run ORDER BY started_at DESC, id DESC LIMIT 1) ORDER BY id)
        """)
    }
  }

  private static func withBench(_ work: (Bench) async throws -> Void) async throws {
    try await TemporaryDirectory.with { try await work(Bench($0)) }
  }

  @Test func `a replay restores the workspace and runs the failed step and what follows`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      try bench.outside.write("licensed\n")
      let replay = try await bench.slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(try await bench.executed() == "stages.two.steps.check stages.three.steps.finish")
      #expect(try await bench.log("check").contains("licensed"))
      #expect(try await bench.log("finish") == "the source\nnumber 42\n")
      #expect(try bench.directory.appending("prepared").readText() == "ran\n")
      let show = try await bench.slipway("show", "last")
      #expect(show.output.contains("taken over from run"))
      #expect(show.output.contains("three#2"))
      #expect(show.output.contains("three#1"))
      #expect(try await bench.slipway.query("SELECT count(*) FROM attempt") == "5")
      let verify = try await bench.slipway("audit", "verify")
      #expect(verify.code == 0, "\(verify.everything)")
    }
  }

  @Test func `a copy of the state directory is enough for a replay, and for running the pipeline afresh`() async throws
  {
    try await Self.withBench { bench in
      try await bench.fail()
      let copy = try await bench.slipway.run([
        "cp", "-r", bench.slipway.state.string, bench.directory.appending("moved").string,
      ])
      #expect(copy.code == 0)
      FileTree.remove(bench.slipway.state)
      FileTree.remove(bench.checkout)
      try bench.outside.write("licensed\n")
      let state = ["--state", bench.directory.appending("moved").string]
      let replay = try await bench.slipway.run([SlipwayProgram.path.string, "replay", "last"] + state)
      #expect(replay.code == 0, "\(replay.everything)")
      let rerun = try await bench.slipway.run([SlipwayProgram.path.string, "rerun", "three#1"] + state)
      #expect(rerun.code == 0, "\(rerun.everything)")
      let log = try await bench.slipway.run([SlipwayProgram.path.string, "logs", "last", "prepare"] + state)
      #expect(log.output.hasPrefix("the source\n"))
    }
  }

  @Test func `a snapshot that was altered is refused with both digests`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      try bench.outside.write("licensed\n")
      // Without its workspace the run's files have to come from the snapshot.
      let run = try await bench.slipway.query("SELECT id FROM run")
      FileTree.remove(bench.slipway.state.pushing(FilePath("runs/\(run)/workspaces")))
      let source = try Self.alter("the source\n", in: bench)
      let replay = try await bench.slipway("replay", "last")
      #expect(replay.code == 4, "\(replay.everything)")
      #expect(replay.talk.contains(source.description))
      #expect(replay.talk.matches(of: /sha256:[0-9a-f]{64}/).count == 2)
      #expect(try await bench.slipway.query("SELECT count(*) FROM run") == "1")
    }
  }

  @Test(arguments: ["replay", "rerun"])
  func `an altered codebase is refused with both digests before anything is run`(command: String) async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      try bench.outside.write("licensed\n")
      let source = try Self.alter("the source\n", in: bench)
      let arguments = command == "replay" ? ["replay", "last", "--stage-only"] : ["rerun", "last"]
      let again = try await bench.slipway.run(
        [SlipwayProgram.path.string] + arguments + ["--state", bench.slipway.state.string])
      #expect(again.code == 4, "\(again.everything)")
      #expect(again.talk.contains(source.description))
      #expect(Set(again.talk.matches(of: /sha256:[0-9a-f]{64}/).map { String($0.output) }).count == 2)
      #expect(try await bench.slipway.query("SELECT count(*) FROM run") == "1")
    }
  }

  @Test func `files that were altered behind the back of a run's notes end it with both digests`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      let source = try Self.alter("the source\n", in: bench)
      // The checkout is as before, so that its files are taken to be stored.
      let run = try await bench.slipway("run", bench.pipeline, "--codebase", bench.checkout.string)
      #expect(run.code == 4, "\(run.everything)")
      #expect(run.talk.contains(source.description))
      #expect(
        try await bench.slipway("audit", "log", "--kind", "custody.refused", "--json").output.contains(
          "snapshotDiffers"))
      #expect(try await bench.slipway("audit", "verify").code == 0)

      // The way out that is told.
      #expect(run.talk.contains("slipway prune --damaged"))
      let dry = try await bench.slipway("prune", "--damaged", "--dry-run")
      #expect(dry.talk.contains("1 damaged content would be removed"), "\(dry.everything)")
      let prune = try await bench.slipway("prune", "--damaged")
      #expect(prune.code == 0 && prune.talk.contains("1 damaged content removed"), "\(prune.everything)")
      try bench.outside.write("licensed\n")
      let mended = try await bench.slipway("run", bench.pipeline, "--codebase", bench.checkout.string)
      #expect(mended.code == 0, "\(mended.everything)")
      let replay = try await bench.slipway("replay", "three#1", "--stage-only")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(try await bench.slipway("prune", "--damaged").talk.contains("0 damaged contents removed"))
    }
  }

  /// Changes the first byte of a stored content.
  private static func alter(_ content: String, in bench: Bench) throws -> Digest {
    let packs = BlobPacks(of: BlobStore(root: bench.slipway.state.appending("blobs")))
    try packs.refresh()
    let digest = Digest(of: Array(content.utf8))
    let (pack, place) = try #require(packs.find(RawDigest(digest)))
    var bytes = try pack.path.readBytes()
    bytes[Int(place.offset)] ^= 1
    FileTree.remove(pack.path)
    try pack.path.write(bytes)
    return digest
  }

  @Test func `a replay starts where it is told to, or says why not`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      try bench.outside.write("licensed\n")
      let behind = try await bench.slipway("replay", "last", "--from", "three")
      #expect(behind.code == 2)
      #expect(behind.talk.contains("two/check"))
      let unknown = try await bench.slipway("replay", "last", "--from", "tow")
      #expect(unknown.code == 2)
      #expect(unknown.talk.contains("did you mean 'two'"))
      let whole = try await bench.slipway("replay", "last", "--stage-only")
      #expect(whole.code == 0, "\(whole.everything)")
      #expect(
        try await bench.executed()
          == "stages.two.steps.prepare stages.two.steps.check stages.three.steps.finish")
      let nothing = try await bench.slipway("replay", "last")
      #expect(nothing.code == 2)
      let last = try await bench.slipway("replay", "last", "--from", "three/finish")
      #expect(last.code == 0, "\(last.everything)")
      #expect(try await bench.executed() == "stages.three.steps.finish")
    }
  }

  @Test func `an edited pipeline is taken when its stages are the same, and what changed is kept`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      let text = try bench.checkout.appending("pipeline.yaml").readText()
      let edited = bench.directory.appending("edited.yaml")
      try edited.write(text.replacing("; cat \(bench.outside)", with: "; echo no longer needed"))
      let replay = try await bench.slipway("replay", "last", "--pipeline", edited.string)
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(replay.talk.contains("stage two, step check: changed"))
      #expect(try await bench.executed() == "stages.two.steps.check stages.three.steps.finish")
      let payload = try await bench.slipway.query(
        "SELECT payload FROM audit_event WHERE kind = 'run.started' ORDER BY seq DESC LIMIT 1")
      #expect(payload.contains("stage two, step check: changed"))
      try edited.write(text.replacing("identifier: two\n", with: "identifier: second\n"))
      let refused = try await bench.slipway("replay", "three#1", "--pipeline", edited.string)
      #expect(refused.code == 2, "\(refused.everything)")
      #expect(refused.talk.contains("one, second, three"))
    }
  }

  @Test func `a workspace that was changed since is restored, one that was not is taken as it is`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      // The failed step has left a file of its own: the workspace is not what the step started from.
      try bench.outside.write("licensed\n")
      let restored = try await bench.slipway("replay", "last", "--from", "two/check")
      #expect(restored.talk.contains("workspace as it was in snapshot"), "\(restored.everything)")
      let moved = try await bench.slipway("replay", "last", "--from", "three/finish")
      #expect(moved.code == 0, "\(moved.everything)")
    }
  }

  @Test func `what is restored is as much older and newer as it was, also after prune and in shells`() async throws {
    try await Self.withBench { bench in
      let text = try bench.checkout.appending("pipeline.yaml").readText()
      try bench.checkout.appending("pipeline.yaml").write(
        text.replacing(
          "date +%s%N > stamp;",
          with: "touch -d @1000000000 object; mkdir d; touch -d @1000000001 source d; date +%s%N > stamp;"
        ).replacing(
          "echo half > partial;", with: "stat -c %Y object source d; test source -nt object; echo x > partial;")
      )
      try await bench.fail()
      try bench.outside.write("licensed\n")
      let dates = "1000000000\n1000000001\n1000000001\n"
      #expect(try await bench.log("check").hasPrefix(dates))
      let prune = try await bench.slipway("prune", "--keep", "1")
      #expect(prune.code == 0, "\(prune.everything)")
      let run = try await bench.slipway.query("SELECT id FROM run")
      FileTree.remove(bench.slipway.state.pushing(FilePath("runs/\(run)/workspaces")))
      let look = try await bench.slipway.run([
        SlipwayProgram.path.string, "shell", "last", "--state", bench.slipway.state.string, "--", "stat", "-c", "%Y",
        "object", "source", "d",
      ])
      #expect(look.output == dates, "\(look.everything)")
      let replay = try await bench.slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(try await bench.log("check") == dates + "licensed\n")
    }
  }

  @Test func `a command looks at the failed step from inside, and leaves the snapshot alone`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      let look = try await bench.slipway.run([
        SlipwayProgram.path.string, "shell", "last", "--state", bench.slipway.state.string, "--", "sh", "-c",
        "cat partial source.txt; pwd; rm partial; exit 7",
      ])
      #expect(look.code == 7, "\(look.everything)")
      #expect(look.output == "half\nthe source\n/harness\n")
      let again = try await bench.slipway.run([
        SlipwayProgram.path.string, "shell", "last/two/check", "--before", "--state", bench.slipway.state.string, "--",
        "ls",
      ])
      #expect(again.code == 0, "\(again.everything)")
      #expect(again.output == "pipeline.yaml\nsource.txt\nstamp\n")
      let refused = try await bench.slipway("shell", "last")
      #expect(refused.code == 2)
      #expect(refused.talk.contains("terminal"))
      let breaking = try await bench.slipway("run", bench.pipeline, "--break-on-failure")
      #expect(breaking.code == 2)
    }
  }

  @Test func `two runs are compared, and the first step that diverged is named`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      try await bench.fail()
      let diff = try await bench.slipway("diff", "three#1", "three#2")
      #expect(diff.code == 0, "\(diff.everything)")
      #expect(diff.output.contains("the first step to differ is two/prepare, with the file stamp"))
      let json = try await bench.slipway("diff", "three#1", "three#2", "--json")
      #expect(json.output.contains("\"firstDivergence\":{\"file\":\"stamp\",\"step\":\"stages.two.steps.prepare\"}"))
      try bench.checkout.appending("source.txt").write("another source\n")
      try await bench.fail()
      let changed = try await bench.slipway("diff", "three#2", "three#3")
      #expect(changed.output.contains("source.txt"))
      #expect(changed.output.contains("codebase"))
    }
  }

  @Test func `prune keeps what kept runs need and says what it takes`() async throws {
    try await Self.withBench { bench in
      for number in 1...3 {
        try bench.checkout.appending("source.txt").write("source \(number)\n")
        try await bench.fail()
      }
      let dry = try await bench.slipway("prune", "--keep", "1", "--dry-run")
      #expect(dry.code == 0, "\(dry.everything)")
      #expect(dry.output.contains("three#1") && dry.output.contains("three#2") && !dry.output.contains("three#3"))
      #expect(dry.talk.contains("would be"))
      let blobs = BlobStore(root: bench.slipway.state.appending("blobs"))
      #expect(try blobs.isStored(Digest(of: Array("source 1\n".utf8))))
      let prune = try await bench.slipway("prune", "--keep", "1")
      #expect(prune.code == 0, "\(prune.everything)")
      #expect(try !blobs.isStored(Digest(of: Array("source 1\n".utf8))))
      #expect(try blobs.isStored(Digest(of: Array("source 3\n".utf8))))
      let gone = try await bench.slipway("replay", "three#1")
      #expect(gone.code == 2)
      #expect(gone.talk.contains("was pruned"))
      try bench.outside.write("licensed\n")
      let kept = try await bench.slipway("replay", "three#3")
      #expect(kept.code == 0, "\(kept.everything)")
      #expect(try await bench.slipway.query("SELECT count(*) FROM run") == "4")
      #expect(try await bench.slipway("audit", "verify").code == 0)
      let bad = try await bench.slipway("prune", "--older-than", "soon")
      #expect(bad.code == 2)
    }
  }

  @Test func `prune takes nothing while it cannot see what is needed`() async throws {
    try await Self.withBench { bench in
      for number in 1...2 {
        try bench.checkout.appending("source.txt").write("source \(number)\n")
        try await bench.fail()
      }
      // A file where the registry keeps directories: as unreadable as a directory without rights, for root too.
      let registry = bench.slipway.state.appending("registry")
      try registry.createDirectories()
      try registry.appending("repositories").write("")
      let prune = try await bench.slipway("prune", "--keep", "1")
      #expect(prune.code != 0)
      #expect(prune.talk.contains("repositories"), "\(prune.everything)")
      let blobs = BlobStore(root: bench.slipway.state.appending("blobs"))
      #expect(try blobs.isStored(Digest(of: Array("source 1\n".utf8))))
    }
  }

  @Test func `prune leaves runs alone that go on meanwhile`() async throws {
    try await Self.withBench { bench in
      try await bench.fail()
      // The step prunes while its own run goes on, then fails; what the run needs is still there for the replay.
      let text = try bench.checkout.appending("pipeline.yaml").readText()
      let prune = "\(SlipwayProgram.path) prune --keep 0 --state \(bench.slipway.state)"
      try bench.checkout.appending("pipeline.yaml").write(text.replacing("echo half > partial;", with: "\(prune);"))
      try await bench.fail()
      #expect(try await bench.log("check").contains("1 run pruned"))
      try bench.outside.write("licensed\n")
      // Without its workspace the run's files have to come from the snapshot that was there when it was pruned beside it.
      let run = try await bench.slipway.query("SELECT id FROM run ORDER BY started_at DESC, id DESC LIMIT 1")
      FileTree.remove(bench.slipway.state.pushing(FilePath("runs/\(run)/workspaces")))
      let replay = try await bench.slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
    }
  }

  @Test(arguments: ["stage", "off"])
  func `with fewer snapshots a replay runs the whole stage again`(policy: String) async throws {
    try await Self.withBench { bench in
      let run = try await bench.slipway(
        "run", bench.pipeline, "--codebase", bench.checkout.string, "--snapshots", policy)
      #expect(run.code == 1, "\(run.everything)")
      try bench.outside.write("licensed\n")
      let replay = try await bench.slipway("replay", "last")
      #expect(replay.code == 0, "\(replay.everything)")
      #expect(
        try await bench.executed()
          == "stages.two.steps.prepare stages.two.steps.check stages.three.steps.finish")
    }
  }
}
