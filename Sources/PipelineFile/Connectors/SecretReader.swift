import Model

/// Reads `secret:`.
struct SecretReader {
  let problems: Problems

  func secret(_ fields: Fields) -> SecretDefinition? {
    fields.checkKeys(
      [
        "identifier", "name", "description", "orgIdentifier", "projectIdentifier", "tags", "type", "spec",
      ], tolerated: ["accountIdentifier"])
    let identifier = fields.ownIdentifier()
    let name = fields.requiredText("name", example: "My secret")
    let kind = fields.requiredChoice("type", of: SecretDefinition.Kind.allCases)
    guard let spec = fields.requiredFields("spec"), let identifier, let name, let kind else { return nil }
    var valueKind: SecretDefinition.ValueKind?
    var text: Text?
    if kind == .text {
      spec.checkKeys(["secretManagerIdentifier", "valueType", "value", "additionalMetadata"])
      valueKind = spec.choice("valueType", of: SecretDefinition.ValueKind.allCases)
      text = spec.anyText("value")
    }
    let isInline = valueKind == .inline || valueKind == nil
    return SecretDefinition(
      identifier: identifier, name: name.raw, scope: fields.definitionScope, kind: kind,
      manager: spec.text("secretManagerIdentifier")?.raw, valueKind: valueKind,
      value: isInline ? text.map { ConcealedText($0.raw) } : nil, reference: isInline ? nil : text?.raw,
      span: fields.place)
  }
}
