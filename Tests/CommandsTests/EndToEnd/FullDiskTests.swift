import Engine
import Glibc
import Model
import Processes
import SystemPackage
import TestSupport
import Testing

/// The disk is full: in the middle of a log, of a snapshot, of the ledger. Each time on a small file system in memory, in a mount
/// namespace of the test's own.
@Suite(.enabled("needs unshare(1) and the right to mount a tmpfs") { await SmallDisk.canMount() })
struct FullDiskTests {
  private static func pipeline(_ command: String) -> String {
    """
    pipeline:
      identifier: full
      name: full
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
                  - step: { type: Run, name: small, identifier: small, spec: { shell: Sh, command: "echo one > one; echo small" } }
                  - step: { type: Run, name: big, identifier: big, spec: { shell: Sh, command: "\(command)" } }
                  - step: { type: Run, name: last, identifier: last, spec: { shell: Sh, command: "cat one" } }

    """
  }

  /// What fills a disk of 4 MiB, and what of it fits 64 MiB.
  static let rows: [(place: String, command: String)] = [
    ("the log", "head -c 8000000 /dev/zero | tr '\\\\0' x | fold; echo; echo whole"),
    // Outside of the state directory, and so the disk is full when the snapshot is taken.
    ("the blob store", "head -c 2500000 /dev/urandom > data; echo whole"),
    // All that is left is taken away from the ledger, and given back by the next run.
    ("the ledger", "echo whole; test -e $HOME/second || cat /dev/zero > '$STATE/filler' 2>/dev/null || true"),
  ]

  @Test(arguments: rows)
  func `a full disk is a clear failure, and the run goes on when there is room`(_ row: (place: String, command: String))
    async throws
  {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let slipway = SlipwayProgram(in: directory)
      let command = row.command.replacing("$STATE", with: slipway.state.string)
        .replacing("$HOME", with: directory.string)
      try directory.appending("pipeline.yaml").write(Self.pipeline(command))
      let program = "'\(SlipwayProgram.path)'"
      let script = """
        set -u
        mkdir state && mount -t tmpfs -o size=4m none state || exit 99
        \(program) run pipeline.yaml --state state >out 2>err; echo run $?
        \(program) audit verify --state state >out2 2>&1; echo verify $?
        touch second; rm -f state/filler; mount -o remount,size=64m state
        \(program) audit verify --state state >out3 2>&1; echo verify $?
        \(program) replay last --state state >out4 2>err4; echo replay $?
        \(program) logs last big --state state 2>/dev/null | tail -n 1
        \(program) logs last last --state state 2>/dev/null
        \(program) audit verify --state state >out5 2>&1; echo verify $?
        """
      let outcome = try await slipway.run(SmallDisk.unshare + ["sh", "-c", script])
      let talk = try directory.appending("err").readText()
      let again = try directory.appending("err4").readText()
      #expect(
        outcome.output == "run 1\nverify 0\nverify 0\nreplay 0\nwhole\none\nverify 0\n",
        "\(row.place): \(talk.suffix(600))\n\(again.suffix(600))")
      #expect(talk.lowercased().contains("no space left"), "\(talk.suffix(600))")
    }
  }
}

/// A small file system in memory, mounted where nobody else sees it.
enum SmallDisk {
  /// As root in a mount namespace, else in a user namespace too.
  static let unshare = ["unshare", "--mount"] + (geteuid() == 0 ? [] : ["--map-root-user"])

  @Sendable static func canMount() async -> Bool {
    let arguments = unshare + ["mount", "-t", "tmpfs", "none", "/mnt"]
    let result = try? await HostCommandRunner().run(
      arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], workingDirectory: "/")
    // Without the program, or without the right, the answer is no.
    return result?.exit.isSuccess == true
  }
}
