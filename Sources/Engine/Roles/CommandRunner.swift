package import SystemPackage

/// Runs the tools that Slipway itself needs, such as git and trivy: outside of any sandbox, with small outputs.
package protocol CommandRunner: Sendable {
  /// - Returns: how the program ended, and at most 64 MiB of each output.
  /// - Throws: ``CommandError`` when the program could not be started or printed more than that.
  func run(_ arguments: [String], environment: [String: String], workingDirectory: FilePath) async throws
    -> CommandResult

  /// Where `program` lies on the PATH of `environment`, or nil.
  func locate(_ program: String, environment: [String: String]) -> FilePath?
}

package struct CommandResult: Sendable {
  package let exit: ProcessExit
  package let standardOutput: [UInt8]
  package let standardError: [UInt8]

  package init(exit: ProcessExit, standardOutput: [UInt8], standardError: [UInt8]) {
    self.exit = exit
    self.standardOutput = standardOutput
    self.standardError = standardError
  }
}

/// Why a tool of Slipway's own could not be run.
package struct CommandError: Error {
  package enum Code: String, Sendable {
    case notFound
    case notStarted
    case tooMuchOutput
  }

  package let code: Code
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}
