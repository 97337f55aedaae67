import Foundation
import SystemPackage

/// Runs a program of the machine's in a test.
enum Program {
  struct Result {
    let exitCode: Int
    let output: [UInt8]
    let errors: [UInt8]
  }

  static func run(
    _ arguments: [String], environment: [String: String]? = nil, workingDirectory: FilePath? = nil
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: arguments[0])
    process.arguments = Array(arguments.dropFirst())
    if let environment { process.environment = environment }
    if let workingDirectory { process.currentDirectoryURL = URL(fileURLWithPath: workingDirectory.string) }
    let output = TemporaryDirectory()
    defer { output.remove() }
    // Files instead of pipes: nothing can block, however much is printed.
    let paths = [output.path.appending("out"), output.path.appending("err")]
    for path in paths { try Data().write(to: URL(fileURLWithPath: path.string)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: paths[0].string)
    process.standardError = FileHandle(forWritingAtPath: paths[1].string)
    try process.run()
    process.waitUntilExit()
    return Result(
      exitCode: Int(process.terminationStatus),
      output: Array(try Data(contentsOf: URL(fileURLWithPath: paths[0].string))),
      errors: Array(try Data(contentsOf: URL(fileURLWithPath: paths[1].string))))
  }
}

/// A directory of one test's own.
struct TemporaryDirectory {
  let path: FilePath

  init() {
    path = FilePath(NSTemporaryDirectory()).appending("slipway-scanning-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    } catch {
      preconditionFailure("the machine's temporary directory is writable: \(error)")
    }
  }

  func remove() {
    // What is left is in the machine's temporary directory.
    try? FileManager.default.removeItem(atPath: path.string)
  }
}
