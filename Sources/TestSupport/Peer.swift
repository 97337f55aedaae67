import FoundationEssentials
package import SystemPackage

/// A program by other people that judges what Slipway made: skopeo, bsdtar, docker-registry, sqlite3, git.
package enum Peer {
  /// Whether a test against `program` should run: where the program is missing the test is named as skipped, except in CI,
  /// where it runs and fails, so that no peer can silently drop out.
  package static func isUsable(_ program: String) -> Bool {
    ProcessInfo.processInfo.environment["CI"] != nil || path(of: program) != nil
  }

  /// The program's place on the PATH, or in /usr/sbin and /sbin, where Debian keeps some.
  package static func path(of program: String) -> FilePath? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let directories = path.split(separator: ":").map { FilePath(String($0)) } + ["/usr/sbin", "/sbin"]
    return directories.map { $0.appending(program) }.first(where: FileSystemProbe.isExecutable)
  }
}
