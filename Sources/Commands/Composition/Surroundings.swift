import FoundationEssentials
import Glibc
import Model
import SystemPackage

/// What this process was started with. Read here once, and passed on from here: nothing below the commands looks for itself.
struct Surroundings: Sendable {
  let environment: [String: String]
  let currentDirectory: FilePath
  /// The program itself, with symbolic links followed.
  let executable: FilePath

  static func ofThisProcess() -> Surroundings {
    let executable =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return Surroundings(
      environment: ProcessInfo.processInfo.environment,
      currentDirectory: FilePath(FileManager.default.currentDirectoryPath),
      executable: FilePath(executable))
  }

  func absolute(_ path: FilePath) -> FilePath {
    currentDirectory.pushing(path).lexicallyNormalized()
  }

  /// The operating system's name for the user, or the number where it has none.
  var userName: String {
    // In a user namespace everybody is root; who started it is said by the environment.
    if let name = environment["SLIPWAY_USER"] ?? environment["USER"], !name.isEmpty { return name }
    guard let entry = getpwuid(geteuid()) else { return String(geteuid()) }
    return String(cString: entry.pointee.pw_name)
  }

  /// What git, trivy and steps on the machine itself get of this environment.
  var toolEnvironment: [String: String] {
    let names: Set<String> = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SHELL"]
    return environment.filter { names.contains($0.key) }
  }

  static let version = "0.1.0"
}
