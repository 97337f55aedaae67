package import Engine
package import SystemPackage

/// What this machine and its kernel allow Slipway to do, each with a sentence for its user.
package struct MachineCapabilities: Sendable {
  package struct Capability: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
      /// `slipway-sandbox` is there and runs.
      case sandboxHelper
      /// `bwrap`, which makes the containers, is there and runs.
      case bubblewrap
      /// Steps can get mounts of their own, as `/harness`.
      case mountNamespaces
      /// Containers can get their root file system.
      case overlays
      /// Users that are not root can have containers.
      case userNamespaces
      /// Users that are not root can have containers with more than one user in them.
      case subordinateUsers
    }

    package let kind: Kind
    package let isAvailable: Bool
    package let sentence: String
  }

  package let capabilities: [Capability]

  package subscript(kind: Capability.Kind) -> Bool {
    capabilities.contains { $0.kind == kind && $0.isAvailable }
  }

  /// Tries everything out. Overlays are tried in `directory`, where the containers' directories are going to be;
  /// nothing stays there.
  package static func probe(
    helper: SandboxHelper, directory: FilePath, commandRunner: any CommandRunner
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
    let bubblewrap = await probe(bubblewrap: helper.bubblewrap, commandRunner: commandRunner)
    return MachineCapabilities(
      helper: helper, bubblewrap: bubblewrap, answers: String(decoding: result.standardOutput, as: UTF8.self))
  }

  private static func probe(bubblewrap: FilePath, commandRunner: any CommandRunner) async -> Capability {
    let wayOut = SandboxError.Code.bubblewrapMissing.wayOut ?? ""
    do {
      let result = try await commandRunner.run(
        [bubblewrap.string, "--version"], environment: [:], workingDirectory: "/")
      guard result.exit.isSuccess else {
        return Capability(
          kind: .bubblewrap, isAvailable: false,
          sentence: "There are no containers, because \(bubblewrap) fails with \(result.exit.shellCode). \(wayOut).")
      }
      let version = String(decoding: result.standardOutput, as: UTF8.self).split(separator: "\n").first ?? "bubblewrap"
      return Capability(
        kind: .bubblewrap, isAvailable: true, sentence: "\(version) makes the containers: \(bubblewrap) runs.")
    } catch {
      return Capability(
        kind: .bubblewrap, isAvailable: false,
        sentence: "There are no containers, because bubblewrap does not run (\(error)). \(wayOut).")
    }
  }

  private init(withoutHelper helper: SandboxHelper, because reason: String) {
    capabilities = [
      Capability(
        kind: .sandboxHelper, isAvailable: false,
        sentence: "\(helper.path) does not run (\(reason)), and no step can without it.")
    ]
  }

  /// - Parameter answers: lines of a name and a number, as `slipway-sandbox probe` prints them.
  init(helper: SandboxHelper, bubblewrap: Capability, answers: String) {
    let pairs = answers.split(separator: "\n").compactMap { line -> (String, Int)? in
      let words = line.split(separator: " ")
      guard words.count == 2, let number = Int(words[1]) else { return nil }
      return (String(words[0]), number)
    }
    let numbers = Dictionary(pairs) { first, _ in first }
    func tried(_ kind: Capability.Kind, _ name: String, works: String, fails: String) -> Capability {
      let error = numbers[name].map { Errno(rawValue: CInt($0)) }
      guard let error, error.rawValue != 0 else {
        return Capability(kind: kind, isAvailable: error != nil, sentence: error == nil ? fails + "." : works)
      }
      return Capability(kind: kind, isAvailable: false, sentence: "\(fails): \(error).")
    }
    let granted = min(numbers["subordinate-users"] ?? 0, numbers["subordinate-groups"] ?? 0)
    capabilities = [
      Capability(kind: .sandboxHelper, isAvailable: true, sentence: "\(helper.path) runs."),
      bubblewrap,
      tried(
        .mountNamespaces, "mount-namespace", works: "Steps can have mounts of their own.",
        fails: "Steps cannot have mounts of their own, and see the workspace only under its real path"),
      tried(
        .overlays, "overlay", works: "Containers can have their root file systems.",
        fails: "Containers cannot have their root file systems, because overlays cannot be mounted"),
      tried(
        .userNamespaces, "user-namespace", works: "Ordinary users can have containers.",
        fails: "Only root can have containers, because user namespaces are not allowed"),
      Capability(
        kind: .subordinateUsers, isAvailable: granted > 0,
        sentence: granted > 0
          ? "This user may have \(granted) more users in its containers."
          : "This user may have only one user in its containers; /etc/subuid and /etc/subgid can grant more."
      ),
    ]
  }
}
