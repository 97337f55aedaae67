package import Engine
import Glibc
import Subprocess
package import SystemPackage

/// Runs Slipway's own tools on the host, each in a session of its own, so that cancelling ends its children too.
package struct HostCommandRunner: CommandRunner {
  private let outputLimit: Int
  private let gracePeriod: Duration

  /// - Parameters:
  ///   - outputLimit: in bytes, for each of the two outputs.
  ///   - gracePeriod: between TERM and KILL when the task is cancelled.
  package init(outputLimit: Int = 64 << 20, gracePeriod: Duration = .seconds(5)) {
    self.outputLimit = outputLimit
    self.gracePeriod = gracePeriod
  }

  @concurrent
  package func run(
    _ arguments: [String], environment: [String: String], workingDirectory: FilePath
  ) async throws -> CommandResult {
    guard let name = arguments.first, let program = locate(name, environment: environment) else {
      let name = arguments.first ?? ""
      throw CommandError(.notFound, "'\(name)' was not found. Install it, or put its directory on the PATH.")
    }
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: gracePeriod)]
    // Each has to bring its own NUL byte: swift-subprocess hands the bytes on as C strings.
    let variables = environment.map { Array("\($0.key)=\($0.value)\0".utf8) }
    let configuration = Configuration(
      executable: .path(program),
      arguments: Arguments(executablePathOverride: name, remainingValues: Array(arguments.dropFirst())),
      environment: .custom(variables), workingDirectory: workingDirectory, platformOptions: options)
    do {
      let result = try await Subprocess.run(
        configuration, input: .none, output: .bytes(limit: outputLimit), error: .bytes(limit: outputLimit))
      return CommandResult(
        exit: ProcessExit(result.terminationStatus), standardOutput: result.standardOutput,
        standardError: result.standardError)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      switch error.code {
      case .outputLimitExceeded:
        throw CommandError(.tooMuchOutput, "'\(name)' printed more than \(outputLimit) bytes.", cause: error)
      case .failedToChangeWorkingDirectory:
        throw CommandError(
          .notStarted, "'\(name)' cannot start: there is no directory \(workingDirectory).", cause: error)
      default:
        throw CommandError(.notStarted, "'\(name)' cannot be run: \(error).", cause: error)
      }
    }
  }

  package func locate(_ program: String, environment: [String: String]) -> FilePath? {
    guard !program.isEmpty else { return nil }
    if program.contains("/") {
      let path = FilePath(program)
      return Self.isExecutableFile(path) ? path : nil
    }
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":")
      .map { FilePath(String($0)).appending(program) }
      .first(where: Self.isExecutableFile)
  }

  private static func isExecutableFile(_ path: FilePath) -> Bool {
    path.withPlatformString { name in
      var status = stat()
      return stat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(name, X_OK) == 0
    }
  }
}

extension ProcessExit {
  init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code: Int(code))
    case .signaled(let signal): self = .killed(signal: Int(signal))
    }
  }
}
