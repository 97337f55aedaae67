import Engine
import Foundation
import SystemPackage
import TestSupport

/// Runs programs of this machine, for what is tested against the real ones.
struct HostCommands: CommandRunner {
  func run(_ arguments: [String], environment: [String: String], workingDirectory: FilePath) async throws
    -> CommandResult
  {
    guard let program = arguments.first, let path = locate(program, environment: environment) else {
      throw CommandError(.notFound, "\(arguments) was not found")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path.string)
    process.arguments = Array(arguments.dropFirst())
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: workingDirectory.string)
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return CommandResult(
      exit: .exited(code: Int(process.terminationStatus)), standardOutput: Array(printed),
      standardError: Array(complained))
  }

  func locate(_ program: String, environment: [String: String]) -> FilePath? {
    environment["PATH"] == nil ? nil : Peer.path(of: program)
  }

  /// Git without whatever this machine's user has set up.
  static let environment = [
    "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Zoë", "GIT_AUTHOR_EMAIL": "zoe@example.com", "GIT_COMMITTER_NAME": "Zoë",
    "GIT_COMMITTER_EMAIL": "zoe@example.com", "GIT_AUTHOR_DATE": "1772000000 +0100",
    "GIT_COMMITTER_DATE": "1772000000 +0100",
  ]
}
