/// One `onFailure` of `failureStrategies:`.
package struct FailureStrategy: Hashable, Sendable {
  /// What can be done about a failure here. Rollbacks need a deployment and count as the failure of the stage.
  package indirect enum Action: Hashable, Sendable {
    case ignore
    case markAsSuccess
    case markAsFailure
    case abort
    /// - Parameter condition: an expression; only a failure for which it comes out true is retried.
    case retry(count: Int, intervals: [Seconds], then: Action, condition: Text? = nil)
    case manualIntervention(timeout: Seconds, then: Action)
    case retryStepGroup(count: Int, intervals: [Seconds])
    case rollback(String)
    case proceedWithDefaultValues
  }

  /// Empty means AllErrors.
  package let errors: Set<FailureType>
  package let action: Action
  package let span: SourceSpan

  package init(errors: Set<FailureType>, action: Action, span: SourceSpan) {
    self.errors = errors
    self.action = action
    self.span = span
  }
}

/// Why a step failed, in Harness's words.
package enum FailureType: String, Hashable, Sendable, CaseIterable {
  /// The step's own failure: a command that exits with something else than 0.
  case unknown = "Unknown"
  case authentication = "Authentication"
  case connectivity = "Connectivity"
  case timeout = "Timeout"
  case authorization = "Authorization"
  case verification = "Verification"
  case delegateProvisioning = "DelegateProvisioning"
  case policyEvaluation = "PolicyEvaluationFailure"
  case inputTimeout = "InputTimeoutError"
  case approvalRejection = "ApprovalRejection"
  case delegateRestart = "DelegateRestart"
  case userMarked = "UserMarkedFailure"
  case infrastructure = "InfrastructureFailure"
  case pluginImage = "PluginImageFailure"
  case resourceLimits = "ResourceLimitsFailure"
  case configuration = "ConfigurationFailure"
  case retryableTransient = "RetryableTransientFailure"
}
