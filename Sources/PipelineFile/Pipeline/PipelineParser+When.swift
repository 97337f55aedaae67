import Model

extension PipelineParser {
  /// What `when:` stands in: each has a status of its own.
  enum Conditioned: String {
    case stage = "pipelineStatus"
    case step = "stageStatus"
  }

  func when(_ fields: Fields, of conditioned: Conditioned) -> When? {
    guard let node = fields.node("when"), let when = fields.fields("when") else { return nil }
    let key = conditioned.rawValue
    let other = conditioned == .stage ? Conditioned.step.rawValue : Conditioned.stage.rawValue
    if when.has(other), !when.has(key) {
      problems.report(
        .missingKey, "\(fields.owner): 'when' needs '\(key)', and '\(other)' belongs elsewhere",
        at: when.place(of: other), help: "write '\(key)' instead")
      return nil
    }
    when.checkKeys([key, "condition"])
    let condition = when.text("condition")
    guard let status = when.requiredChoice(key, of: [When.Status.success, .failure, .all]) else { return nil }
    return When(status: status, condition: condition, span: node.span)
  }
}
