import Model

extension PipelineParser {
  /// `properties.ci.codebase`.
  func codebase(_ fields: Fields) -> Codebase? {
    guard let properties = fields.fields("properties") else { return nil }
    properties.checkKeys(["ci"])
    guard let ci = properties.fields("ci") else { return nil }
    ci.checkKeys(["codebase"])
    guard let codebase = ci.fields("codebase") else { return nil }
    codebase.checkKeys(Fields.cloneKeys)
    let clone = codebase.cloneSettings(isBuildRequired: false)
    return Codebase(
      connector: clone.connector, repositoryName: clone.repositoryName, build: codebase.node("build"), clone: clone)
  }

  /// `template:` in place of what the stage, group, step or pipeline holds.
  func template(_ fields: Fields) -> TemplateLink? {
    guard let node = fields.node("template"), let template = fields.fields("template") else { return nil }
    template.checkKeys([
      "templateRef", "versionLabel", "label", "templateInputs", "templateVariables", "templateOverrides", "gitBranch",
    ])
    guard let reference = template.requiredText("templateRef", example: "account.build") else { return nil }
    return TemplateLink(
      reference: reference, version: template.text("versionLabel"), inputs: template.node("templateInputs"),
      span: node.span)
  }
}
