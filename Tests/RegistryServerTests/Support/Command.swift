import Foundation
import SystemPackage
import TestSupport
import Testing

/// Runs a peer to its end.
func run(_ program: String, _ arguments: String...) async throws -> CommandOutcome {
  let path = try #require(Peer.path(of: program), "\(program) is not installed")
  let process = Process()
  process.executableURL = URL(filePath: path.string)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  process.standardInput = FileHandle.nullDevice
  try process.run()
  // The peers used here print little, so that the pipe never fills while nobody reads it.
  let status = await withCheckedContinuation { continuation in
    DispatchQueue.global().async {
      process.waitUntilExit()
      continuation.resume(returning: process.terminationStatus)
    }
  }
  let text = try output.fileHandleForReading.readToEnd() ?? Data()
  return CommandOutcome(status: status, output: String(decoding: text, as: UTF8.self))
}

struct CommandOutcome {
  var status: Int32
  var output: String
}
