package import SystemPackage

/// What the kernel says below `/proc/sys` about namespaces and filters.
package struct KernelSettings: Sendable {
  private let directory: FilePath

  /// - Parameter directory: what stands for `/proc/sys`, for tests.
  package init(directory: FilePath = "/proc/sys") {
    self.directory = directory
  }

  /// seccomp(2): the file is there where filters are.
  var hasSystemCallFilters: Bool {
    ControlFile.words(directory.pushing("kernel/seccomp/actions_avail")).contains("errno")
  }

  /// Which setting keeps users from namespaces, and how it is changed.
  var wayToNamespaces: String {
    let settings = [
      ("kernel/unprivileged_userns_clone", "0", "1"), ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
      ("user/max_user_namespaces", "0", "15000"),
    ]
    for (file, forbidding, allowing) in settings
    where ControlFile.words(directory.pushing(FilePath(file))) == [forbidding] {
      return "as root: sysctl -w \(file.replacing("/", with: "."))=\(allowing)"
    }
    return "run Slipway as root, or outside of the container that forbids it"
  }
}
