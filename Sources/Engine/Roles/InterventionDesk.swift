package import Model

/// A failed step about which a person is to decide.
package struct InterventionRequest: Sendable {
  package let path: StepPath
  package let failure: FailureType
  package let message: String?
  /// After that the strategy's `onTimeout` is taken.
  package let timeout: Seconds

  package init(path: StepPath, failure: FailureType, message: String?, timeout: Seconds) {
    self.path = path
    self.failure = failure
    self.message = message
    self.timeout = timeout
  }
}

/// Where a `ManualIntervention` is decided: a terminal, or nowhere.
package protocol InterventionDesk: Sendable {
  /// Whether anybody can be asked.
  var isAttended: Bool { get }

  /// What a person is told: what has failed, and how to decide.
  func question(about request: InterventionRequest) -> String

  /// Waits until somebody has decided.
  ///
  /// - Returns: nil when nobody can any more, such as at the end of the input.
  /// - Throws: `CancellationError` when the time is over or the run is stopped.
  func decide(_ request: InterventionRequest) async throws -> InterventionDecision?
}

/// Nobody is there.
package struct UnattendedDesk: InterventionDesk {
  package init() {}

  package var isAttended: Bool { false }

  package func question(about request: InterventionRequest) -> String {
    "nobody can be asked what to do about its failure: its onTimeout action is taken at once"
  }

  package func decide(_ request: InterventionRequest) async throws -> InterventionDecision? { nil }
}
