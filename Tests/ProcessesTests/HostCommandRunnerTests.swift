import Engine
import Processes
import SystemPackage
import Testing

@Suite struct HostCommandRunnerTests {
  private let runner = HostCommandRunner()

  @Test func `both outputs and the exit code come back`() async throws {
    let result = try await runner.run(
      ["sh", "-c", "pwd; echo $A; echo problem >&2; exit 3"], environment: ["PATH": path, "A": "b"],
      workingDirectory: "/usr")
    #expect(String(decoding: result.standardOutput, as: UTF8.self) == "/usr\nb\n")
    #expect(String(decoding: result.standardError, as: UTF8.self) == "problem\n")
    #expect(result.exit == .exited(code: 3))
  }

  @Test func `the environment is exactly what was asked for`() async throws {
    let result = try await runner.run(["/usr/bin/env"], environment: ["ONLY": "this"], workingDirectory: "/")
    #expect(String(decoding: result.standardOutput, as: UTF8.self) == "ONLY=this\n")
  }

  @Test func `standard input is empty`() async throws {
    let result = try await runner.run(["cat"], environment: ["PATH": path], workingDirectory: "/")
    #expect(result.exit.isSuccess)
    #expect(result.standardOutput.isEmpty)
  }

  @Test(arguments: ["no-such-program", "/no/such/program", "", "/tmp"])
  func `a program that is missing is not found`(_ name: String) async throws {
    let error = await #expect(throws: CommandError.self) {
      _ = try await runner.run([name], environment: ["PATH": path], workingDirectory: "/")
    }
    #expect(error?.code == .notFound)
    #expect(runner.locate(name, environment: ["PATH": path]) == nil)
  }

  @Test func `a directory that is missing is named`() async throws {
    let error = await #expect(throws: CommandError.self) {
      _ = try await runner.run(["true"], environment: ["PATH": path], workingDirectory: "/no/such/directory")
    }
    #expect(error?.code == .notStarted)
    #expect(error?.message.contains("/no/such/directory") == true)
  }

  @Test func `a program that prints too much is refused`() async throws {
    let runner = HostCommandRunner(outputLimit: 1000)
    let error = await #expect(throws: CommandError.self) {
      _ = try await runner.run(
        ["head", "-c", "100000", "/dev/zero"], environment: ["PATH": path], workingDirectory: "/")
    }
    #expect(error?.code == .tooMuchOutput)
  }

  @Test func `a program is found on the path of its environment alone`() async throws {
    try await withTemporaryDirectory { directory in
      try write("#!/bin/sh\n", to: directory.appending("tool"), permissions: 0o755)
      try write("#!/bin/sh\n", to: directory.appending("text"))
      let environment = ["PATH": "/no/such/directory:\(directory)"]
      #expect(runner.locate("tool", environment: environment) == directory.appending("tool"))
      #expect(runner.locate("text", environment: environment) == nil)
      #expect(runner.locate("sh", environment: environment) == nil)
    }
  }

  @Test func `cancelling ends the program and its children`() async throws {
    try await withTemporaryDirectory { directory in
      let fifo = directory.appending("fifo")
      let make = try await runner.run(["mkfifo", fifo.string], environment: ["PATH": path], workingDirectory: "/")
      #expect(make.exit.isSuccess)
      // The child holds the fifo open until it ends, and so its reader is an event for both its start and its end.
      let script = "exec sh -c 'echo ready; exec sleep 1000' > fifo"
      // Awaited and cancelled right below.
      let running = Task {
        try await runner.run(
          ["sh", "-c", "(\(script)) & wait"], environment: ["PATH": path], workingDirectory: directory)
      }
      let printed = Printed()
      async let reading = sandbox.run(.script("exec cat '\(fifo)'"), output: printed.sink)
      await printed.wait(for: "ready")
      running.cancel()
      // Whether it throws or tells of the signal is a matter of who is quicker.
      _ = try? await running.value
      #expect(try await reading.isSuccess)
    }
  }
}
