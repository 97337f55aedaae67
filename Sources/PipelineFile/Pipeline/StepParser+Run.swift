import Model

extension StepParser {
  func run(_ fields: Fields) -> StepSpec? {
    fields.checkKeys([
      "command", "connectorRef", "registryRef", "envVariables", "image", "imagePullPolicy", "outputVariables",
      "privileged",
      "reports", "resources", "runAsUser", "shell", "outputAlias",
    ])
    let command = fields.text("command")
    let image = fields.text("image")
    if !fields.has("command"), !fields.has("image") {
      fields.reportMissing("command", example: "echo hello")
    }
    let outputs = outputVariables(fields)
    if command == nil, image != nil, !outputs.isEmpty {
      problems.report(
        .contradiction, "\(fields.owner): output variables need a 'command' that sets them",
        at: fields.place(of: "outputVariables"), help: "add 'command', or remove 'outputVariables'")
    }
    let shell = fields.choice("shell", of: RunStep.Shell.allCases) ?? .sh
    return .run(
      RunStep(
        command: command, shell: shell, image: image, connector: fields.text("connectorRef"),
        environment: fields.namedTexts("envVariables"), outputVariables: outputs,
        isPrivileged: fields.text("privileged"), runAsUser: fields.text("runAsUser")))
  }

  /// `{name}`, or `{name, type, value}` where `value` is the shell variable to read.
  private func outputVariables(_ fields: Fields) -> [RunStep.OutputVariable] {
    guard let list = fields.sequence("outputVariables", of: "variables") else { return [] }
    return list.elements.compactMap { node in
      guard let entry = fields.fields(node, under: "outputVariables", place: node.place) else { return nil }
      entry.checkKeys(["name", "type", "value", "description", "default", "required", "metadata"])
      guard let name = entry.requiredText("name", example: "VERSION") else { return nil }
      let kind = entry.choice("type", of: [Variable.Kind.string, .number, .secret]) ?? .string
      let source = entry.text("value") ?? name
      guard Self.isShellName(source.raw) else {
        problems.report(
          .invalidVariable, "\(fields.owner): \(Excerpt.quoted(source.raw)) is no name of a shell variable",
          at: source.span,
          notes: ["the output takes the value that this variable has when the script ends"])
        return nil
      }
      return RunStep.OutputVariable(name: name.raw, source: source.raw, isSecret: kind == .secret)
    }
  }

  private static func isShellName(_ text: String) -> Bool {
    do {
      // Identifiers and shell variables are spelt by the same rule.
      _ = try Identifier(text)
      return true
    } catch {
      return false
    }
  }
}
