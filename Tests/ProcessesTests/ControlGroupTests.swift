import Engine
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Processes

/// Limits of memory and processor time: where they can be had, how they are kept, and what is said where they cannot.
@Suite(.serialized) struct ControlGroupTests {
  // MARK: On this machine

  private static let here = ControlGroups()
  private static var keepsMemory: Bool { here.obstacles[.memory] == nil }
  private static var keepsProcessors: Bool { here.obstacles[.cpu] == nil }

  private static func groupsLeft() -> [String] {
    Set(here.places.values.map(\.directory)).flatMap(ControlFile.names)
      .filter { $0.hasPrefix("\(ControlGroup.prefix)\(getpid())-") && !$0.contains("trial") }
  }

  private static func limited(_ script: String, _ limits: SandboxedProcess.Limits) -> SandboxedProcess {
    var process = SandboxedProcess.script(script)
    process.limits = limits
    return process
  }

  /// Holds as many bytes as are written into a file in memory.
  private static let hungry = "head -c 200000000 /dev/zero | tail -c 200000000 | wc -c"

  @Test(.enabled(if: keepsMemory, "this machine keeps no memory limits"))
  func `a process that wants more memory than its limit is killed, and it is known why`() async throws {
    let result = try await run(Self.limited("\(Self.hungry); exit 9", .init(memory: 32 << 20)))
    #expect(result.exit == .outOfMemory(code: 9), "\(result)")
    let alone = try await run(
      Self.limited("exec dd if=/dev/zero of=/dev/null bs=200000000 count=1", .init(memory: 32 << 20)))
    #expect(alone.exit == .outOfMemory(code: 137), "\(alone)")
    #expect(Self.groupsLeft() == [])
  }

  @Test(.enabled(if: keepsMemory, "this machine keeps no memory limits"))
  func `what keeps to its limit is not disturbed, and a failure of its own stays one`() async throws {
    let fine = try await run(Self.limited("echo fine; exit 3", .init(memory: 64 << 20, processors: 500)))
    #expect(fine.exit == .exited(code: 3))
    #expect(fine.text == "fine\n")
    // A child is killed, and the script goes on: a word about it, and no failure.
    let survived = try await run(Self.limited("\(Self.hungry) > /dev/null 2>&1; true", .init(memory: 32 << 20)))
    #expect(survived.exit.isSuccess)
    #expect(survived.text.contains("memory limit was reached"))
    #expect(Self.groupsLeft() == [])
  }

  @Test(.enabled(if: keepsMemory && keepsProcessors, "this machine keeps no limits"))
  func `everything that a process starts is in its group`() async throws {
    let result = try await run(
      Self.limited(
        "(setsid sh -c 'cat /proc/self/cgroup'); cat /proc/self/cgroup", .init(memory: 64 << 20, processors: 500)))
    let lines = result.text.split(separator: "\n").filter { $0.contains(ControlGroup.prefix) }
    let hierarchies = Set(Self.here.places.values.map(\.directory)).count
    #expect(lines.count == 2 * hierarchies, "\(result.text)")
    #expect(Self.groupsLeft() == [])
  }

  @Test(.enabled(if: keepsProcessors, "this machine keeps no processor limits"))
  func `processor time is what the limit says`() async throws {
    // The kernel itself counts how often a group had to wait.
    let script = """
      file=$(grep -l . $(sed -n 's,^[0-9]*:[a-z,]*:\\(.*\\),/sys/fs/cgroup/cpu\\1/cpu.stat /sys/fs/cgroup\\1/cpu.stat,p' \
        /proc/self/cgroup) 2>/dev/null | grep \(ControlGroup.prefix) | head -1)
      i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; cat "$file"
      """
    let result = try await run(Self.limited(script, .init(processors: 50)))
    let throttled = result.text.split(separator: "\n").first { $0.hasPrefix("nr_throttled ") }
      .flatMap { Int($0.split(separator: " ")[1]) }
    #expect((throttled ?? 0) > 0, "\(result.text)")
  }

  // MARK: Machines that are made up

  private static func machine(
    mounts: String, membership: String, files: [String: String], _ work: (ControlGroups, FilePath) throws -> Void
  ) throws {
    try TemporaryDirectory.with { (root: FilePath) throws in
      try root.pushing("proc/self/mountinfo").write(mounts)
      try root.pushing("proc/self/cgroup").write(membership)
      for (name, text) in files { try root.pushing(FilePath(name)).write(text) }
      try work(ControlGroups(root: root), root)
    }
  }

