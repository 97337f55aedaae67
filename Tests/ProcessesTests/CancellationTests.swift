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

  @Test(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason), arguments: 0..<8)
  func `a container that is cancelled while it is made ends at once`(_ step: Int) async throws {
    try await withTemporaryDirectory { directory in
      let process = try BusyboxContainer(in: directory).script("sleep 1000")
      // Awaited and cancelled right below.
      let running = Task { try await sandbox.run(process, output: .discard) }
      // However far it gets meanwhile: each of these takes about as long as a fraction of the container's start.
      for _ in 0..<step { _ = try await run(.script("true")) }
      running.cancel()
      do {
        let exit = try await running.value
        // TERM was enough: KILL comes only when the grace period is over.
        #expect(exit == .killed(signal: 15))
      } catch is CancellationError {}
    }
  }

  @Test(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason))
  func `what a container leaves in the background may finish, and is ended then`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      let result = try await run(container.script("sleep 1000 & (echo last) & exit 3"))
      #expect(result.exit == .exited(code: 3))
      #expect(result.text == "last\n")
    }
  }

  @Test(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason))
  func `a container ends when its supervisor is killed`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      let gone = directory.appending("gone")
      try makeDirectory(gone)
      // The container's shell keeps the fifo open; its reader sees the end when nobody does any more.
      let script = """
        mkfifo '\(gone)/fifo'
        '\(helper.path)' run --upper '\(container.lower)' --bind '\(gone)' /gone -- \
          /bin/busybox sh -c 'exec 9>/gone/fifo; echo ready >&9; busybox sleep 1000' 2>/dev/null </dev/null &
        exec 8<'\(gone)/fifo'
        read ready <&8
        kill -9 $!
        cat <&8
        echo $ready and gone
        """
      #expect(try await run(.script(script)).text == "ready and gone\n")
      #expect(!(try contents(of: "/proc/self/mountinfo")).contains(directory.string))
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
