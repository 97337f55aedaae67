import Engine
import FoundationEssentials
import Glibc
import Model
import Processes
import SystemPackage
import TestSupport

/// The built program, run as a user runs it, with a state directory of its own.
struct SlipwayProgram: Sendable {
  struct Outcome: Sendable {
    let code: Int
    /// Standard output: data.
    let output: String
    /// Standard error: talk.
    let talk: String

    var everything: String { output + talk }
  }

  let directory: FilePath
  var environment: [String: String]

  /// - Parameter directory: removed by the test; the state lies in it.
  init(in directory: FilePath) {
    self.directory = directory
    let own = ProcessInfo.processInfo.environment
    environment = own.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
    environment["TERM"] = "dumb"
    environment["NO_COLOR"] = "1"
  }

  /// Beside the test bundle, where the build puts it.
  static let path: FilePath = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    let bundle = String(decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return FilePath(bundle).removingLastComponent().appending("slipway")
  }()

  var state: FilePath { directory.appending("state") }
  var ledger: FilePath { state.appending("slipway.sqlite") }

  func callAsFunction(_ arguments: String...) async throws -> Outcome {
    try await run([Self.path.string] + arguments + ["--state", state.string])
  }

  func run(_ arguments: [String], in workingDirectory: FilePath? = nil) async throws -> Outcome {
    let result = try await HostCommandRunner().run(
      arguments, environment: environment, workingDirectory: workingDirectory ?? directory)
    return Outcome(
      code: result.exit.shellCode, output: String(decoding: result.standardOutput, as: UTF8.self),
      talk: String(decoding: result.standardError, as: UTF8.self))
  }

  /// One value that the sqlite3 program reads from the ledger.
  func query(_ sql: String) async throws -> String {
    let outcome = try await run(["sqlite3", ledger.string, sql])
    guard outcome.code == 0 else { throw SlipwayProgramError(text: outcome.everything) }
    return outcome.output.trimmingSuffix { $0.isNewline }
  }

  static let seedPipeline = Repository.root.appending("Pipelines/build-scan-push/pipeline.yaml").string
  static let tamperedPipeline = Repository.root.appending("Pipelines/tampered-archive/pipeline.yaml").string
  static let echoPipeline = Repository.root.appending("Pipelines/three-echoes/pipeline.yaml").string
}

struct SlipwayProgramError: Error {
  let text: String
}

extension String {
  fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, condition(last) { text.removeLast() }
    return text
  }

  /// The first `sha256:…` in the text.
  var firstDigest: String? {
    guard let found = firstMatch(of: /sha256:[0-9a-f]{64}/) else { return nil }
    return String(found.output)
  }
}