  private static let unified = "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"

  @Test func `with cgroup v2 a group is made beside one's own, in a parent that hands controllers down`() throws {
    let slice = "sys/fs/cgroup/user.slice/app.slice"
    try Self.machine(
      mounts: Self.unified, membership: "0::/user.slice/app.slice/slipway.scope\n",
      files: [
        "\(slice)/cgroup.controllers": "cpu memory pids\n", "\(slice)/cgroup.subtree_control": "memory pids\n",
        "\(slice)/cgroup.procs": "", "\(slice)/slipway.scope/cgroup.procs": "1\n",
      ]
    ) { groups, root in
      #expect(groups.obstacles == [:])
      let group = try #require(try groups.makeGroup(.init(memory: 64 << 20, processors: 400)))
      let directory = try #require(group.directories.first)
      #expect(group.directories.count == 1)
      #expect(directory.removingLastComponent() == root.pushing(FilePath(slice)))
      #expect(try directory.appending("memory.max").readText() == "67108864")
      #expect(try directory.appending("memory.swap.max").readText() == "0")
      #expect(try directory.appending("cpu.max").readText() == "40000 100000")
      // What is there already is not asked for again.
      #expect(try root.pushing(FilePath("\(slice)/cgroup.subtree_control")).readText().hasPrefix("+cpu"))
      #expect(group.outOfMemoryKills == 0)
      try directory.appending("memory.events").write("low 0\noom 2\noom_kill 3\n")
      #expect(group.outOfMemoryKills == 3)
      #expect(try groups.makeGroup(.init()) == nil)
    }
  }

  @Test func `a controller that is not handed down is named, with the way to get it`() throws {
    try Self.machine(
      mounts: Self.unified, membership: "0::/user.slice/session-1.scope\n",
      files: ["sys/fs/cgroup/user.slice/cgroup.controllers": "memory pids\n"]
    ) { groups, root in
      let processors = try #require(groups.obstacles[.cpu])
      #expect(processors.contains("has no cpu controller (it has memory, pids)"), "\(processors)")
      #expect(processors.contains("systemd-run"))
      #expect(groups.obstacles[.memory]?.contains("cgroup.procs") != true)
    }
  }

  @Test func `a machine without control groups says so`() throws {
    try Self.machine(mounts: "22 1 0:1 / / rw - ext4 /dev/vda rw\n", membership: "", files: [:]) { groups, _ in
      #expect(groups.obstacles.keys.sorted { $0.rawValue < $1.rawValue } == [.cpu, .memory])
      #expect(groups.obstacles[.memory]?.contains("no control groups are mounted") == true)
      let group = try groups.makeGroup(.init(memory: 1 << 30))
      #expect(group == nil)
    }
    let sandbox = ContainedSandbox(helper: helper, findControlGroups: { ControlGroups(root: "/nowhere") })
    #expect(sandbox.obstacles(to: .init(memory: 1)).count == 1)
    #expect(sandbox.obstacles(to: .init(memory: 1, processors: 1)).count == 2)
    #expect(sandbox.obstacles(to: .init()) == [])
  }

  @Test func `with the older hierarchies a group is made in each, below one's own`() throws {
    try Self.machine(
      mounts: """
        35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

        """, membership: "4:memory:/job\n1:cpu,cpuacct:/docker/abc\n0::/\n",
      files: ["sys/fs/cgroup/memory/job/tasks": "", "sys/fs/cgroup/cpu,cpuacct/tasks": ""]
    ) { groups, root in
      #expect(groups.obstacles == [:])
      let group = try #require(try groups.makeGroup(.init(memory: 64 << 20, processors: 1500)))
      #expect(
        Set(group.directories.map { $0.removingLastComponent() })
          == [root.pushing("sys/fs/cgroup/memory/job"), root.pushing("sys/fs/cgroup/cpu,cpuacct")])
      let memory = try #require(group.directories.first { $0.string.contains("memory") })
      let processors = try #require(group.directories.first { $0.string.contains("cpuacct") })
      #expect(try memory.appending("memory.limit_in_bytes").readText() == "67108864")
      #expect(try processors.appending("cpu.cfs_quota_us").readText() == "150000")
    }
  }
}
