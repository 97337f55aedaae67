import Engine
import FoundationEssentials
import Glibc
import Processes
import SystemPackage
import Testing

@Suite(.enabled(if: BusyboxContainer.isUsable, BusyboxContainer.skipReason))
struct ContainerTests {
  /// Runs a script in a busybox container that `change` may change first.
  private func text(
    of script: String, _ change: (inout SandboxedProcess, BusyboxContainer) throws -> Void = { _, _ in }
  ) async throws -> String {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      var process = container.script(script)
      try change(&process, container)
      return try await run(process).text
    }
  }

  @Test func `a container sees its root and nothing of the host`() async throws {
    #expect(try await text(of: "ls /") == "bin\ndev\netc\nproc\nsys\n")
  }

  @Test func `a container has a small device directory of its own`() async throws {
    let names = "core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero"
    #expect(try await text(of: "echo $(ls /dev)") == names + "\n")
    #expect(try await text(of: "echo lost > /dev/null && echo kept > /dev/shm/x && cat /dev/shm/x") == "kept\n")
  }

  @Test func `the environment is exact in a container too`() async throws {
    try await withTemporaryDirectory { directory in
      let environment = ["A": "1", "LD_PRELOAD": "/no/such/library.so", "PATH": "/bin"]
      let result = try await run(
        SandboxedProcess(
          ["env"], environment: environment, workingDirectory: "/", root: try BusyboxContainer(in: directory).root))
      #expect(Set(result.text.split(separator: "\n")) == ["A=1", "LD_PRELOAD=/no/such/library.so", "PATH=/bin"])
    }
  }

  @Test func `exit codes and signals come out of a container`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      #expect(try await run(container.script("exit 42")).exit == .exited(code: 42))
      #expect(try await run(container.script("kill -9 $$")).exit == .killed(signal: 9))
      var missing = container.script("true")
      missing.arguments = ["bash"]
      await #expect(throws: SandboxError.self) { _ = try await run(missing) }
    }
  }

  @Test func `processes of the host are out of sight`() async throws {
    #expect(try await text(of: "echo $$; echo /proc/[0-9]*") == "2\n/proc/1 /proc/2\n")
  }

  @Test func `the capabilities are Docker's default set`() async throws {
    let set = "00000000a80425fb"
    let status = try await text(of: "grep -E '^(Cap|NoNew|Seccomp:)' /proc/self/status")
    #expect(
      status == """
        CapInh:\t0000000000000000
        CapPrm:\t\(set)
        CapEff:\t\(set)
        CapBnd:\t\(set)
        CapAmb:\t0000000000000000
        NoNewPrivs:\t1
        Seccomp:\t2

        """)
  }

  @Test func `a user that is not root has no capabilities`() async throws {
    let status = try await text(of: "grep -E '^(CapPrm|CapEff|CapBnd|NoNewPrivs)' /proc/self/status") { process, _ in
      process.user = .init(userID: 1000, groupID: 1000)
    }
    #expect(
      status == """
        CapPrm:\t0000000000000000
        CapEff:\t0000000000000000
        CapBnd:\t00000000a80425fb
        NoNewPrivs:\t1

        """)
  }

  @Test func `a program with the set-user-ID bit keeps it, but makes nobody root`() async throws {
    // The helper serves as one that is linked statically and tells whether it may become another user.
    let script = "stat -c %a /bin/as-root; /bin/as-root run --user 0:0 -- /bin/busybox id -u"
    let text = try await text(of: script) { process, container in
      process.user = .init(userID: 1000, groupID: 1000)
      let program = container.lower.appending("bin/as-root")
      try FileManager.default.copyItem(atPath: helper.path.string, toPath: program.string)
      #expect(program.withPlatformString { chmod($0, 0o4755) } == 0)
    }
    #expect(text.hasPrefix("4755\nerror user-refused "))
  }

  @Test func `a container's root cannot change Slipway's own program`() async throws {
    try await withTemporaryDirectory { directory in
      // The program is run in the container through the one descriptor that leads to it.
      var process = try BusyboxContainer(in: directory).script("")
      process.arguments = [
        "/proc/self/exe", "run", "--", "/bin/busybox", "sh", "-c",
        "busybox chmod 755 /proc/$PPID/exe || busybox echo refused",
      ]
      #expect(try await run(process).text.contains("Read-only file system\nrefused\n"))
    }
  }

  @Test(arguments: [
    "mount -t tmpfs none /bin", "mount -o remount,rw /sys", "unshare -U true", "unshare -m true",
    "echo 1 > /proc/sys/kernel/printk", "echo b > /proc/sysrq-trigger", "ls /sys/firmware/* 2>&1",
    "readlink /proc/1/root", "readlink /proc/1/exe",
    "cat /proc/1/environ",
    "mknod /dev/disk b 1 0 && dd if=/dev/disk of=/dev/null count=1",
    "mknod /disk b 1 0 && dd if=/disk of=/dev/null count=1",
    "chmod 666 /dev/null", "chmod 666 /proc/keys", "touch /dev/null",
    "mknod /mounted/disk b 1 0 && dd if=/mounted/disk of=/dev/null count=1",
  ])
  func `a way out of the container is closed`(_ attempt: String) async throws {
    let text = try await text(of: "(\(attempt)) >/dev/null 2>&1 && echo open || echo closed") { process, container in
      let shared = container.lower.removingLastComponent().appending("shared")
      try makeDirectory(shared)
      process.mounts = [.init(.bind(shared, isReadOnly: false), at: "/mounted")]
    }
    #expect(text == "closed\n")
  }

  @Test func `a privileged container keeps every capability and may mount`() async throws {
    let mine = try contents(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("CapEff") }
    let text = try await text(
      of: "grep -E '^(CapEff|Seccomp:)' /proc/self/status; mount -t tmpfs none /sys && ls /sys"
    ) { process, _ in process.isPrivileged = true }
    #expect(text == "\(mine ?? "")\nSeccomp:\t0\n")
  }

  @Test func `a container without network has a loopback interface alone, and it is up`() async throws {
    let script = """
      ls /sys/class/net; /bin/busybox ifconfig -a | grep -oE '^[a-z0-9]+'; /bin/busybox ifconfig lo | grep -o 'UP LOOPBACK RUNNING'
      """
    let text = try await text(of: script) { process, _ in process.network = .none }
    #expect(text == "lo\nUP LOOPBACK RUNNING\n")
  }

  @Test func `a container knows its own name`() async throws {
    #expect(try await text(of: "cat /proc/sys/kernel/hostname; grep -c '\tslipway$' /etc/hosts") == "slipway\n1\n")
  }

  @Test func `a container has the host's name servers`() async throws {
    let servers = (try? contents(of: "/etc/resolv.conf")) ?? ""
    #expect(try await text(of: "cat /etc/resolv.conf") == servers)
  }

  @Test func `users, groups and a missing working directory are as asked for`() async throws {
    let text = try await text(of: "id -u; id -g; id -G; pwd; stat -c %u:%g:%a . ..; touch mine && ls") { process, _ in
      process.user = .init(userID: 1000, groupID: 1001, supplementaryGroupIDs: [5, 6])
      process.workingDirectory = "/srv/app"
    }
    #expect(text == "1000\n1001\n1001 5 6\n/srv/app\n1000:1001:755\n1000:1001:755\nmine\n")
  }

  @Test func `mounts are where they were asked for`() async throws {
    let text = try await text(
      of:
        "cat /harness/file; touch /harness/new; cat /run/secrets/token; df -k /cache | grep -c /cache"
    ) { process, container in
      let workspace = container.lower.removingLastComponent().appending("workspace")
      try makeDirectory(workspace)
      try write("in workspace\n", to: workspace.appending("file"))
      try write("in secret\n", to: workspace.appending("secret"))
      process.mounts = [
        .init(.bind(workspace, isReadOnly: true), at: "/harness"),
        .init(.bind(workspace.appending("secret"), isReadOnly: true), at: "/run/secrets/token"),
        .init(.temporary(sizeInBytes: 1 << 20), at: "/cache"),
      ]
    }
    #expect(text == "in workspace\ntouch: /harness/new: Read-only file system\nin secret\n1\n")
  }

  @Test func `a mount can be inside of another, and in the container's own directories`() async throws {
    let script = "cat /harness/made/by/token /dev/token; ls /harness/empty /cache; df -k /dev/shm | grep -o 4096"
    try await withTemporaryDirectory { directory in
      let workspace = directory.appending("workspace")
      try makeDirectory(workspace)
      try write("secret\n", to: directory.appending("token"))
      var process = try BusyboxContainer(in: directory).script(script)
      process.mounts = [
        .init(.bind(workspace, isReadOnly: false), at: "/harness"),
        .init(.bind(directory.appending("token"), isReadOnly: true), at: "/harness/made/by/token"),
        .init(.bind(directory.appending("token"), isReadOnly: true), at: "/dev/token"),
        .init(.temporary(sizeInBytes: nil), at: "/harness/empty"),
        .init(.temporary(sizeInBytes: nil), at: "/cache"),
        .init(.temporary(sizeInBytes: nil), at: "/cache/inner"),
        .init(.temporary(sizeInBytes: 4 << 20), at: "/dev/shm"),
      ]
      #expect(try await run(process).text.hasPrefix("secret\nsecret\n/cache:\ninner\n\n/harness/empty:\n4096\n"))
      #expect(try tree(workspace) == ["empty", "made", "made/by", "made/by/token"])
    }
  }

  @Test func `links in a directory that is mounted lead a mount nowhere`() async throws {
    try await withTemporaryDirectory { directory in
      let workspace = directory.appending("workspace")
      let outside = directory.appending("outside")
      for path in [workspace, outside] { try makeDirectory(path) }
      for (name, destination) in [("link", outside.string), ("old", "/oldroot\(outside)")] {
        try FileManager.default.createSymbolicLink(
          atPath: workspace.appending(name).string, withDestinationPath: destination)
        var process = try BusyboxContainer(in: directory.appending(name)).script("true")
        process.mounts = [
          .init(.bind(workspace, isReadOnly: false), at: "/harness"),
          .init(.temporary(sizeInBytes: nil), at: FilePath("/harness/\(name)/inner")),
        ]
        let error = await #expect(throws: SandboxError.self) { _ = try await sandbox.run(process, output: .discard) }
        #expect(error?.code == .mountRefused)
        #expect(try tree(outside).isEmpty)
      }
    }
  }

  @Test(arguments: ["dev", "proc", "sys"])
  func `a container's own directories cannot be links of its image`(_ name: String) async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      try makeDirectory(container.lower.appending("elsewhere"))
      try FileManager.default.createSymbolicLink(
        atPath: container.lower.appending(name).string, withDestinationPath: "elsewhere")
      let error = await #expect(throws: SandboxError.self) { _ = try await run(container.script("true")) }
      #expect(error?.code == .mountRefused)
      #expect(error?.message.contains("/\(name) is a symbolic link") == true)
    }
  }

  @Test func `the command lines of a container hold nothing of its environment`() async throws {
    try await withTemporaryDirectory { directory in
      var process = try BusyboxContainer(in: directory).script("echo ready; read x < /fifo/end")
      process.environment["TOKEN"] = "s3cr3t-value"
      let fifos = directory.appending("fifos")
      try makeDirectory(fifos)
      #expect(fifos.appending("end").withPlatformString { mkfifo($0, 0o600) } == 0)
      process.mounts = [.init(.bind(fifos, isReadOnly: false), at: "/fifo")]
      let printed = Printed()
      async let exit = sandbox.run(process, output: printed.sink)
      await printed.wait(for: "ready")
      let lines = try await run(
        .script("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; echo > '\(fifos)/end'")
      ).text
      #expect(lines.contains("bwrap --args "))
      #expect(!lines.contains("s3cr3t-value"))
      _ = try await exit
    }
  }

  @Test func `a hundred layers are no trouble`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      var layers = [container.lower]
      for index in 0..<120 {
        let layer = directory.appending("layer,\(index):with\\signs")
        try makeDirectory(layer)
        try write("\(index)", to: layer.appending("file-\(index)"))
        try write("\(index)", to: layer.appending("top"))
        layers.insert(layer, at: 0)
      }
      var process = container.script("ls /file-* | grep -c file; cat /top")
      process.root = .overlay(
        .init(lowerDirectories: layers, upperDirectory: container.upper, workDirectory: container.work))
      #expect(try await run(process).text == "120\n119")
    }
  }

  @Test func `an upper directory alone can be the root`() async throws {
    try await withTemporaryDirectory { directory in
      let container = try BusyboxContainer(in: directory)
      var process = container.script("ls /; touch /made")
      process.root = .overlay(
        .init(lowerDirectories: [], upperDirectory: container.lower, workDirectory: container.work))
      #expect(try await run(process).text == "bin\ndev\netc\nproc\nsys\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: container.lower.string).sorted() == ["bin", "made"])
    }
  }

  @Test func `thirty containers run side by side`() async throws {
    try await withTemporaryDirectory { directory in
      let texts = try await withThrowingTaskGroup(of: String.self) { group in
        for index in 0..<30 {
          let container = try BusyboxContainer(in: directory.appending("\(index)"))
          group.addTask { try await run(container.script("echo \(index) > /made; cat /made")).text }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(texts == Set((0..<30).map { "\($0)\n" }))
      #expect(!(try contents(of: "/proc/self/mountinfo")).contains(directory.string))
    }
  }
}
