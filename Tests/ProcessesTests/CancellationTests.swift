import Engine
import Processes
import SystemPackage
import Testing

@Suite struct CancellationTests {
  /// Runs until `text` was printed, cancels, and waits for the end.
  private func cancel(_ process: SandboxedProcess, after text: String) async throws -> (
    exit: ProcessExit, printed: Printed
  ) {
    let printed = Printed()
    // Awaited and cancelled right below.
    let running = Task { try await sandbox.run(process, output: printed.sink) }
    await printed.wait(for: text)
    running.cancel()
    return (try await running.value, printed)
  }

  @Test func `a process may end gracefully, and what it prints then is kept`() async throws {
    let result = try await cancel(
      .script("trap 'echo bye; exit 3' TERM; echo ready; sleep 1000 & wait"), after: "ready")
    #expect(result.exit == .exited(code: 3))
    #expect(result.printed.text == "ready\nbye\n")
  }

  @Test func `a process that does nothing about it is ended by TERM`() async throws {
    let result = try await cancel(.script("echo ready; exec sleep 1000"), after: "ready")
    #expect(result.exit == .killed(signal: 15))
  }

  /// One that ignores TERM, with a child that does, and a daemon that does: in another session, its parents gone.
  private static let stubborn = """
    trap '' TERM
    sh -c 'echo child $$; exec sleep 1000' &
    (setsid sh -c 'echo daemon $$; exec sleep 1000' &)
    echo shell $$
    while :; do sleep 1000; done
    """

  @Test func `what ignores TERM is killed after the grace period, daemons too`() async throws {
    let printed = Printed()
    // Awaited and cancelled right below.
    let running = Task {
      try await sandbox.run(.script(Self.stubborn, gracePeriod: .milliseconds(50)), output: printed.sink)
    }
    for word in ["child ", "daemon ", "shell "] { await printed.wait(for: word) }
    running.cancel()
    #expect(try await running.value == .killed(signal: 9))
    for word in ["child", "daemon", "shell"] {
      let process = try #require(printed.number(after: word))
      #expect(!isAlive(process), "\(word) is alive")
    }
  }

  @Test(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason))
  func `a container is ended with everything in it`() async throws {
    try await withTemporaryDirectory { directory in
      var process = try BusyboxContainer(in: directory).script(
        "trap '' TERM; sh -c 'trap \"\" TERM; echo ready; exec sleep 1000'")
      process.gracePeriod = .milliseconds(50)
      #expect(try await cancel(process, after: "ready").exit == .killed(signal: 9))
      #expect(try await processes(with: directory.string).isEmpty)
      #expect(!(try contents(of: "/proc/self/mountinfo")).contains(directory.string))
    }
  }

  @Test(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason))
  func `a process in a container may end gracefully`() async throws {
    try await withTemporaryDirectory { directory in
      let process = try BusyboxContainer(in: directory).script(
        "trap 'echo bye; exit 3' TERM; echo ready; sleep 1000 & wait")
      let result = try await cancel(process, after: "ready")
      #expect(result.exit == .exited(code: 3))
      #expect(result.printed.text == "ready\nbye\n")
    }
  }

  @Test func `a task that is cancelled already starts nothing`() async throws {
    try await withTemporaryDirectory { directory in
      // Awaited and cancelled right below.
      let running = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await sandbox.run(.script("touch started", in: directory), output: .discard)
      }
      await #expect(throws: CancellationError.self) { _ = try await running.value }
      let made = try tree(directory)
      #expect(made.isEmpty)
    }
  }

  /// The command lines of processes that name `marker`, but for the one that looks.
  private func processes(with marker: String) async throws -> [Substring] {
    let result = try await run(
      .script("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c \(marker) || true"))
    // The shell and grep themselves name it, on one line.
    return result.text == "1\n" ? [] : [Substring(result.text)]
  }
}
