/// Names that stand for a longer path or for a whole expression, wherever they come first.
enum StaticAliases {
  static let paths: [String: [String]] = [
    "matrix": ["strategy", "matrix"],
    "repeat": ["strategy", "repeat"],
  ]

  /// The conditions behind `when`, as Harness defines them over the status so far.
  static let expressions: [String: String] = [
    "OnStageSuccess":
      #"<+stage.currentStatus> == "SUCCEEDED" || <+stage.currentStatus> == "IGNORE_FAILED""#,
    "OnStageFailure":
      #"<+stage.currentStatus> =~ ["FAILED", "ERRORED", "EXPIRED", "APPROVAL_REJECTED"]"#,
    "OnPipelineSuccess":
      #"<+pipeline.currentStatus> == "SUCCEEDED" || <+pipeline.currentStatus> == "IGNORE_FAILED""#,
    "OnPipelineFailure":
      #"<+pipeline.currentStatus> =~ ["FAILED", "ERRORED", "EXPIRED", "APPROVAL_REJECTED"]"#,
    "OnRollbackModeExecution":
      #"(<+ambiance.metadata.executionMode> ?? "") =~ ["POST_EXECUTION_ROLLBACK", "PIPELINE_ROLLBACK"]"#,
    "Always": "true",
  ]

  static var names: [String] { Array(paths.keys) + Array(expressions.keys) }
}
