import Engine
import Processes
import SystemPackage

/// `slipway registry serve` on a free port, for as long as a test needs it.
enum ServedRegistry {
  /// - Parameter work: is given host and port.
  static func with<Result: Sendable>(
    _ slipway: SlipwayProgram, _ work: @escaping @Sendable (String) async throws -> Result
  ) async throws -> Result {
    let sandbox = ContainedSandbox(
      helper: SandboxHelper(path: SlipwayProgram.path.removingLastComponent().appending(SandboxHelper.name)))
    let (lines, continuation) = AsyncStream<String>.makeStream()
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        _ = try await sandbox.run(
          SandboxedProcess(
            [SlipwayProgram.path.string, "registry", "serve", "--port", "0", "--state", slipway.state.string],
            environment: slipway.environment, workingDirectory: slipway.directory),
          output: OutputSink { continuation.yield(String(decoding: $0, as: UTF8.self)) })
        return nil
      }
      group.addTask {
        var said = ""
        for await chunk in lines {
          said += chunk
          if let address = said.firstMatch(of: /http:\/\/(127\.0\.0\.1:[0-9]+)/)?.1 {
            return try await work(String(address))
          }
        }
        throw SlipwayProgramError(text: "the registry said no address: " + said)
      }
      defer { group.cancelAll() }
      while let ended = try await group.next() {
        if let result = ended { return result }
        continuation.finish()
      }
      throw SlipwayProgramError(text: "the registry ended before the work did")
    }
  }
}
