/// One try at a step. Attempts are never deleted or overwritten.
package struct Attempt: Hashable, Sendable {
  package let path: StepPath
  /// From 1.
  package let number: Int
  package let status: Status
  package let startedAt: Timestamp
  package let finishedAt: Timestamp?
  /// The step's settings with every expression evaluated and every secret masked.
  package let resolvedSpec: Value
  package let exitCode: Int?
  package let failure: FailureType?
  package let message: String?
  /// Output variables; secret ones hold the mask.
  package let outputs: [String: String]
  /// The log file, relative to the state directory, and the digest of its bytes once the attempt has ended.
  package let logFile: String
  package let logDigest: Digest?
  /// Root of the workspace's snapshot before and after.
  package let workspaceBefore: Digest?
  package let workspaceAfter: Digest?

  package init(
    path: StepPath, number: Int, status: Status, startedAt: Timestamp, finishedAt: Timestamp? = nil,
    resolvedSpec: Value, exitCode: Int? = nil, failure: FailureType? = nil, message: String? = nil,
    outputs: [String: String] = [:], logFile: String, logDigest: Digest? = nil, workspaceBefore: Digest? = nil,
    workspaceAfter: Digest? = nil
  ) {
    self.path = path
    self.number = number
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.resolvedSpec = resolvedSpec
    self.exitCode = exitCode
    self.failure = failure
    self.message = message
    self.outputs = outputs
    self.logFile = logFile
    self.logDigest = logDigest
    self.workspaceBefore = workspaceBefore
    self.workspaceAfter = workspaceAfter
  }
}
