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

  /// `strategy:`, kept as it stands once it names exactly one way of looping.
  func strategy(_ fields: Fields) -> Node? {
    guard let node = fields.node("strategy") else { return nil }
    guard case .mapping(let mapping) = node else {
      if case .scalar(let scalar) = node, scalar.text.hasPrefix("<+") { return node }
      fields.reportWrongType("strategy", node, expected: "a mapping")
      return nil
    }
    guard !mapping.entries.isEmpty, let strategy = fields.fields("strategy") else { return nil }
    let ways = ["matrix", "repeat", "parallelism"].filter(strategy.has)
    if ways.count != 1 {
      problems.report(
        .invalidStrategy, "\(fields.owner): 'strategy' needs exactly one of 'matrix', 'repeat' and 'parallelism'",
        at: fields.place(of: "strategy"))
      return nil
    }
    if strategy.has("maxConcurrency") {
      problems.report(
        .invalidStrategy, .warning,
        "\(fields.owner): 'maxConcurrency' has no effect beside '\(ways[0])'", at: strategy.place(of: "maxConcurrency"),
        help: ways[0] == "parallelism" ? "remove it" : "move it into '\(ways[0]):'")
    }
    strategy.checkKeys(["matrix", "repeat", "parallelism", "when", "onFailure"], tolerated: ["maxConcurrency"])
    return node
  }
}
