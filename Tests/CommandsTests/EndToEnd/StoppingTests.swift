import Engine
import Glibc
import Ledger
import Model
import SystemPackage
import TestSupport
import Testing

/// Ctrl-C and `slipway cancel`: what is stopped, how soon, and that nothing is left.
struct StoppingTests {
  /// A step that ignores TERM, with a child that does and a daemon in a session of its own, each known by its own file descriptor.
  private static func pipeline(_ command: String) -> String {
    """
    pipeline:
      identifier: stubborn
      name: stubborn
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
                  - step: { type: Run, name: a, identifier: a, spec: { shell: Sh, command: "\(command)" } }

    """
  }

  /// Everything in it ends by itself in the end, should the test be killed before it can see to that.
  private static let stubborn = """
    minutes='i=0; while [ $i -lt 600 ]; do i=$((i+1)); sleep 1; done'; \
    trap '' TERM; sleep 600 & (setsid sh -c \\"trap : TERM; $minutes\\" &) ; echo $$ > pid; echo has begun; eval \\"$minutes\\"
    """

  private struct Bench {
    let slipway: SlipwayProgram
    let directory: FilePath
    var arguments: [String] {
      [SlipwayProgram.path.string, "run", "pipeline.yaml", "--state", slipway.state.string]
    }

    func start() throws -> StartedProgram {
      try StartedProgram(arguments, environment: slipway.environment, in: directory)
    }

    /// Whether something that runs has its working directory, or a mount, below the test's directory.
    func leftovers() async throws -> String {
      let script = """
        for process in /proc/[0-9]*; do
          [ $process = /proc/$$ ] && continue
          case "$(readlink $process/cwd 2>/dev/null)" in \(directory)*) echo $process; tr '\\0' ' ' < $process/cmdline;; esac
          grep -s '\(directory)' $process/mountinfo
        done
        find '\(slipway.state)' -path '*/scratch/*'
        true
        """
      return try await slipway.run(["sh", "-c", script], in: "/").output
    }
  }

  /// From the request to stop to the end of the step, as the run has recorded them: a test may be kept waiting itself.
  private static func milliseconds(toStop run: Run, in store: SQLiteRunStore) async throws -> Int64 {
    let requested = try #require(
      try await store.events(of: run.id).first { $0.kind == "run.cancelRequested" }, "nobody asked the run to stop")
    let ended = try #require(try await store.history(of: run.id).attempts.last?.finishedAt)
    return ended.milliseconds - requested.at.milliseconds
  }

  private static func withBench(
    _ command: String = stubborn, _ work: (Bench) async throws -> Void
  ) async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      try directory.appending("pipeline.yaml").write(pipeline(command))
      try await work(Bench(slipway: SlipwayProgram(in: directory), directory: directory))
    }
  }

  @Test func `what ignores TERM is killed a grace period after Ctrl-C, all of it, and the run can be replayed`()
    async throws
  {
    try await Self.withBench { bench in
      let mounts = try await bench.slipway.run(["cat", "/proc/self/mountinfo"]).output
      let running = try bench.start()
      try await running.wait(for: "has begun")
      running.signal(SIGINT)
      let ending = try await running.finish()
      #expect(ending.code == 130, "\(ending.text)")
      #expect(ending.text.contains("aborted"))
      #expect(try await bench.leftovers() == "")
      #expect(try await bench.slipway.run(["cat", "/proc/self/mountinfo"]).output == mounts)
      let store = try SQLiteRunStore(readingFrom: bench.slipway.ledger)
      let run = try #require(try await store.runs(RunQuery(limit: 1)).first)
      #expect(run.status == .aborted)
      let history = try await store.history(of: run.id)
      #expect(history.attempts.map(\.status) == [.aborted])
      // The bar is a second beyond the grace period; the rest is for machines that do much else.
      let duration = try await Self.milliseconds(toStop: run, in: store)
      #expect(duration >= 9500 && duration < 14_000, "\(duration) ms")
      #expect(try await bench.slipway("audit", "verify").code == 0)
    }
  }

  @Test func `what listens to TERM ends at once, and what it says then is in its log`() async throws {
    try await Self.withBench("trap 'echo goodbye; exit 7' TERM; echo has begun; sleep 600 & wait") { bench in
      let running = try bench.start()
      try await running.wait(for: "has begun")
      running.signal(SIGINT)
      let ending = try await running.finish()
      #expect(ending.code == 130, "\(ending.text)")
      let store = try SQLiteRunStore(readingFrom: bench.slipway.ledger)
      let run = try #require(try await store.runs(RunQuery(limit: 1)).first)
      #expect(try await Self.milliseconds(toStop: run, in: store) < 5000)
      #expect(try await bench.slipway("logs", "last").output.contains("goodbye"))
      #expect(try await bench.leftovers() == "")
    }
  }

  @Test func `a second Ctrl-C ends everything at once, and the run can be replayed`() async throws {
    try await Self.withBench { bench in
      let running = try bench.start()
      try await running.wait(for: "has begun")
      running.signal(SIGINT)
      running.signal(SIGTERM)
      let ending = try await running.finish()
      #expect([130, 143].contains(ending.code), "\(ending.text)")
      // The supervisor sees its parent gone, and kills: waited for by the lock that each of them lets go of.
      let gone = try await bench.slipway.run([
        "sh", "-c",
        "i=0; while [ $i -lt 200 ] && kill -0 $(cat \(bench.slipway.state)/runs/*/workspaces/only/pid) 2>/dev/null; do i=$((i+1)); sleep 0.05; done; echo $i",
      ])
      #expect(gone.output != "200\n")
      let runs = try await bench.slipway("runs", "--json")
      #expect(runs.output.contains("INTERRUPTED"), "\(runs.everything)")
      #expect(try await bench.slipway("audit", "verify").code == 0)
    }
  }

  @Test func `slipway cancel stops a run as Ctrl-C does`() async throws {
    try await Self.withBench("echo has begun; exec sleep 600") { bench in
      let running = try bench.start()
      try await running.wait(for: "has begun")
      let cancel = try await bench.slipway("cancel", "last")
      #expect(cancel.code == 0, "\(cancel.everything)")
      #expect(try await running.finish().code == 143)
      #expect(try await bench.slipway("runs", "--json").output.contains("ABORTED"))
      #expect(try await bench.leftovers() == "")
      let again = try await bench.slipway("cancel", "last")
      #expect(again.code == 2)
      #expect(again.talk.contains("is not going on"))
    }
  }
}
