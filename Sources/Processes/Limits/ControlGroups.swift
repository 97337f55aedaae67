import Engine
import Glibc
package import SystemPackage

/// Where this process can make control groups, in which others get limits of memory and processor time.
///
/// With cgroup v2 a group is made beside the one that this process is in: one that has processes of its own cannot hand controllers down
/// (cgroup-v2.rst, "No Internal Process Constraint"). With the older hierarchies, where a controller still is in one, it is made below.
package struct ControlGroups: Sendable {
  package enum Controller: String, CaseIterable, Sendable {
    case memory
    case cpu
  }

  enum Version: Hashable, Sendable {
    case unified
    case legacy
  }

  /// The directory that groups of a controller are made in.
  struct Place: Hashable, Sendable {
    let version: Version
    let directory: FilePath
  }

  private(set) var places: [Controller: Place] = [:]
  /// Why a controller cannot be used, and what can be done about it.
  package private(set) var obstacles: [Controller: String] = [:]

  /// Looks where this process is and tries out what it may do there. Nothing stays of that.
  ///
  /// - Parameter root: what stands for `/`, for tests.
  package init(root: FilePath = "/") {
    let process = root.appending("proc").appending("self")
    let mounts = ControlGroupMount.all(in: ControlFile.text(process.appending("mountinfo")) ?? "", root: root)
    let membership = ControlGroupMembership(ControlFile.text(process.appending("cgroup")) ?? "")
    for controller in Controller.allCases {
      let found: Found
      if let mount = mounts.first(where: { $0.version == .legacy && $0.options.contains(controller.rawValue) }) {
        found = Self.legacy(controller, mount, membership)
      } else if let mount = mounts.first(where: { $0.version == .unified }) {
        found = Self.unified(controller, mount, membership)
      } else {
        found = .obstacle("no control groups are mounted on this machine (at /sys/fs/cgroup)")
      }
      switch found {
      case .place(let place): places[controller] = place
      case .obstacle(let sentence): obstacles[controller] = sentence
      }
    }
  }

  /// - Returns: nil when none of the limits can be kept here.
  /// - Throws: ``SandboxError`` when a group that should be possible cannot be made.
  func makeGroup(_ limits: SandboxedProcess.Limits) throws(SandboxError) -> ControlGroup? {
    var wanted = places
    if limits.memory == nil { wanted[.memory] = nil }
    if limits.processors == nil { wanted[.cpu] = nil }
    guard !wanted.isEmpty else { return nil }
    let name = "\(ControlGroup.prefix)\(getpid())-\(String(UInt32.random(in: .min ... .max), radix: 36))"
    return try ControlGroup(named: name, in: wanted, limits)
  }

  // MARK: Looking for a place

  private enum Found {
    case place(Place)
    case obstacle(String)
  }

  private static func legacy(
    _ controller: Controller, _ mount: ControlGroupMount, _ membership: ControlGroupMembership
  ) -> Found {
    let directory = mount.directory(of: membership.legacy[controller.rawValue] ?? "/")
    if let error = trial(in: directory, controller, .legacy) {
      return .obstacle("no control group can be made in \(directory): \(error); only root can, here")
    }
    return .place(Place(version: .legacy, directory: directory))
  }

  private static func unified(
    _ controller: Controller, _ mount: ControlGroupMount, _ membership: ControlGroupMembership
  ) -> Found {
    let own = mount.directory(of: membership.unified ?? "/")
    // The root of all groups may have processes of its own; any other one's neighbours are made in its parent.
    let directory = own == mount.mountPoint ? own : own.removingLastComponent()
    let available = ControlFile.words(directory.appending("cgroup.controllers"))
    guard available.contains(controller.rawValue) else {
      return .obstacle(
        "the control group \(directory) has no \(controller) controller"
          + " (it has \(available.isEmpty ? "none" : available.sorted().joined(separator: ", "))): \(Self.delegation)")
    }
    if !ControlFile.words(directory.appending("cgroup.subtree_control")).contains(controller.rawValue),
      let error = ControlFile.write("+\(controller)", to: directory.appending("cgroup.subtree_control"))
    {
      return .obstacle(
        "the \(controller) controller cannot be handed down in \(directory): \(error): \(Self.delegation)")
    }
    // A process is moved only by those who may write where both groups meet.
    if let error = ControlFile.writingError(directory.appending("cgroup.procs")) {
      return .obstacle("processes cannot be moved to groups in \(directory): \(error): \(Self.delegation)")
    }
    if let error = trial(in: directory, controller, .unified) {
      return .obstacle("no control group can be made in \(directory): \(error): \(Self.delegation)")
    }
    return .place(Place(version: .unified, directory: directory))
  }

  /// Makes a group, gives it no limit, and removes it. Those that a process which has died left behind go with it.
  private static func trial(in directory: FilePath, _ controller: Controller, _ version: Version) -> Errno? {
    ControlGroup.removeAbandoned(in: directory)
    let group = directory.appending("\(ControlGroup.prefix)\(getpid())-trial-\(controller)")
    if let error = ControlFile.makeDirectory(group) { return error }
    defer { _ = ControlFile.removeDirectory(group) }
    let (file, value) =
      switch (controller, version) {
      case (.memory, .unified): ("memory.max", "max")
      case (.memory, .legacy): ("memory.limit_in_bytes", "-1")
      case (.cpu, .unified): ("cpu.max", "max")
      case (.cpu, .legacy): ("cpu.cfs_quota_us", "-1")
      }
    return ControlFile.write(value, to: group.appending(file))
  }

  private static let delegation =
    "start Slipway in a group that is handed to it, as with `systemd-run --user --scope -p Delegate=yes slipway …`"
}
