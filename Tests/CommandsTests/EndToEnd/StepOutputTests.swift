import Engine
import FoundationEssentials
import Ledger
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

/// What steps print and leave running, in sizes and shapes that break things.
struct StepOutputTests {
  /// A gigabyte and a line of 100 MB when SLIPWAY_TEST_LARGE is set; else what a debug build does in seconds.
  private static let megabytes = ProcessInfo.processInfo.environment["SLIPWAY_TEST_LARGE"] == nil ? 12 : 1000
  private static let lineMegabytes = ProcessInfo.processInfo.environment["SLIPWAY_TEST_LARGE"] == nil ? 8 : 100

  private struct Ran {
    let ending: StartedProgram.Ending
    let attempt: Attempt
    let log: FilePath
  }

  private static func run(_ command: String, in directory: FilePath) async throws -> Ran {
    try directory.appending("pipeline.yaml").write(
      """
      pipeline:
        identifier: output
        name: output
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
                    - step:
                        type: Run
                        name: a
                        identifier: a
                        spec:
                          shell: Sh
                          command: |
                            \(command)

      """)
    let slipway = SlipwayProgram(in: directory)
    let program = try StartedProgram(
      [SlipwayProgram.path.string, "run", "pipeline.yaml", "--state", slipway.state.string],
      environment: slipway.environment, in: directory, keptBytes: 1 << 16)
    let ending = try await program.finish()
    let store = try SQLiteRunStore(readingFrom: slipway.ledger)
    let run = try #require(try await store.runs(RunQuery(limit: 1)).first)
    let attempt = try #require(try await store.history(of: run.id).attempts.first)
    return Ran(ending: ending, attempt: attempt, log: slipway.state.pushing(FilePath(attempt.logFile)))
  }

  @Test func `much output is kept whole, with its digest, in little memory`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await Self.run("yes 'a line of output' | head -c \(Self.megabytes)000000", in: directory)
      #expect(ran.ending.code == 0, "\(ran.ending.text.suffix(500))")
      #expect(try FileStatus(of: ran.log).size == Int64(Self.megabytes) * 1_000_000)
      #expect(try Digest.ofFile(at: ran.log).digest == ran.attempt.logDigest)
      #expect(ran.ending.peakMemory > 0 && ran.ending.peakMemory < 128 << 20, "\(ran.ending.peakMemory >> 20) MiB")
    }
  }

  @Test func `a line of many megabytes is kept whole in little memory`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await Self.run(
        "head -c \(Self.lineMegabytes)000000 /dev/zero | tr '\\0' x; echo; echo end", in: directory)
      #expect(ran.ending.code == 0, "\(ran.ending.text.suffix(500))")
      #expect(try FileStatus(of: ran.log).size == Int64(Self.lineMegabytes) * 1_000_000 + 5)
      #expect(ran.ending.peakMemory > 0 && ran.ending.peakMemory < 128 << 20, "\(ran.ending.peakMemory >> 20) MiB")
    }
  }

  @Test func `bytes of every value are kept as they are, and shown harmlessly`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let octal = (0...255).map { "\\\\" + String($0, radix: 8) }.joined()
      let ran = try await Self.run("printf '%b' '\(octal.replacing("\\\\", with: "\\0"))'", in: directory)
      #expect(ran.ending.code == 0, "\(ran.ending.text)")
      #expect(try ran.log.readBytes() == Array(0...255))
      #expect(!ran.ending.output.contains(0x1B), "an escape sequence came through")
    }
  }

  @Test func `a step that prints nothing has an empty log`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await Self.run(":", in: directory)
      #expect(ran.ending.code == 0)
      #expect(try ran.log.readBytes() == [])
      #expect(ran.attempt.logDigest == Digest(of: []))
    }
  }

  @Test func `a daemon that a step leaves behind is ended with it, and does not hold the run up`() async throws {
    try await TemporaryDirectory.with { (directory: FilePath) async throws in
      let ran = try await Self.run(
        "(setsid sh -c 'echo $$ > daemon; exec sleep 600' &); sleep 0.1; cat daemon", in: directory)
      #expect(ran.ending.code == 0, "\(ran.ending.text)")
      // It would have lived ten minutes.
      let finished = try #require(ran.attempt.finishedAt)
      #expect(finished.milliseconds - ran.attempt.startedAt.milliseconds < 300_000)
      let process = try #require(Int(try ran.log.readText().filter(\.isNumber)))
      #expect(FileManager.default.fileExists(atPath: "/proc/\(process)/cwd") == false)
    }
  }
}
