import Model

/// Reads the parts of a pipeline, each in a file of its own; all report to one collection of problems.
struct PipelineParser {
  let problems: Problems

  func pipeline(_ fields: Fields, _ source: Node) -> Pipeline? {
    if let place = placeOfOtherLanguage(fields) {
      problems.report(
        .otherPipelineLanguage, "this pipeline is written in the v1 syntax, where stages stand without 'stage:'",
        at: place,
        help:
          "only v0 pipelines are run here: each item of 'stages:' is a 'stage:' with 'identifier', 'type' and 'spec'")
      return nil
    }
    fields.checkKeys(
      [
        "identifier", "name", "orgIdentifier", "projectIdentifier", "description", "tags", "stages", "template",
        "properties", "variables", "delegateSelectors", "timeout", "allowStageExecutions", "fixedInputsOnRerun",
        "flowControl", "notificationRules",
      ], tolerated: ["accountIdentifier"])
    let identifier = fields.requiredText("identifier", example: "my_pipeline").flatMap(fields.identifier)
    let variables = variables(fields)
    let codebase = codebase(fields)
    let template = template(fields)
    let stages = fields.has("template") ? [] : stages(fields, variables)
    checkNotifications(fields)
    let timeout = fields.duration("timeout")
    let allowsStageExecutions = fields.boolean("allowStageExecutions")
    let name = fields.text("name")
    if name == nil, !fields.has("name") {
      // Harness asks for one; here the identifier can stand for it.
      problems.report(
        .missingKey, .warning, "\(fields.owner): 'name' is missing", at: fields.place, help: "add 'name: …'")
    }
    let summary = fields.text("description")?.raw
    let tags = tags(fields)
    let organization = fields.text("orgIdentifier")?.raw
    let project = fields.text("projectIdentifier")?.raw
    guard let identifier, let stages else { return nil }
    var pipeline = Pipeline(
      identifier: identifier, name: name?.raw ?? identifier.description, organization: organization, project: project,
      summary: summary, tags: tags, stages: stages, variables: variables, codebase: codebase, timeout: timeout,
      allowsStageExecutions: allowsStageExecutions, source: source)
    (pipeline.template, pipeline.delegateSelectors) = (template, fields.texts("delegateSelectors"))
    pipeline.openValues = problems.openValues
    return pipeline
  }

  /// `notificationRules:` and `flowControl:` mean nothing on this machine, so only their shape is looked at.
  private func checkNotifications(_ fields: Fields) {
    for node in fields.sequence("notificationRules", of: "rules")?.elements ?? [] where !node.isNull {
      guard let rule = fields.fields(node, under: "notificationRules", place: node.place) else { continue }
      rule.checkKeys(["name", "identifier", "pipelineEvents", "notificationMethod", "enabled", "template"])
    }
    fields.fields("flowControl")?.checkKeys(["barriers"])
  }

  func tags(_ fields: Fields) -> [String: String] {
    Dictionary(fields.namedTexts("tags").map { ($0.name, $0.value.raw) }) { first, _ in first }
  }

  // MARK: - Stages

  private func stages(_ fields: Fields, _ variables: [Variable]) -> [StageElement]? {
    guard fields.require("stages") != nil else { return nil }
    guard let sequence = fields.sequence("stages", of: "stages") else { return nil }
    if sequence.elements.isEmpty {
      problems.report(
        .emptyList, "\(fields.owner): 'stages' is empty", at: fields.place(of: "stages"),
        help: "a pipeline has at least one stage")
      return nil
    }
    let parser = StageParser(pipeline: self, pipelineVariables: variables)
    return sequence.elements.compactMap { parser.element($0, fields) }
  }

  /// v1 writes stages without `stage:`. A v0 stage that lacks only that is known by its identifier.
  private func isOfOtherLanguage(_ node: Node) -> Bool {
    guard case .mapping(let mapping) = node else { return false }
    let keys = Set(mapping.entries.map(\.key.text))
    if !keys.isDisjoint(with: ["stage", "parallel", "insert", "template", "identifier"]) { return false }
    return !keys.isDisjoint(with: ["steps", "spec", "type", "strategy", "runtime", "group", "name", "id"])
  }

  /// What shows that the pipeline is a v1 one; nil for a v0 one.
  private func placeOfOtherLanguage(_ fields: Fields) -> SourceSpan? {
    if case .sequence(let stages)? = fields.node("stages") {
      return stages.elements.first(where: isOfOtherLanguage)?.place
    }
    return ["steps", "jobs"].first(where: fields.has).map(fields.place(of:))
  }
}
