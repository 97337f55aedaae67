/// `when:` of a stage, a group or a step.
package struct When: Hashable, Sendable {
  /// `stageStatus` or `pipelineStatus`: what must have happened so far.
  package enum Status: String, Hashable, Sendable {
    case success = "Success"
    case failure = "Failure"
    case all = "All"
  }

  package let status: Status
  /// A further condition that must come out true.
  package let condition: Text?
  package let span: SourceSpan?

  package init(status: Status, condition: Text? = nil, span: SourceSpan? = nil) {
    self.status = status
    self.condition = condition
    self.span = span
  }

  /// What holds when the file says nothing: everything before succeeded.
  package static let byDefault = When(status: .success)
}
