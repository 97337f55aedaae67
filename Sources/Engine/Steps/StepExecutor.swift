package import Model

/// Carries out one type of step.
///
/// A holder throws for whatever stops the step from coming to its end (``StepFailure``, ``CustodyBreach``, the roles' own errors,
/// `CancellationError`); the runner turns that into the step's result.
package protocol StepExecutor: Sendable {
  /// Whether this executor is the one for the step.
  func handles(_ spec: StepSpec) -> Bool

  func execute(_ execution: StepExecution) async throws -> StepResult
}

/// Why a step failed, when it is the step's own failure.
package struct StepFailure: Error, Hashable {
  package let type: FailureType
  /// One line: what went wrong, and the way out where there is one.
  package let message: String
  package let exitCode: Int?

  package init(_ type: FailureType = .unknown, _ message: String, exitCode: Int? = nil) {
    self.type = type
    self.message = message
    self.exitCode = exitCode
  }
}
