import Engine
import Glibc
import Processes
import Synchronization
import SystemPackage
import Testing

@Suite struct HostProcessTests {
  @Test func `the environment is exactly what was asked for`() async throws {
    let environment = ["PATH": path, "EMPTY": "", "LINES": "one\ntwo", "EQUALS": "a=b=c", "UNICODE": "grüße"]
    let printed = Printed()
    let exit = try await sandbox.run(
      SandboxedProcess(["env", "-0"], environment: environment, workingDirectory: "/"), output: printed.sink)
    #expect(exit.isSuccess)
    let variables = printed.text.split(separator: "\0").map(String.init)
    #expect(Set(variables) == Set(environment.map { "\($0.key)=\($0.value)" }))
  }

  @Test func `a large environment is handed on whole`() async throws {
    let value = String(repeating: "x", count: 100_000)
    var environment = ["PATH": path]
    for index in 0..<9 { environment["V\(index)"] = value }
    let result = try await run(
      SandboxedProcess(
        ["sh", "-c", "echo ${#V0} ${#V8}; env | wc -l"], environment: environment, workingDirectory: "/"))
    #expect(result.text.hasPrefix("100000 100000\n"))
    environment["V9"] = String(repeating: "x", count: 1 << 20)
    await #expect(throws: SandboxError.self) {
      _ = try await run(SandboxedProcess(["true"], environment: environment, workingDirectory: "/"))
    }
  }

  @Test func `no environment at all is possible`() async throws {
    let result = try await run(SandboxedProcess(["/usr/bin/env"], environment: [:], workingDirectory: "/"))
    #expect(result.exit == .exited(code: 0))
    #expect(result.text.isEmpty)
  }

  @Test func `standard output and standard error keep their order`() async throws {
    let result = try await run(.script("i=0; while [ $i -lt 200 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done"))
    #expect(result.text == (0..<200).map { "out \($0)\nerr \($0)\n" }.joined())
  }

  @Test func `standard input is empty`() async throws {
    let result = try await run(.script("cat; echo end"))
    #expect(result.text == "end\n")
  }

  @Test(arguments: [0, 1, 2, 125, 126, 127, 128, 143, 255])
  func `an exit code is passed on`(_ code: Int) async throws {
    #expect(try await run(.script("exit \(code)")).exit == .exited(code: code))
  }

  @Test(arguments: [1, 2, 6, 9, 11, 13, 15])
  func `the signal that killed a process is passed on`(_ signal: Int) async throws {
    let result = try await run(.script("kill -\(signal) $$"))
    #expect(result.exit == .killed(signal: signal))
    #expect(result.exit.shellCode == 128 + signal)
  }

  @Test func `the process starts in its working directory`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try await run(.script("pwd", in: directory))
      #expect(result.text == "\(directory)\n")
    }
  }

  @Test func `signals have their usual meaning in the process`() async throws {
    let result = try await run(.script("grep -E '^Sig(Blk|Ign)' /proc/self/status"))
    let masks = result.text.split(separator: "\n").compactMap { $0.split(separator: "\t").last }
      .compactMap { UInt64($0, radix: 16) }
    // glibc keeps the signals 32 and 33 to itself, and has them ignored in whatever posix_spawn starts.
    #expect(masks.map { $0 & ~(0b11 << 31) } == [0, 0])
  }

  @Test func `no descriptor but the standard three is handed on`() async throws {
    // The fourth is that of the directory that ls reads.
    #expect(try await run(.script("ls /proc/self/fd")).text == "0\n1\n2\n3\n")
  }

  @Test func `nobody can read the environment in a command line`() async throws {
    let process = SandboxedProcess(
      ["sh", "-c", "tr '\\0' ' ' < /proc/$PPID/cmdline; wc -c < /proc/$PPID/environ"],
      environment: ["PATH": path, "TOKEN": "s3cr3t-value"], workingDirectory: "/")
    let result = try await run(process)
    #expect(result.text.contains("slipway-sandbox"))
    #expect(!result.text.contains("s3cr3t-value"))
    #expect(result.text.hasSuffix(" 0\n"))
  }

  @Test func `fifty processes run side by side`() async throws {
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<50 {
        group.addTask { try await run(.script("echo \(index); sleep 0.05; echo \(index) >&2")).text }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(texts == Set((0..<50).map { "\($0)\n\($0)\n" }))
  }

  @Test func `a slow sink holds the process up`() async throws {
    try await withTemporaryDirectory { directory in
      let size = 20 << 20
      let done = directory.appending("done")
      let total = Mutex(0)
      let sink = OutputSink { bytes in
        #expect(bytes.count <= 1 << 16)
        let before = total.withLock { total in
          defer { total += bytes.count }
          return total
        }
        await Task.yield()
        // What is not here yet can at most be in the pipe and in one buffer of each side.
        if before + bytes.count + 4 * (1 << 16) < size { #expect(!exists(done)) }
      }
      let exit = try await sandbox.run(
        .script("head -c \(size) /dev/zero; touch done", in: directory), output: sink)
      #expect(exit.isSuccess)
      #expect(total.withLock { $0 } == size)
      #expect(exists(done))
    }
  }

  @Test func `a sink that fails ends the process and its error comes out`() async throws {
    struct Full: Error {}
    await #expect(throws: Full.self) {
      _ = try await sandbox.run(.script("echo ready; exec sleep 1000"), output: OutputSink { _ in throw Full() })
    }
  }

  @Test func `what a process leaves in the background is ended with it`() async throws {
    let result = try await run(.script("sleep 1000 & echo $!; setsid sleep 1000 >/dev/null 2>&1 & echo $!"))
    #expect(result.exit.isSuccess)
    let left = result.text.split(separator: "\n").compactMap { Int($0) }
    #expect(left.count == 2)
    #expect(!left.contains(where: isAlive))
  }

  @Test func `what still passes output on may finish`() async throws {
    // The shell does not wait for the cat that all its output goes through.
    var process = SandboxedProcess.script("exec > >(cat); echo first; echo last")
    process.arguments[0] = "bash"
    #expect(try await run(process).text == "first\nlast\n")
  }

  @Test func `everything ends when Slipway is gone`() async throws {
    try await withTemporaryDirectory { directory in
      // The script holds the status pipe as Slipway would, and lets go of it. The output is there before either end of the pipe is open.
      let script = """
        mkfifo status
        '\(helper.path)' run -- sh -c 'echo running; exec sleep 1000' >output 2>status </dev/null &
        exec 9<status
        tail -f output --pid=$! | grep -q -m 1 running
        exec 9<&-
        wait $!
        echo ended $?
        """
      let result = try await run(.script(script, in: directory))
      #expect(result.text == "ended 137\n")
    }
  }
}
