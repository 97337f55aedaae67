import Engine
import Processes
import SystemPackage

/// A program that serves on a port of its own choice, for as long as a test needs it.
enum ServingProgram {
  /// - Parameters:
  ///   - marker: What stands before host and port where the program says them.
  ///   - work: is given host and port.
  static func with<Result: Sendable>(
    _ arguments: [String], environment: [String: String], in directory: FilePath, marker: String = "http://",
    _ work: @escaping @Sendable (String) async throws -> Result
  ) async throws -> Result {
    let sandbox = ContainedSandbox(
      helper: SandboxHelper(path: SlipwayProgram.path.removingLastComponent().appending(SandboxHelper.name)))
    let (lines, continuation) = AsyncStream<String>.makeStream()
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        _ = try await sandbox.run(
          SandboxedProcess(arguments, environment: environment, workingDirectory: directory),
          output: OutputSink { continuation.yield(String(decoding: $0, as: UTF8.self)) })
        return nil
      }
      group.addTask {
        var said = ""
        for await chunk in lines {
          said += chunk
          for part in said.split(separator: marker).dropFirst() {
            if let address = part.prefixMatch(of: /127\.0\.0\.1:[0-9]+[^0-9]/) {
              return try await work(String(address.output.dropLast()))
            }
          }
        }
        throw SlipwayProgramError(text: "\(arguments[0]) said no address: " + said)
      }
      defer { group.cancelAll() }
      while let ended = try await group.next() {
        if let result = ended { return result }
        continuation.finish()
      }
      throw SlipwayProgramError(text: "\(arguments[0]) ended before the work did")
    }
  }
}

/// `slipway registry serve`.
enum ServedRegistry {
  /// - Parameter work: is given host and port.
  static func with<Result: Sendable>(
    _ slipway: SlipwayProgram, _ work: @escaping @Sendable (String) async throws -> Result
  ) async throws -> Result {
    try await ServingProgram.with(
      [SlipwayProgram.path.string, "registry", "serve", "--port", "0", "--state", slipway.state.string],
      environment: slipway.environment, in: slipway.directory, work)
  }
}
