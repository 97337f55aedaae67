import Engine
import FoundationEssentials
import Glibc
import Processes
import SystemPackage
import TestSupport
import Testing

/// What an ordinary user gets. Where the tests run as root, they become `nobody` for it.
@Suite struct UserNamespaceTests {
  /// Runs `arguments` of the helper, from a place where every user may execute it.
  private func run(
    _ arguments: [String], in directory: FilePath, environment: [String: String] = ["PATH": path]
  ) async throws -> CommandResult {
    let copy = directory.appending("slipway-sandbox")
    if !exists(copy) { try FileManager.default.copyItem(atPath: helper.path.string, toPath: copy.string) }
    let command = arguments.map { $0 == "HELPER" ? copy.string : $0 }
    let nobody = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    return try await HostCommandRunner().run(
      nobody + [copy.string] + command, environment: environment, workingDirectory: directory)
  }

  private static let areAllowed: Bool = {
    let limit = (try? contents(of: "/proc/sys/user/max_user_namespaces")).flatMap { Int($0.split(separator: "\n")[0]) }
    return (limit ?? 0) > 0
  }()

  @Test(.enabled(if: areAllowed, "this kernel gives no user namespaces"))
  func `an ordinary user is root in it, and its environment and exit code are passed on`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try await run(
        ["userns", "--", "sh", "-c", "id -u; echo $GREETING; exit 7"], in: directory,
        environment: ["PATH": path, "GREETING": "hello"])
      #expect(String(decoding: result.standardOutput, as: UTF8.self) == "0\nhello\n")
      #expect(result.exit == .exited(code: 7))
      let killed = try await run(["userns", "--", "sh", "-c", "kill -9 $$"], in: directory)
      #expect(killed.exit == .killed(signal: 9))
    }
  }

  @Test func `a program that is missing is said to be`() async throws {
    try await withTemporaryDirectory { directory in
      let result = try await run(["userns", "--", "no-such-program"], in: directory)
      #expect(result.exit == .exited(code: 127))
      #expect(String(decoding: result.standardError, as: UTF8.self).contains("no-such-program"))
    }
  }

  @Test(
    .enabled(if: areAllowed, "this kernel gives no user namespaces"),
    .enabled(if: Peer.isUsable("busybox"), "needs a static busybox"))
  func `an ordinary user can run a container`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      try write("old", to: container.lower.appending("old"))
      if isRoot {
        for path in [container.lower, container.upper, container.work] {
          #expect(path.withPlatformString { chown($0, 65534, 65534) } == 0)
        }
        #expect(container.lower.appending("old").withPlatformString { chown($0, 65534, 65534) } == 0)
      }
      let arguments = [
        "userns", "--", "HELPER", "run", "--lower", container.lower.string, "--upper", container.upper.string,
        "--work", container.work.string, "--bind", directory.string, "/harness", "--directory", "/", "--",
        "/bin/sh", "-c",
        "id -u; ls /; ls /harness/lower; rm /old; echo new > /new; mount -t tmpfs none /bin || echo refused",
      ]
      let result = try await run(arguments, in: directory)
      #expect(String(decoding: result.standardError, as: UTF8.self) == "exited 0\n")
      let lines = String(decoding: result.standardOutput, as: UTF8.self).split(separator: "\n")
      #expect(lines.prefix(8) == ["0", "bin", "dev", "etc", "harness", "old", "proc", "sys"])
      #expect(lines.last == "refused")
      #expect(try tree(container.upper) == ["new", "old"])
      #expect(try status(of: container.upper.appending("old")).st_mode & S_IFMT == S_IFCHR)
    }
  }

  @Test(
    .enabled(if: isRoot && exists("/etc/subuid") && exists("/etc/subgid"), "needs root, to grant subordinate numbers"),
    .enabled(if: Peer.isUsable("newuidmap") && Peer.isUsable("newgidmap"), "needs newuidmap and newgidmap"))
  func `subordinate numbers become users and groups`() async throws {
    try await withTemporaryDirectory { directory in
      let copy = directory.appending("slipway-sandbox")
      try FileManager.default.copyItem(atPath: helper.path.string, toPath: copy.string)
      let grants = directory.appending("grants")
      try write("nobody:200000:1000\n65534:300000:50\n", to: grants)
      var process = SandboxedProcess.script(
        """
        exec setpriv --reuid=65534 --regid=65534 --clear-groups '\(copy)' userns -- \
          sh -c "cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '
                 setpriv --reuid=77 --regid=78 --groups=79 id -G"
        """)
      process.mounts = ["/etc/subuid", "/etc/subgid"].map { .init(.bind(grants, isReadOnly: true), at: $0) }
      let map = " 0 65534 1\n 1 200000 1000\n 1001 300000 50\n"
      let printed = Printed()
      _ = try await sandbox.run(process, output: printed.sink)
      #expect(printed.text == map + map + "78 79\n")
    }
  }

  @Test func `a helper that is missing is named`() {
    let error = #expect(throws: SandboxError.self) {
      try UserNamespace.enter(
        helper: SandboxHelper(path: "/no/such/slipway-sandbox"), executable: "/bin/true", arguments: ["true"],
        environment: [:])
    }
    #expect(error?.code == .helperMissing)
  }

  @Test func `root needs none`() {
    #expect(UserNamespace.isNeeded == !isRoot)
  }
}
