import Engine
import SystemPackage
import TestSupport
import Testing

@testable import Processes

@Suite struct MachineCapabilitiesTests {
  @Test func `every capability has a sentence, and trying leaves nothing behind`() async throws {
    try await withTemporaryDirectory { directory in
      let machine = await MachineCapabilities.probe(
        helper: helper, directory: directory, commandRunner: HostCommandRunner())
      #expect(machine.capabilities.map(\.kind) == MachineCapabilities.Capability.Kind.allCases)
      #expect(machine.capabilities.allSatisfy { $0.sentence.hasSuffix(".") })
      #expect(machine[.sandboxHelper])
      let left = try tree(directory)
      #expect(left.isEmpty)
    }
  }

  @Test(.enabled(if: isRoot, "only root can be sure of these"))
  func `root can mount overlays in a directory, but not in one that is missing`() async throws {
    try await withTemporaryDirectory { directory in
      let runner = HostCommandRunner()
      let machine = await MachineCapabilities.probe(helper: helper, directory: directory, commandRunner: runner)
      #expect(machine[.mountNamespaces])
      #expect(machine[.overlays])
      let missing = await MachineCapabilities.probe(
        helper: helper, directory: directory.appending("missing"), commandRunner: runner)
      #expect(!missing[.overlays])
    }
  }

  @Test func `without the helper nothing is possible, and why is said`() async throws {
    let machine = await MachineCapabilities.probe(
      helper: SandboxHelper(path: "/no/such/slipway-sandbox"), directory: "/tmp", commandRunner: HostCommandRunner())
    #expect(machine.capabilities.map(\.kind) == [.sandboxHelper])
    #expect(!machine[.sandboxHelper])
    #expect(machine.capabilities[0].sentence.contains("/no/such/slipway-sandbox"))
  }

  @Test func `bubblewrap is said to be there in its version, or missing with a way out`() async throws {
    try await withTemporaryDirectory { directory in
      let program = directory.appending("bwrap")
      let helper = SandboxHelper(path: helper.path, bubblewrap: program)
      let missing = await MachineCapabilities.probe(
        helper: helper, directory: directory, commandRunner: HostCommandRunner())
      #expect(!missing[.bubblewrap])
      #expect(missing.capabilities[1].sentence.hasPrefix("There are no containers"))
      #expect(missing.capabilities[1].wayOut?.hasSuffix("apt-get install bubblewrap") == true)
      try write("#!/bin/sh\necho bubblewrap 9.8.7\n", to: program, permissions: 0o755)
      let there = await MachineCapabilities.probe(
        helper: helper, directory: directory, commandRunner: HostCommandRunner())
      #expect(there[.bubblewrap])
      #expect(there.capabilities[1].sentence.contains("bubblewrap 9.8.7"))
    }
  }

  @Test func `a bubblewrap that can make no container here is none, and says why`() async throws {
    try await withTemporaryDirectory { directory in
      let program = directory.appending("bwrap")
      try write(
        "#!/bin/sh\n[ $1 = --version ] && exit; echo \"bwrap: Can't mount proc on /newroot/proc\" >&2; exit 1\n",
        to: program, permissions: 0o755)
      let machine = await MachineCapabilities.probe(
        helper: SandboxHelper(path: helper.path, bubblewrap: program), directory: directory,
        commandRunner: HostCommandRunner())
      #expect(!machine[.bubblewrap])
      #expect(machine.capabilities[1].sentence.contains("Can't mount proc"))
      #expect(machine.capabilities[1].wayOut?.contains("--privileged") == true)
    }
  }

  private static func machine(
    _ answers: String, kernel: KernelSettings = KernelSettings(directory: "/nowhere"), canMapUsers: Bool = true
  ) -> MachineCapabilities {
    MachineCapabilities(
      helper: helper, bubblewrap: .init(kind: .bubblewrap, isAvailable: false, sentence: "There is none."),
      answers: answers, kernel: kernel, canMapUsers: canMapUsers, controlGroups: ControlGroups(root: "/nowhere"))
  }

  @Test func `the answers of a machine that allows nothing are put into words, each with a way out`() {
    let machine = Self.machine(
      "mount-namespace 1\nuser-namespace 28\noverlay 22\nsubordinate-users 0\nsubordinate-groups 0\n")
    #expect(machine.capabilities.map(\.kind) == MachineCapabilities.Capability.Kind.allCases)
    #expect(machine.capabilities.filter(\.isAvailable).map(\.kind) == [.sandboxHelper])
    #expect(machine.capabilities[2].sentence.contains("Operation not permitted"))
    for kind in [MachineCapabilities.Capability.Kind.overlays, .userNamespaces, .subordinateUsers, .systemCallFilter] {
      #expect(machine.capabilities.first { $0.kind == kind }?.wayOut != nil, "\(kind)")
    }
    #expect(machine.capabilities.last?.sentence.contains("no control groups are mounted") == true)
  }

  @Test(arguments: [
    ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
    ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=15000"),
  ])
  func `what forbids namespaces is found, and how it is changed`(_ file: String, _ value: String, _ wayOut: String)
    throws
  {
    try TemporaryDirectory.with { (directory: FilePath) throws in
      try directory.pushing(FilePath(file)).write(value + "\n")
      try directory.pushing("kernel/seccomp/actions_avail").write("kill_process errno allow\n")
      let machine = Self.machine("user-namespace 1\n", kernel: KernelSettings(directory: directory))
      #expect(machine.capabilities.first { $0.kind == .userNamespaces }?.wayOut == "as root: \(wayOut)")
      #expect(machine[.systemCallFilter])
    }
  }

  @Test func `a machine that grants numbers says how many, and what gives them`() {
    let answers = "subordinate-users 65536\nsubordinate-groups 65536\n"
    let granted = Self.machine(answers).capabilities.first { $0.kind == .subordinateUsers }
    #expect(granted?.isAvailable == true)
    #expect(granted?.sentence.contains("65536") == true)
    let without = Self.machine(answers, canMapUsers: false).capabilities.first { $0.kind == .subordinateUsers }
    #expect(without?.isAvailable == false)
    #expect(without?.wayOut == "install it: apt-get install uidmap")
  }
}
