import SystemPackage

/// A mounted hierarchy of control groups, from a line of `/proc/self/mountinfo`.
struct ControlGroupMount {
  let version: ControlGroups.Version
  let mountPoint: FilePath
  /// Which of the hierarchy's groups is seen at the mount point.
  let root: FilePath
  /// Of the whole file system: the controllers are among them.
  let options: Set<String>

  /// - Parameter root: what stands for `/`.
  static func all(in mountInformation: String, root: FilePath) -> [ControlGroupMount] {
    mountInformation.split(separator: "\n").compactMap { line in
      // 36 35 98:0 /root /mountpoint options optional… - type source super-options (proc_pid_mountinfo(5))
      let halves = line.split(separator: " - ", maxSplits: 1)
      guard halves.count == 2 else { return nil }
      let (place, system) = (halves[0].split(separator: " "), halves[1].split(separator: " "))
      guard place.count >= 5, system.count >= 3 else { return nil }
      let version: ControlGroups.Version
      switch system[0] {
      case "cgroup2": version = .unified
      case "cgroup": version = .legacy
      default: return nil
      }
      var mountPoint = FilePath(String(place[4]))
      if root != "/" {
        _ = mountPoint.removePrefix("/")
        mountPoint = root.pushing(mountPoint)
      }
      return ControlGroupMount(
        version: version, mountPoint: mountPoint, root: FilePath(String(place[3])),
        options: Set(system[2].split(separator: ",").map(String.init)))
    }
  }

  /// Where the group of this name is seen.
  func directory(of group: String) -> FilePath {
    var path = FilePath(group)
    // A group outside of what is mounted is not seen at all; its nearest is the mount point.
    guard path.removePrefix(root), !path.components.isEmpty else { return mountPoint }
    return mountPoint.pushing(path)
  }
}

/// Which groups a process is in, from `/proc/self/cgroup`.
struct ControlGroupMembership {
  private(set) var unified: String?
  /// By controller.
  private(set) var legacy: [String: String] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { continue }
      if fields[0] == "0", fields[1].isEmpty { unified = fields[2] }
      for controller in fields[1].split(separator: ",") { legacy[String(controller)] = fields[2] }
    }
  }
}
