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
      #expect(missing.capabilities[1].sentence.hasSuffix("apt-get install bubblewrap."))
      try write("#!/bin/sh\necho bubblewrap 9.8.7\n", to: program, permissions: 0o755)
      let there = await MachineCapabilities.probe(
        helper: helper, directory: directory, commandRunner: HostCommandRunner())
      #expect(there[.bubblewrap])
      #expect(there.capabilities[1].sentence.contains("bubblewrap 9.8.7"))
    }
  }

  private let noBubblewrap = MachineCapabilities.Capability(
    kind: .bubblewrap, isAvailable: false, sentence: "There is none.")

  @Test func `the answers of a machine that allows nothing are put into words`() {
    let machine = MachineCapabilities(
      helper: helper, bubblewrap: noBubblewrap,
      answers: "mount-namespace 1\nuser-namespace 28\noverlay 22\nsubordinate-users 0\nsubordinate-groups 0\n")
    #expect(machine.capabilities.filter(\.isAvailable).map(\.kind) == [.sandboxHelper])
    #expect(machine.capabilities[2].sentence.contains("Operation not permitted"))
  }

  @Test func `a machine that grants numbers says how many`() {
    let machine = MachineCapabilities(
      helper: helper, bubblewrap: noBubblewrap, answers: "subordinate-users 65536\nsubordinate-groups 65536\n")
    #expect(machine[.subordinateUsers])
    #expect(machine.capabilities.last?.sentence.contains("65536") == true)
  }
}
