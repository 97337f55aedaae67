import Engine
import Model
import Processes
import SystemPackage
import TestSupport
import Testing

struct ProgramTests {
  @Test func `the version is one line on standard output`() async throws {
    try await TemporaryDirectory.with { directory in
      let version = try await SlipwayProgram(in: directory).run([SlipwayProgram.path.string, "--version"])
      #expect(version.code == 0)
      #expect(version.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }
  }

  @Test func `options that every command takes may stand before the command`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      _ = try await slipway("run", SlipwayProgram.echoPipeline)
      let runs = try await slipway.run([SlipwayProgram.path.string, "--state", slipway.state.string, "runs"])
      #expect(runs.code == 0)
      #expect(runs.output.contains("three_echoes#1"))
    }
  }

  @Test func `every pipeline of ours passes the linter`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let lint = try await slipway(
        "lint", "--strict", SlipwayProgram.seedPipeline, SlipwayProgram.tamperedPipeline, SlipwayProgram.echoPipeline)
      #expect(lint.code == 0, "\(lint.everything)")
    }
  }

  @Test func `events as JSON are one object a line and end with the exit code`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      let run = try await slipway("run", "--json", SlipwayProgram.echoPipeline)
      #expect(run.code == 0)
      let lines = run.output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") && $0.contains("\"schemaVersion\"") })
      #expect(try #require(lines.first).contains("run.started"))
      #expect(try #require(lines.last).contains("\"exitCode\":0"))
    }
  }

  @Test func `a run that is told to stop ends its step and says so`() async throws {
    try await TemporaryDirectory.with { directory in
      let slipway = SlipwayProgram(in: directory)
      try directory.appending("pipeline.yaml").write(
        """
        pipeline:
          identifier: long
          name: long
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
                      - step: { type: Run, name: a, identifier: a, spec: { shell: Sh, command: "echo has begun; sleep 600" } }

        """)
      let sandbox = ContainedSandbox(
        helper: SandboxHelper(path: SlipwayProgram.path.removingLastComponent().appending(SandboxHelper.name)))
      let (chunks, continuation) = AsyncStream<String>.makeStream()
      let exit = try await withThrowingTaskGroup(of: ProcessExit?.self) { group in
        group.addTask {
          defer { continuation.finish() }
          return try await sandbox.run(
            SandboxedProcess(
              [SlipwayProgram.path.string, "run", "pipeline.yaml", "--state", slipway.state.string],
              environment: slipway.environment, workingDirectory: directory),
            output: OutputSink { continuation.yield(String(decoding: $0, as: UTF8.self)) })
        }
        group.addTask {
          var said = ""
          for await chunk in chunks {
            said += chunk
            guard said.contains("has begun") else { continue }
            let cancel = try await slipway("cancel", "last")
            #expect(cancel.code == 0, "\(cancel.everything)")
            break
          }
          return nil
        }
        var result: ProcessExit?
        while let ended = try await group.next() { result = ended ?? result }
        return result
      }
      #expect(exit == .exited(code: 143))
      let runs = try await slipway("runs", "--json")
      #expect(runs.output.contains("ABORTED"), "\(runs.everything)")
    }
  }
}
