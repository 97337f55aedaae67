import Engine
import Glibc
import Processes
import SystemPackage
import Testing

/// What is no fault of the process: it was never started.
@Suite struct RefusalTests {
  private func code(of process: SandboxedProcess, in sandbox: ContainedSandbox = sandbox) async -> SandboxError.Code? {
    do {
      _ = try await sandbox.run(process, output: .discard)
      return nil
    } catch {
      return (error as? SandboxError)?.code
    }
  }

  @Test(arguments: [["no-such-program"], ["/no/such/program"]])
  func `a program that does not exist is named`(_ arguments: [String]) async throws {
    let process = SandboxedProcess(arguments, environment: ["PATH": path], workingDirectory: "/")
    let error = await #expect(throws: SandboxError.self) { _ = try await sandbox.run(process, output: .discard) }
    #expect(error?.code == .programNotFound)
    #expect(error?.message.contains(arguments[0]) == true)
    #expect(error?.cause as? Errno == .noSuchFileOrDirectory)
  }

  @Test func `a program that cannot be executed is told from one that is missing`() async throws {
    try await withTemporaryDirectory { directory in
      try write("#!/bin/sh\n", to: directory.appending("plain"))
      try write("#!/no/such/interpreter\n", to: directory.appending("orphan"), permissions: 0o755)
      for name in ["plain", "orphan"] {
        let process = SandboxedProcess(
          [directory.appending(name).string], environment: [:], workingDirectory: directory)
        #expect(await code(of: process) == .programNotExecutable)
        let found = SandboxedProcess([name], environment: ["PATH": directory.string], workingDirectory: directory)
        #expect(await code(of: found) == .programNotExecutable)
      }
    }
  }

  @Test func `a working directory that is missing on the host is refused`() async {
    #expect(await code(of: .script("true", in: "/no/such/directory")) == .workingDirectoryRefused)
  }

  @Test func `a missing helper is named with a way out`() async throws {
    let sandbox = ContainedSandbox(helper: SandboxHelper(path: "/no/such/slipway-sandbox"))
    let error = await #expect(throws: SandboxError.self) {
      _ = try await sandbox.run(.script("true"), output: .discard)
    }
    #expect(error?.code == .helperMissing)
    #expect(error?.message.contains("install both") == true)
  }

  @Test func `a missing bubblewrap is named with a way out, and the host's steps do without`() async throws {
    let sandbox = ContainedSandbox(helper: SandboxHelper(path: helper.path, bubblewrap: "/no/such/bwrap"))
    var process = SandboxedProcess.script("true")
    #expect(try await sandbox.run(process, output: .discard).isSuccess)
    process.root = .overlay(.init(lowerDirectories: [], upperDirectory: "/tmp", workDirectory: "/tmp"))
    let error = await #expect(throws: SandboxError.self) { _ = try await sandbox.run(process, output: .discard) }
    #expect(error?.code == .bubblewrapMissing)
    #expect(error?.message.contains("/no/such/bwrap") == true)
    #expect(error?.message.contains("apt-get install bubblewrap") == true)
  }

  @Test(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason))
  func `what bubblewrap says when it fails is passed on`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      let bubblewrap = directory.appending("bwrap")
      try write("#!/bin/sh\necho 'bwrap: no luck today' >&2\nexit 1\n", to: bubblewrap, permissions: 0o755)
      let sandbox = ContainedSandbox(helper: SandboxHelper(path: helper.path, bubblewrap: bubblewrap))
      let error = await #expect(throws: SandboxError.self) {
        _ = try await sandbox.run(container.script("true"), output: .discard)
      }
      #expect(error?.code == .containerFailed)
      #expect(error?.message.contains("no luck today") == true)
      #expect(try tree(container.upper).isEmpty)
    }
  }

  @Test func `a helper that says nothing is no success`() async {
    let sandbox = ContainedSandbox(helper: SandboxHelper(path: "/bin/true"))
    #expect(await code(of: .script("true"), in: sandbox) == .helperFailed)
  }

  @Test(arguments: [
    SandboxedProcess(["true"], environment: [:], workingDirectory: "relative"),
    SandboxedProcess([], environment: [:], workingDirectory: "/"),
    SandboxedProcess(["true", "a\0b"], environment: [:], workingDirectory: "/"),
    SandboxedProcess(["true"], environment: ["A=B": "c"], workingDirectory: "/"),
    SandboxedProcess(["true"], environment: ["": "c"], workingDirectory: "/"),
    SandboxedProcess(["true"], environment: ["A": "b\0c"], workingDirectory: "/"),
    SandboxedProcess(
      ["true"], environment: [:], workingDirectory: "/", mounts: [.init(.temporary(sizeInBytes: nil), at: "relative")]),
  ])
  func `a request that makes no sense is refused`(_ process: SandboxedProcess) async {
    #expect(await code(of: process) == .invalidRequest)
  }

  @Test(.enabled(if: isRoot, "only root may mount"))
  func `a mount of nothing is refused`() async {
    var process = SandboxedProcess.script("true")
    process.mounts = [.init(.bind("/no/such/directory", isReadOnly: false), at: "/mnt")]
    #expect(await code(of: process) == .mountRefused)
  }

  @Test(.enabled(if: !isRoot, "root may change its user"))
  func `an ordinary user cannot become another`() async {
    var process = SandboxedProcess.script("true")
    process.user = .init(userID: geteuid() + 1, groupID: 1)
    #expect(await code(of: process) == .userRefused)
  }
}
