import Foundation
import Synchronization
import SystemPackage
import TestSupport

/// Runs one of the programs that judge what was written.
enum Program {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let starting = Mutex(())

  /// Standard output; a non-zero exit throws with standard error.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], in directory: FilePath? = nil) throws -> String {
    guard let path = Peer.path(of: program) else { throw Failure(description: "\(program) is not installed") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path.string)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"]
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory.string) }
    let output = Pipe()
    let errors = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-test-\(UUID().uuidString)")
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    // Foundation starts one process at a time safely, and several at once not always.
    try starting.withLock { _ in try process.run() }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let message = try String(contentsOf: errors, encoding: .utf8)
      throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(message)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
