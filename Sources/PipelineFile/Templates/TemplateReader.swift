package import Model

/// Reads the files that hold templates.
package enum TemplateReader {
  /// - Returns: the template, when nothing about its envelope is an error. What it holds is checked where it is used.
  package static func read(_ source: SourceText) -> (template: Template?, diagnostics: [Diagnostic]) {
    let (root, syntax) = YAMLReader.read(source)
    guard let root else { return (nil, syntax) }
    let problems = Problems()
    syntax.forEach(problems.report)
    let template = read(root, problems)
    return (problems.hasErrors ? nil : template, problems.sorted)
  }

  /// Whether the file is one of Harness's but of another kind.
  static func isOfAnotherKind(_ source: SourceText) -> Bool {
    guard case .mapping(let mapping)? = YAMLReader.read(source).root else { return false }
    return mapping["template"] == nil
  }

  private static func read(_ root: Node, _ problems: Problems) -> Template? {
    guard case .mapping(let mapping) = root, let node = mapping["template"] else {
      problems.report(
        .wrongKindOfFile, "this is no template", at: root.place, help: "such a file starts with 'template:'")
      return nil
    }
    let file = Fields(mapping: mapping, key: nil, owner: "the file", place: root.place, problems: problems)
    file.checkKeys(["template"])
    guard let fields = file.fields(node, under: "template", owner: "the template") else { return nil }
    fields.checkKeys(
      [
        "identifier", "name", "type", "versionLabel", "description", "tags", "orgIdentifier", "projectIdentifier",
        "spec", "variables", "icon", "label",
      ], tolerated: ["accountIdentifier", "readme", "childType", "storeType", "stableTemplate", "isStableTemplate"])
    let identifier = fields.ownIdentifier()
    let type = fields.requiredText("type", example: "Step")
    guard let spec = fields.require("spec") else { return nil }
    guard case .mapping = spec else {
      fields.reportWrongType("spec", spec, expected: "a mapping")
      return nil
    }
    guard let identifier, let type else { return nil }
    return Template(
      identifier: identifier, name: fields.text("name")?.raw ?? identifier.description,
      kind: kind(type, fields, problems), type: type.raw, versionLabel: fields.text("versionLabel")?.raw,
      scope: fields.definitionScope, spec: spec, variables: fields.node("variables"), span: fields.place)
  }

  private static let others = [
    "SecretManager", "ArtifactSource", "MonitoredService", "CustomDeployment", "Notification", "EventListener",
    "Connector", "Infra", "Service", "Environment",
  ]

  private static func kind(_ type: Text, _ fields: Fields, _ problems: Problems) -> Template.Kind {
    let known = Template.Kind.allCases.map(\.rawValue).filter { !$0.isEmpty }
    if let kind = Template.Kind(rawValue: type.raw), kind != .other { return kind }
    if let same = known.first(where: { $0.lowercased() == type.raw.lowercased() }) {
      problems.report(
        .otherCase, .note, "the template: '\(type.raw)' is read as '\(same)'", at: type.span, help: "write '\(same)'")
      return Template.Kind(rawValue: same) ?? .other
    }
    if !others.contains(type.raw) {
      problems.report(
        .unknownValue, .warning, "the template: \(Excerpt.quoted(type.raw)) is no type of template known here",
        at: type.span, notes: ["those that belong in pipelines are \(Excerpt.alternatives(known))"],
        help: Excerpt.suggestion(for: type.raw, among: known + others))
    }
    return .other
  }
}
