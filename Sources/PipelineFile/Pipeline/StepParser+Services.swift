import Model

extension StepParser {
  func background(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(
      Fields.containerKeys + ["command", "entrypoint", "envVariables", "portBindings", "reports", "shell"])
    let step = BackgroundStep(
      command: fields.text("command"),
      shell: fields.value("shell", of: RunStep.Shell.allCases) ?? .literal(.sh, at: nil),
      entrypoint: fields.texts("entrypoint"), container: fields.container(),
      environment: fields.namedTexts("envVariables"),
      portBindings: fields.namedTexts("portBindings").map { entry in
        BackgroundStep.PortBinding(host: Text(entry.name, at: entry.value.span), container: entry.value)
      }, reports: fields.reports())
    if !fields.has("command"), !fields.has("image"), !fields.has("entrypoint") {
      fields.reportMissing("image", example: "postgres:16")
    }
    return .background(step)
  }

  func plugin(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(Fields.containerKeys + ["entrypoint", "envVariables", "reports", "settings", "uses"])
    if !fields.has("image"), !fields.has("uses") { fields.reportMissing("image", example: "plugins/slack") }
    var settings = [PluginStep.Setting]()
    if let given = fields.fields("settings") {
      // A null is the plugin's own default, as Harness leaves such a setting out.
      settings = given.mapping.entries.compactMap { entry in
        entry.value.isNull ? nil : PluginStep.Setting(name: entry.key.text, value: entry.value)
      }
    }
    return .plugin(
      PluginStep(
        container: fields.container(), uses: fields.text("uses"), entrypoint: fields.texts("entrypoint"),
        settings: settings, environment: fields.namedTexts("envVariables"), reports: fields.reports()))
  }

  func foreignAction(_ fields: Fields, _ origin: ForeignActionStep.Origin) -> StepSpec? {
    fields.checkKeys(["uses", "with", "env"])
    let (inputs, environment) = (fields.namedTexts("with"), fields.namedTexts("env"))
    return fields.requiredText("uses", example: "actions/checkout@v4").map {
      .foreignAction(ForeignActionStep(origin: origin, uses: $0, inputs: inputs, environment: environment))
    }
  }

  func gitClone(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(
      Fields.cloneKeys + [
        "projectName", "privileged", "runAsUser", "baseImageConnectorRefs", "outputFilePathsContent",
        "outputVariables",
      ])
    let clone = fields.cloneSettings(isBuildRequired: true)
    var step = GitCloneStep(clone: clone)
    step.projectName = fields.text("projectName")
    step.isPrivileged = fields.flag("privileged")
    step.runAsUser = fields.text("runAsUser")
    step.baseImageConnectors = fields.texts("baseImageConnectorRefs")
    step.outputFilePaths = fields.texts("outputFilePathsContent")
    return .gitClone(step)
  }

  func policy(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(["policySets", "metadata", "type", "policySpec"])
    _ = fields.require("policySets", example: "[account.my_policies]")
    var payload: Text?
    if let spec = fields.fields("policySpec") {
      spec.checkKeys(["payload"])
      payload = spec.text("payload")
    }
    return .policy(PolicyStep(policySets: fields.texts("policySets"), kind: fields.text("type"), payload: payload))
  }
}
