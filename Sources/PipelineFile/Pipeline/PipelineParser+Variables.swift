import Model

extension PipelineParser {
  /// `variables:` of a pipeline or a stage.
  func variables(_ fields: Fields) -> [Variable] {
    guard let sequence = fields.sequence("variables", of: "variables") else { return [] }
    var places: [String: SourceSpan] = [:]
    var variables = [Variable]()
    for node in sequence.elements {
      guard
        let entry = fields.fields(node, under: "variables", owner: "a variable of \(fields.owner)", place: node.place)
      else { continue }
      guard let variable = variable(entry) else { continue }
      let place = entry.node("name")?.span ?? entry.place
      if let first = places[variable.name] {
        problems.report(
          .duplicateIdentifier, "\(fields.owner) has two variables named '\(variable.name)'", at: place,
          labels: [Diagnostic.Label(span: first, text: "first here")])
      } else {
        places[variable.name] = place
        variables.append(variable)
      }
    }
    return variables
  }

  private func variable(_ fields: Fields) -> Variable? {
    fields.checkKeys(["name", "type", "value", "default", "required", "description", "metadata"])
    let isRequired = fields.boolean("required") ?? false
    let kind = kind(fields)
    // An absent value is kept as absent: whoever runs the pipeline may give it.
    let value = fields.anyText("value")
    let defaultValue = fields.anyText("default")
    guard let name = fields.requiredText("name", example: "MY_VARIABLE") else { return nil }
    guard Self.isVariableName(name.raw) else {
      problems.report(
        .invalidVariable, "\(Excerpt.quoted(name.raw)) is no name for a variable", at: name.span,
        notes: ["a name starts with a letter or '_' and goes on with letters, digits, '_', '.', '$' and '-'"])
      return nil
    }
    if kind == .number {
      for text in [value, defaultValue].compactMap(\.self) { checkNumber(text, name.raw) }
    }
    return Variable(
      name: name.raw, kind: kind, value: value, defaultValue: defaultValue, isRequired: isRequired)
  }

  private func kind(_ fields: Fields) -> Variable.Kind {
    if fields.has("type") { return fields.choice("type", of: [Variable.Kind.string, .number, .secret]) ?? .string }
    problems.report(
      .missingKey, .warning, "\(fields.owner): 'type' is missing", at: fields.place, help: "add 'type: String'")
    return .string
  }

  private func checkNumber(_ text: Text, _ name: String) {
    if text.hasExpressions || text.raw.isEmpty || Double(text.raw) != nil { return }
    problems.report(
      .invalidVariable, "the variable '\(name)' is a Number, and \(Excerpt.quoted(text.raw)) is none", at: text.span,
      help: "write a number, or make it 'type: String'")
  }

  /// `^[a-zA-Z_][0-9a-zA-Z_\.$-]{0,127}$`
  private static func isVariableName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, name.utf8.count <= 128 else { return false }
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
    return isLetter(first)
      && name.unicodeScalars.allSatisfy { isLetter($0) || ("0"..."9").contains($0) || [".", "$", "-"].contains($0) }
  }
}
