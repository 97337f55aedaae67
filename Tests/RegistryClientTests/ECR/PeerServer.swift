import Foundation
import SystemPackage
import Testing

/// A server by other people, on a port that the system chooses, ended after its use.
enum PeerServer {
  /// - Parameter marker: What stands before the port in the line of the log that says that the server listens.
  static func run<Result>(
    _ program: FilePath, _ arguments: [String], environment: [String: String], marker: String,
    _ body: (Int) async throws -> Result
  ) async throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: program.string)
    process.arguments = arguments
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    let log = Pipe()
    process.standardError = log
    let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await body(try await port(in: log.fileHandleForReading, after: marker, of: program)))
    } catch {
      result = .failure(error)
    }
    // A child begins with the signals blocked that the thread blocks which starts it: some would not hear of SIGTERM.
    kill(process.processIdentifier, SIGKILL)
    for await _ in ends {}
    return try result.get()
  }

  /// Reads the log up to the port, and lets the rest of it run off unread.
  private static func port(in log: FileHandle, after marker: String, of program: FilePath) async throws -> Int {
    let (pieces, continuation) = AsyncStream.makeStream(of: Data.self)
    log.readabilityHandler = { handle in
      let data = handle.availableData
      if data.isEmpty {
        handle.readabilityHandler = nil
        continuation.finish()
      } else {
        continuation.yield(data)
      }
    }
    var text = ""
    for await data in pieces {
      text += String(decoding: data, as: UTF8.self)
      guard let start = text.firstRange(of: marker)?.upperBound else { continue }
      let digits = text[start...].prefix(while: \.isNumber)
      // The port is whole only when something comes after it.
      if digits.endIndex != text.endIndex, let port = Int(digits) { return port }
    }
    Issue.record("\(program) ended: \(text)")
    throw CancellationError()
  }
}
