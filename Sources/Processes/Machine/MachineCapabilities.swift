package import Engine
import Glibc
package import SystemPackage

/// What this machine and its kernel allow Slipway to do, each with a sentence for its user.
package struct MachineCapabilities: Sendable {
  package struct Capability: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
      /// `slipway-sandbox` is there and runs.
      case sandboxHelper
      /// `bwrap`, which makes the containers, is there and can make one.
      case bubblewrap
      /// Steps can get mounts of their own, as `/harness`.
      case mountNamespaces
      /// Containers can get their root file system.
      case overlays
      /// Containers can be kept from dangerous system calls.
      case systemCallFilter
      /// Users that are not root can have containers.
      case userNamespaces
      /// Users that are not root can have containers with more than one user in them.
      case subordinateUsers
      /// `resources.limits.memory` is kept.
      case memoryLimits
      /// `resources.limits.cpu` is kept.
      case processorLimits
    }

    package let kind: Kind
    package let isAvailable: Bool
    package let sentence: String
    /// What can be done about it when it is not available.
    package let wayOut: String?

    init(kind: Kind, isAvailable: Bool, sentence: String, wayOut: String? = nil) {
      self.kind = kind
      self.isAvailable = isAvailable
      self.sentence = sentence
      self.wayOut = isAvailable ? nil : wayOut
    }
  }

  package let capabilities: [Capability]

  package subscript(kind: Capability.Kind) -> Bool {
    capabilities.contains { $0.kind == kind && $0.isAvailable }
  }

  /// Tries everything out. Overlays are tried in `directory`, where the containers' directories are going to be;
  /// nothing stays there.
  ///
  /// - Parameters:
  ///   - environment: on whose PATH programs are looked for.
  ///   - kernel: what the kernel says about itself.
  package static func probe(
    helper: SandboxHelper, directory: FilePath, commandRunner: any CommandRunner, environment: [String: String] = [:],
    kernel: KernelSettings = KernelSettings()
  ) async -> MachineCapabilities {
    let result: CommandResult
    do {
      result = try await commandRunner.run(
        [helper.path.string, "probe", directory.string], environment: [:], workingDirectory: "/")
    } catch {
      return MachineCapabilities(withoutHelper: helper, because: "\(error)")
    }
    guard result.exit.isSuccess else {
      let said = String(decoding: result.standardError, as: UTF8.self)
      return MachineCapabilities(withoutHelper: helper, because: "it ended with \(result.exit.shellCode): \(said)")
    }
    return MachineCapabilities(
      helper: helper, bubblewrap: await probe(bubblewrap: helper.bubblewrap, commandRunner: commandRunner),
      answers: String(decoding: result.standardOutput, as: UTF8.self), kernel: kernel,
      canMapUsers: geteuid() == 0 || commandRunner.locate("newuidmap", environment: environment) != nil,
      controlGroups: ControlGroups())
  }

  private static func probe(bubblewrap: FilePath, commandRunner: any CommandRunner) async -> Capability {
    func missing(_ sentence: String, _ wayOut: String) -> Capability {
      Capability(
        kind: .bubblewrap, isAvailable: false, sentence: "There are no containers, because \(sentence).", wayOut: wayOut
      )
    }
    let installation = SandboxError.Code.bubblewrapMissing.wayOut ?? ""
    do {
      let result = try await commandRunner.run(
        [bubblewrap.string, "--version"], environment: [:], workingDirectory: "/")
      guard result.exit.isSuccess else {
        return missing("\(bubblewrap) fails with \(result.exit.shellCode)", installation)
      }
      let trial = try await commandRunner.run(
        [bubblewrap.string] + Self.trialContainer, environment: [:], workingDirectory: "/")
      guard trial.exit.isSuccess else {
        let said = String(decoding: trial.standardError, as: UTF8.self).split(separator: "\n").first ?? "it fails"
        return missing(
          "bubblewrap cannot make one here (\(said))",
          "allow namespaces and mounts: inside of a Docker container that takes --privileged, or --security-opt"
            + " seccomp=unconfined, apparmor=unconfined and systempaths=unconfined")
      }
      let version = String(decoding: result.standardOutput, as: UTF8.self).split(separator: "\n").first ?? "bubblewrap"
      return Capability(
        kind: .bubblewrap, isAvailable: true, sentence: "\(version) makes the containers: \(bubblewrap) runs.")
    } catch {
      return missing("bubblewrap does not run (\(error))", installation)
    }
  }

  /// A container with all the namespaces that steps get.
  private static let trialContainer = [
    "--ro-bind", "/", "/", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--proc", "/proc", "--dev", "/dev", "--",
    "true",
  ]

  private init(withoutHelper helper: SandboxHelper, because reason: String) {
    capabilities = [
      Capability(
        kind: .sandboxHelper, isAvailable: false,
        sentence: "\(helper.path) does not run (\(reason)), and no step can without it.",
        wayOut: SandboxError.Code.helperMissing.wayOut)
    ]
  }

  /// - Parameters:
  ///   - answers: lines of a name and a number, as `slipway-sandbox probe` prints them.
  ///   - canMapUsers: whether `newuidmap` is there, or nobody needs it.
  init(
    helper: SandboxHelper, bubblewrap: Capability, answers: String, kernel: KernelSettings, canMapUsers: Bool,
    controlGroups: ControlGroups
  ) {
    let pairs = answers.split(separator: "\n").compactMap { line -> (String, Int)? in
      let words = line.split(separator: " ")
      guard words.count == 2, let number = Int(words[1]) else { return nil }
      return (String(words[0]), number)
    }
    let numbers = Dictionary(pairs) { first, _ in first }
    func tried(
      _ kind: Capability.Kind, _ name: String, works: String, fails: String, wayOut: String
    ) -> Capability {
      guard let number = numbers[name] else {
        return Capability(kind: kind, isAvailable: false, sentence: fails + ".", wayOut: wayOut)
      }
      return Capability(
        kind: kind, isAvailable: number == 0,
        sentence: number == 0 ? works : "\(fails): \(Errno(rawValue: CInt(number))).", wayOut: wayOut)
    }
    capabilities = [
      Capability(kind: .sandboxHelper, isAvailable: true, sentence: "\(helper.path) runs."),
      bubblewrap,
      tried(
        .mountNamespaces, "mount-namespace", works: "Steps can have mounts of their own.",
        fails: "Steps cannot have mounts of their own, and see the workspace only under its real path",
        wayOut: kernel.wayToNamespaces),
      tried(
        .overlays, "overlay", works: "Containers can have their root file systems.",
        fails: "Containers cannot have their root file systems, because overlays cannot be mounted",
        wayOut:
          "put the state directory on ext4, xfs, btrfs or tmpfs with --state: an overlay cannot lie on another one"),
      Capability(
        kind: .systemCallFilter, isAvailable: kernel.hasSystemCallFilters,
        sentence: kernel.hasSystemCallFilters
          ? "Containers have a system call filter."
          : "This kernel has no system call filters, and only privileged containers can run.",
        wayOut: "use a kernel with CONFIG_SECCOMP_FILTER"),
      tried(
        .userNamespaces, "user-namespace", works: "Ordinary users can have containers.",
        fails: "Only root can have containers, because user namespaces are not allowed",
        wayOut: kernel.wayToNamespaces),
      Self.subordinateUsers(numbers, canMapUsers: canMapUsers),
      Self.limits(.memoryLimits, "Memory", controlGroups.obstacles[.memory]),
      Self.limits(.processorLimits, "Processor", controlGroups.obstacles[.cpu]),
    ]
  }

  private static func subordinateUsers(_ numbers: [String: Int], canMapUsers: Bool) -> Capability {
    let granted = min(numbers["subordinate-users"] ?? 0, numbers["subordinate-groups"] ?? 0)
    guard granted > 0 else {
      return Capability(
        kind: .subordinateUsers, isAvailable: false,
        sentence: "This user may have only one user in its containers.",
        wayOut: "have root grant more in /etc/subuid and /etc/subgid: usermod --add-subuids 100000-165535"
          + " --add-subgids 100000-165535 USER")
    }
    return Capability(
      kind: .subordinateUsers, isAvailable: canMapUsers,
      sentence: canMapUsers
        ? "This user may have \(granted) more users in its containers."
        : "This user may have \(granted) more users in its containers, but newuidmap, which gives them, is missing.",
      wayOut: "install it: apt-get install uidmap")
  }

  private static func limits(_ kind: Capability.Kind, _ what: String, _ obstacle: String?) -> Capability {
    // The obstacle says after a colon what can be done.
    Capability(
      kind: kind, isAvailable: obstacle == nil,
      sentence: obstacle.map { "\(what) limits of steps are not kept: \($0)." } ?? "\(what) limits of steps are kept.")
  }
}
