import Foundation
import SystemPackage
import TestSupport

/// Runs one of the programs that judge what was built.
enum Program {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Standard output; a non-zero exit throws.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], in directory: FilePath? = nil) throws -> String {
    guard let path = Peer.path(of: program) else { throw Failure(description: "\(program) is not installed") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path.string)
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory.string) }
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(program) \(arguments.joined(separator: " ")) failed")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
