import Engine
import Model
import OCI
import SystemPackage
import TestSupport
import Testing

@Suite struct RunExecutorTests {
  private static func execute(
    _ step: RunStep, _ bench: StepBench, _ sandbox: FakeSandbox = FakeSandbox(),
    infrastructure: Infrastructure = .cloud, environment: [String: String] = ["CI": "true", "BOTH": "pipeline"]
  ) async throws -> StepResult {
    let executor = RunExecutor(
      StepProcesses(
        sandbox: sandbox, containers: FakeContainers(),
        hostEnvironment: ["PATH": "/host/bin", "CI": "no", "HOME": "/me"]))
    return try await executor.execute(
      bench.execution(.run(step), infrastructure: infrastructure, environment: environment))
  }

  @Test func `a script without an image runs on this machine, in the workspace`() async throws {
    try await StepBench.with { bench in
      let sandbox = FakeSandbox()
      let result = try await Self.execute(
        RunStep(
          command: "echo <+pipeline.sequenceId>", shell: .bash,
          environment: [NamedText("BOTH", "step"), NamedText("N", "<+pipeline.sequenceId>")]), bench, sandbox)
      #expect(result == StepResult(.succeeded, exitCode: 0))
      let process = try #require(sandbox.processes.first)
      #expect(process.arguments == ["bash", "-c", "set -e\necho 7"])
      #expect(process.workingDirectory == "/harness")
      #expect(
        process.mounts == [.init(.bind(bench.workspace.directory, isReadOnly: false), at: "/harness")])
      #expect(process.environment["PATH"] == "/host/bin")
      #expect(process.environment["HOME"] == "/me")
      #expect(process.environment["CI"] == "true")
      #expect(process.environment["BOTH"] == "step")
      #expect(process.environment["N"] == "7")
      #expect(process.environment["HARNESS_OUTPUT_FILE"] == bench.scratch.appending("output.env").string)
      #expect(process.environment["DRONE_OUTPUT"] == process.environment["HARNESS_OUTPUT_FILE"])
      #expect(process.environment["HARNESS_OUTPUT_SECRET_FILE"] == bench.scratch.appending("output-secret.env").string)
      #expect(process.user == nil && !process.isPrivileged)
      guard case .host = process.root else {
        Issue.record("the process has another root")
        return
      }
      #expect(bench.output == "from the process\n")
    }
  }

  @Test func `a script with an image runs in a container of its own`() async throws {
    try await StepBench.with { bench in
      let sandbox = FakeSandbox()
      _ = try await Self.execute(
        RunStep(
          command: "make", image: "busybox:1", environment: [NamedText("LANG", "de")], isPrivileged: "true",
          runAsUser: "1000"),
        bench, sandbox, infrastructure: .kubernetes)
      let process = try #require(sandbox.processes.first)
      #expect(process.environment["PATH"] == "/image/bin")
      #expect(process.environment["LANG"] == "de")
      #expect(process.environment["HOME"] == "/root")
      #expect(process.environment["CI"] == "true")
      #expect(process.environment["HARNESS_OUTPUT_FILE"] == "/tmp/engine/output.env")
      #expect(process.isPrivileged)
      #expect(process.user == .init(userID: 1000, groupID: 1000))
      #expect(process.mounts.map(\.target) == ["/harness", "/tmp/engine"])
      guard case .overlay(let overlay) = process.root else {
        Issue.record("the process has no root of its own")
        return
      }
      #expect(overlay.lowerDirectories == ["/layers/2", "/layers/1"])
      #expect(exists(overlay.upperDirectory) && exists(overlay.workDirectory))
      // Whoever the process runs as can leave its outputs.
      #expect(try FileStatus(of: bench.scratch).permissions == 0o777)
      #expect(try FileStatus(of: bench.scratch.appending("outputs")).permissions == 0o777)
    }
  }

  @Test(
    arguments: [
      (ProcessExit.exited(code: 0), StepResult.Outcome.succeeded, 0, nil),
      (.exited(code: 7), .failed(.unknown), 7, "exited with code 7"),
      (.killed(signal: 9), .failed(.unknown), 137, "killed by signal 9"),
      (.outOfMemory(code: 137), .failed(.resourceLimits), 137, "out of memory: limit "),
    ] as [(ProcessExit, StepResult.Outcome, Int, String?)])
  func `how the process ends is what the step comes to`(
    _ exit: ProcessExit, _ outcome: StepResult.Outcome, _ code: Int, _ message: String?
  ) async throws {
    try await StepBench.with { bench in
      let result = try await Self.execute(RunStep(command: "x"), bench, FakeSandbox(exit))
      #expect(result.outcome == outcome)
      #expect(result.exitCode == code)
      #expect(result.message == message)
    }
  }

  @Test(arguments: [0, 3])
  func `outputs are read from the files that the process left, also after a failure`(_ code: Int) async throws {
    try await StepBench.with { bench in
      let scratch = bench.scratch
      let sandbox = FakeSandbox(.exited(code: code)) { _ in
        try scratch.appending("output.env").write("FROM_FILE=\"a b\"\nDECLARED=file\n")
        try scratch.pushing("outputs/DECLARED").write("several\nlines\n")
        try scratch.appending("output-secret.env").write("TOKEN=s3cr3t\n")
      }
      let everything = try await Self.execute(RunStep(command: "x"), bench, sandbox)
      #expect(everything.outputs == ["FROM_FILE": "a b", "DECLARED": "file", "TOKEN": "s3cr3t"])
      #expect(everything.secretOutputs == ["TOKEN"])
      let declared = try await Self.execute(
        RunStep(
          command: "x",
          outputVariables: [.init(name: "DECLARED"), .init(name: "FROM_FILE", isSecret: true), .init(name: "MISSING")]),
        bench, sandbox)
      #expect(declared.outputs == ["FROM_FILE": "a b", "DECLARED": "several\nlines\n", "TOKEN": "s3cr3t"])
      #expect(declared.secretOutputs == ["TOKEN", "FROM_FILE"])
    }
  }

  @Test func `outputs that nobody declared are left out when some are declared`() async throws {
    try await StepBench.with { bench in
      let scratch = bench.scratch
      let sandbox = FakeSandbox { _ in try scratch.appending("output.env").write("A=1\nB=2\n") }
      let result = try await Self.execute(RunStep(command: "x", outputVariables: [.init(name: "A")]), bench, sandbox)
      #expect(result.outputs == ["A": "1"])
    }
  }

  @Test func `a link in place of an output is not followed`() async throws {
    try await StepBench.with { bench in
      let scratch = bench.scratch
      let sandbox = FakeSandbox { _ in
        try link(scratch.appending("output.env"), to: "/etc/passwd")
        try link(scratch.pushing("outputs/A"), to: "/etc/passwd")
      }
      let result = try await Self.execute(RunStep(command: "x", outputVariables: [.init(name: "A")]), bench, sandbox)
      #expect(result.outputs == [:])
    }
  }

  @Test func `an output that is too large fails the step`() async throws {
    try await StepBench.with { bench in
      let scratch = bench.scratch
      let sandbox = FakeSandbox { _ in
        try scratch.pushing("outputs/A").write([UInt8](repeating: 65, count: (16 << 20) + 1))
      }
      let failure = await failure {
        try await Self.execute(RunStep(command: "x", outputVariables: [.init(name: "A")]), bench, sandbox)
      }
      #expect(failure?.message == "A is larger than 16 MiB")
    }
  }

  @Test(arguments: [
    (
      RunStep(command: "x"), Infrastructure.kubernetes,
      "on Kubernetes infrastructure a Run step needs an image: add 'image' and 'connectorRef'"
    ),
    (
      RunStep(command: "x", image: ""), .kubernetes,
      "on Kubernetes infrastructure a Run step needs an image: add 'image' and 'connectorRef'"
    ),
    (RunStep(command: "x", image: "Not An Image"), .cloud, "'Not An Image' is no image reference"),
    (
      RunStep(command: nil, image: "busybox", outputVariables: [.init(name: "A")]), .cloud,
      "output variable should not be set for unset entrypoint or command"
    ),
    (
      RunStep(command: "x", image: "busybox", runAsUser: "root"), .cloud,
      "runAsUser must be a numeric user id, and is 'root'"
    ),
    (
      RunStep(command: "x", image: "busybox", isPrivileged: "maybe"), .cloud,
      "privileged must be true or false, and is 'maybe'"
    ),
  ])
  func `what cannot be run is said`(_ step: RunStep, _ infrastructure: Infrastructure, _ message: String) async throws {
    try await StepBench.with { bench in
      let sandbox = FakeSandbox()
      let failure = await failure {
        try await Self.execute(step, bench, sandbox, infrastructure: infrastructure)
      }
      #expect(failure?.message == message)
      #expect(failure?.type == .configuration)
      #expect(sandbox.processes.isEmpty)
    }
  }

  @Test func `an image that nobody has is an error of its own`() async throws {
    try await StepBench.with { bench in
      let error = await #expect(throws: ImageBuildError.self) {
        try await Self.execute(RunStep(command: "x", image: "missing"), bench)
      }
      #expect(error?.code == .baseImageMissing)
    }
  }
}
