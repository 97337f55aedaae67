import Glibc
package import SystemPackage

/// How Slipway gets to be root among its own files when its user is not: by starting itself again in a user namespace.
package enum UserNamespace {
  /// Whether starting again would help: the user is not root yet.
  package static var isNeeded: Bool { geteuid() != 0 }

  /// Replaces this process by `executable` in a new user namespace, in which it is root. Its process number, its
  /// standard streams and its environment stay as they are, and so whoever started it sees one process with one exit
  /// code.
  ///
  /// Where the kernel refuses that, the process ends with a message and exit code 125: ``MachineCapabilities`` tells
  /// beforehand.
  /// - Parameter arguments: the whole command line, the program's name first.
  package static func enter(
    helper: SandboxHelper, executable: FilePath, arguments: [String], environment: [String: String]
  ) throws(SandboxError) -> Never {
    let words = [SandboxHelper.name, "userns", "--", executable.string] + arguments.dropFirst()
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    _ = helper.path.withPlatformString { execve($0, &pointers, &variables) }
    let error = Errno(rawValue: errno)
    for pointer in pointers + variables { free(pointer) }
    throw SandboxError(
      .helperMissing, "\(helper.path) cannot be started: \(error). \(SandboxError.Code.helperMissing.wayOut ?? "")",
      cause: error)
  }
}
