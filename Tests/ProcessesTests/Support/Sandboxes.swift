import Engine
import FoundationEssentials
import Glibc
import Processes
import SystemPackage
import TestSupport
import Testing

let isRoot = geteuid() == 0

/// Beside the program that runs the tests, where the build puts it.
let helper = SandboxHelper(
  besideExecutable: FilePath((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"))

let sandbox = ContainedSandbox(helper: helper)

let path = "/usr/local/bin:/usr/bin:/bin"

extension SandboxedProcess {
  /// A shell script on the host.
  static func script(_ script: String, in directory: FilePath = "/", gracePeriod: Duration = .seconds(10)) -> Self {
    SandboxedProcess(
      ["sh", "-c", script], environment: ["PATH": path], workingDirectory: directory, gracePeriod: gracePeriod)
  }
}

/// Runs and collects: for processes that print little.
func run(_ process: SandboxedProcess) async throws -> (exit: ProcessExit, text: String) {
  let printed = Printed()
  let exit = try await sandbox.run(process, output: printed.sink)
  return (exit, printed.text)
}

/// The directories of a container whose image is a busybox.
struct BusyboxContainer {
  let lower: FilePath
  let upper: FilePath
  let work: FilePath

  static let isUsable = isRoot && Peer.isUsable("busybox")
  static let skipReason: Comment = "needs root, to mount, and a static busybox"

  init(in directory: FilePath) throws {
    lower = directory.appending("lower")
    upper = directory.appending("upper")
    work = directory.appending("work")
    for path in [lower.appending("bin"), upper, work] { try makeDirectory(path) }
    let busybox = lower.appending("bin/busybox")
    try FileManager.default.copyItem(atPath: (Peer.path(of: "busybox") ?? "busybox").string, toPath: busybox.string)
    for applet in [
      "sh", "cat", "chmod", "env", "grep", "id", "ln", "ls", "mknod", "mount", "rm", "sleep", "stat", "touch",
      "unshare", "dd", "df",
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: lower.appending("bin/\(applet)").string, withDestinationPath: "busybox")
    }
  }

  var root: SandboxedProcess.Root {
    .overlay(.init(lowerDirectories: [lower], upperDirectory: upper, workDirectory: work))
  }

  func script(_ script: String) -> SandboxedProcess {
    SandboxedProcess(["sh", "-c", script], environment: ["PATH": "/bin"], workingDirectory: "/", root: root)
  }
}

/// Whether there is a process with this number that is more than a zombie.
func isAlive(_ process: Int) -> Bool {
  guard let status = try? contents(of: FilePath("/proc/\(process)/stat")) else { return false }
  return status.split(separator: ")").last?.split(separator: " ").first != "Z"
}
