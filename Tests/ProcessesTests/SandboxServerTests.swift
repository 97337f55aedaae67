import Engine
import Glibc
import Processes
import SystemPackage
import TestSupport
import Testing

/// Processes that are forked from one that has made their mounts.
@Suite(.enabled(if: isRoot, "only root may mount")) struct SandboxServerTests {
  private let sandbox = ContainedSandbox(helper: helper)

  private func run(_ script: String, with directory: FilePath) async throws -> String {
    let printed = Printed()
    var process = SandboxedProcess.script(script, in: "/harness")
    process.mounts = [.init(.bind(directory, isReadOnly: false), at: "/harness")]
    let exit = try await sandbox.run(process, output: printed.sink)
    #expect(exit == .exited(code: 0), "\(printed.text)")
    return printed.text
  }

  /// Prints the server's number: the shell's parent is its supervisor, and that one's parent is the server.
  private static let server = "cut -d ' ' -f 4 /proc/$PPID/stat"

  @Test func `the same mounts are made once`() async throws {
    try await withTemporaryDirectory { directory in
      let first = try await run(Self.server, with: directory)
      let second = try await run(Self.server, with: directory)
      #expect(second == first)
      try await withTemporaryDirectory { other in
        let another = try await run(Self.server, with: other)
        #expect(another != first)
      }
      sandbox.close()
    }
  }

  @Test func `what a process mounts is its own, and what it writes is there for the next`() async throws {
    try await withTemporaryDirectory { directory in
      let first = "mount -t tmpfs mine /mnt; touch /mnt/gone /harness/kept; ls /mnt"
      let listed = try await run(first, with: directory)
      #expect(listed == "gone\n")
      let next = try await run("grep -c ' /mnt .* mine ' /proc/self/mountinfo || ls /harness", with: directory)
      #expect(next == "0\nkept\n")
      sandbox.close()
    }
  }

  @Test func `a directory that takes another's place is the one that is mounted`() async throws {
    try await withTemporaryDirectory { parent in
      let directory = parent.appending("workspace")
      try makeDirectory(directory)
      try write("old", to: directory.appending("file"))
      let before = try await run("cat file", with: directory)
      #expect(before == "old")
      #expect(rename(directory.string, parent.appending("before").string) == 0)
      try makeDirectory(directory)
      try write("new", to: directory.appending("file"))
      let after = try await run("cat file", with: directory)
      #expect(after == "new")
      sandbox.close()
    }
  }

  @Test func `a server that was killed is replaced`() async throws {
    try await withTemporaryDirectory { directory in
      let text = try await run(Self.server, with: directory)
      let server = try #require(Int32(text.dropLast()))
      // The process that it is killed by is forked from it, and goes on.
      let killed = try await run(
        "kill -9 \(server); while kill -0 \(server) 2>/dev/null && ! grep -q ') Z' /proc/\(server)/stat; do :; done; echo killed",
        with: directory)
      #expect(killed == "killed\n")
      let another = try await run(Self.server, with: directory)
      #expect(another != text)
      sandbox.close()
    }
  }

  @Test func `nothing is left when the sandbox is closed, and it can be used again`() async throws {
    try await withTemporaryDirectory { directory in
      let text = try await run(Self.server, with: directory)
      let server = try #require(Int(text.dropLast()))
      sandbox.close()
      #expect(!isAlive(server))
      let again = try await run("echo again", with: directory)
      #expect(again == "again\n")
      sandbox.close()
    }
  }

  @Test func `processes of one server run side by side, and each ends by itself`() async throws {
    try await withTemporaryDirectory { directory in
      let texts = try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<20 { group.addTask { try await run("echo \(number); touch f\(number)", with: directory) } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(texts.count == 20)
      let made = try tree(directory)
      #expect(made.count == 20)
      sandbox.close()
    }
  }
}
