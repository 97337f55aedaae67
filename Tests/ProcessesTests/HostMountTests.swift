import Engine
import Processes
import SystemPackage
import Testing

@Suite(.enabled(if: isRoot, "only root may mount"))
struct HostMountTests {
  private func process(_ script: String, _ mounts: [SandboxedProcess.Mount]) -> SandboxedProcess {
    var process = SandboxedProcess.script(script)
    process.mounts = mounts
    return process
  }

  @Test func `a directory that the host does not have appears to the process alone`() async throws {
    try await withTemporaryDirectory { directory in
      try write("here", to: directory.appending("file"))
      let target = FilePath("/slipway-test-target")
      var process = process(
        "pwd; cat file; echo made > new; ls -d /usr /tmp /etc/passwd",
        [.init(.bind(directory, isReadOnly: false), at: target)])
      process.workingDirectory = target
      let result = try await run(process)
      #expect(result.text == "/slipway-test-target\nhere/etc/passwd\n/tmp\n/usr\n")
      #expect(try contents(of: directory.appending("new")) == "made\n")
      #expect(!exists(target))
    }
  }

  @Test func `the rest of the host stays what it is beside a new directory`() async throws {
    try await withTemporaryDirectory { directory in
      let marker = directory.appending("marker")
      let target = FilePath("/slipway-test-beside")
      let result = try await run(
        process(
          "echo seen > \(marker); ls -A / > \(directory)/entries; touch /slipway-test-lost 2>&1",
          [.init(.temporary(sizeInBytes: nil), at: target)]))
      #expect(result.text.contains("Read-only file system"))
      #expect(try contents(of: marker) == "seen\n")
      let inside = Set(try contents(of: directory.appending("entries")).split(separator: "\n").map(String.init))
      let outside = Set(try await run(.script("ls -A /")).text.split(separator: "\n").map(String.init))
      #expect(inside == outside.union(["slipway-test-beside"]))
    }
  }

  @Test func `a read-only bind cannot be written`() async throws {
    try await withTemporaryDirectory { directory in
      try write("here", to: directory.appending("file"))
      let result = try await run(
        process("cat /mnt/file; touch /mnt/new", [.init(.bind(directory, isReadOnly: true), at: "/mnt")]))
      #expect(result.exit == .exited(code: 1))
      #expect(result.text.hasPrefix("here"))
      #expect(try tree(directory) == ["file"])
    }
  }

  @Test func `a file can be mounted over a file`() async throws {
    try await withTemporaryDirectory { directory in
      try write("mine", to: directory.appending("hosts"))
      let result = try await run(
        process("cat /etc/hosts", [.init(.bind(directory.appending("hosts"), isReadOnly: true), at: "/etc/hosts")]))
      #expect(result.text == "mine")
    }
  }

  @Test func `a temporary file system has its size and is gone afterwards`() async throws {
    let result = try await run(
      process(
        "head -c 200000 /dev/zero > /mnt/big; stat -c %s /mnt/big",
        [.init(.temporary(sizeInBytes: 65536), at: "/mnt")]))
    #expect(result.text.hasSuffix("65536\n"))
    #expect(!exists("/mnt/big"))
  }

  @Test func `a process without network has a loopback interface alone`() async throws {
    var process = SandboxedProcess.script("cat /proc/net/dev | tail -n +3 | cut -d: -f1")
    process.network = .none
    #expect(try await run(process).text.split(separator: " ").joined() == "lo\n")
  }

  @Test func `a process runs as the user and in the groups that were asked for`() async throws {
    var process = SandboxedProcess.script("id -u; id -g; id -G")
    process.user = .init(userID: 1234, groupID: 1235, supplementaryGroupIDs: [7, 9])
    #expect(try await run(process).text == "1234\n1235\n1235 7 9\n")
  }

  @Test func `no mount is left`() async throws {
    try await withTemporaryDirectory { directory in
      _ = try await run(process("true", [.init(.bind(directory, isReadOnly: true), at: "/slipway-test-mount")]))
      #expect(!(try contents(of: "/proc/self/mountinfo")).contains(directory.string))
    }
  }
}
