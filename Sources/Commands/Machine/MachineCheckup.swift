import Engine
import Glibc
import OCI
import Processes
import SystemPackage

/// Finds out what runs need and whether this machine has it.
struct MachineCheckup {
  /// Below this a run with images soon ends at a full disk.
  private static let leastSpace: Int64 = 1 << 30

  let toolbox: Toolbox

  func rows() async -> [CapabilityTable.Row] {
    await [state(), git()] + capabilities()
  }

  private func capabilities() async -> [CapabilityTable.Row] {
    let machine = await MachineCapabilities.probe(
      helper: toolbox.sandboxHelper, directory: toolbox.state.root, commandRunner: toolbox.commands,
      environment: toolbox.surroundings.toolEnvironment)
    return machine.capabilities.map { capability in
      CapabilityTable.Row(
        name: capability.kind.rawValue, isAvailable: capability.isAvailable, isNeeded: Self.isNeeded(capability.kind),
        sentence: capability.sentence, wayOut: capability.wayOut)
    }
  }

  private static func isNeeded(_ kind: MachineCapabilities.Capability.Kind) -> Bool {
    switch kind {
    case .sandboxHelper, .bubblewrap, .overlays, .systemCallFilter: true
    case .mountNamespaces, .userNamespaces: geteuid() != 0
    case .subordinateUsers, .memoryLimits, .processorLimits: false
    }
  }

  private func state() -> CapabilityTable.Row {
    let directory = toolbox.state.root
    let shown = toolbox.surroundings.shown(directory)
    func row(_ isAvailable: Bool, _ sentence: String, _ wayOut: String) -> CapabilityTable.Row {
      CapabilityTable.Row(
        name: "stateDirectory", isAvailable: isAvailable, isNeeded: true, sentence: sentence,
        wayOut: isAvailable ? nil : wayOut)
    }
    let elsewhere = "choose another directory with --state"
    do {
      try directory.createDirectories()
      guard directory.withPlatformString({ access($0, W_OK | X_OK) }) == 0 else {
        return row(false, "The state directory \(shown) cannot be written to.", elsewhere)
      }
      let space = try DiskSpace.available(in: directory)
      let text = SizeText.of(space)
      guard space >= Self.leastSpace else {
        return row(
          false, "The state directory \(shown) has only \(text) left.",
          "free some with 'slipway prune', or \(elsewhere)")
      }
      return row(true, "The state directory \(shown) has \(text) left.", elsewhere)
    } catch {
      return row(
        false, "The state directory \(shown) cannot be used: \((error as? OCIError)?.message ?? "\(error)").", elsewhere
      )
    }
  }

  private func git() async -> CapabilityTable.Row {
    let environment = toolbox.surroundings.toolEnvironment
    func missing(_ sentence: String) -> CapabilityTable.Row {
      CapabilityTable.Row(
        name: "git", isAvailable: false, isNeeded: true, sentence: sentence, wayOut: "install it: apt-get install git")
    }
    guard let path = toolbox.commands.locate("git", environment: environment) else {
      return missing("git is not on the PATH: commits stay unknown, and nothing can be cloned.")
    }
    do {
      let result = try await toolbox.commands.run(
        [path.string, "--version"], environment: environment, workingDirectory: "/")
      guard result.exit.isSuccess else { return missing("\(path) fails with \(result.exit.shellCode).") }
      let version = String(decoding: result.standardOutput, as: UTF8.self).split(separator: "\n").first ?? "git"
      return CapabilityTable.Row(
        name: "git", isAvailable: true, isNeeded: true, sentence: "\(version): \(path).", wayOut: nil)
    } catch {
      return missing("\(path) does not run: \(error).")
    }
  }
}
