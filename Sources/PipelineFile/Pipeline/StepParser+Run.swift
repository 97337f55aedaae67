import Model

extension StepParser {
  func run(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(Self.scriptKeys + ["registryRef", "outputAlias"])
    return script(fields, kind: "Run").map(StepSpec.run)
  }

  func test(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(
      Self.scriptKeys + ["intelligenceMode", "globs", "splitStrategy"], tolerated: ["registryRef", "preCommand"])
    guard let script = script(fields, kind: "Test") else { return nil }
    var step = TestStep(script: script)
    step.usesTestIntelligence = fields.flag("intelligenceMode")
    step.globs = fields.texts("globs")
    step.splitStrategy = fields.text("splitStrategy")
    return .test(step)
  }

  func runTests(_ fields: Fields) -> StepSpec? {
    fields.checkKeys(
      Fields.containerKeys + [
        "language", "buildTool", "args", "preCommand", "postCommand", "shell", "envVariables", "outputVariables",
        "reports", "buildEnvironment", "frameworkVersion", "pythonVersion", "packages", "namespaces",
        "testAnnotations", "testGlobs", "testRoot", "runOnlySelectedTests", "enableTestSplitting",
        "testSplitStrategy",
      ])
    let language = fields.requiredValue("language", of: RunTestsStep.Language.allCases)
    let buildTool = fields.requiredValue("buildTool", of: RunTestsStep.BuildTool.allCases)
    let shell = fields.value("shell", of: RunStep.Shell.allCases)
    let (environment, outputs, reports) = (
      fields.namedTexts("envVariables"), outputVariables(fields), fields.reports()
    )
    let container = fields.container()
    let buildEnvironment = fields.value("buildEnvironment", of: RunTestsStep.BuildEnvironment.allCases)
    let runsOnlySelectedTests = fields.flag("runOnlySelectedTests")
    let splitsTests = fields.flag("enableTestSplitting")
    let splitStrategy = fields.value("testSplitStrategy", of: RunTestsStep.SplitStrategy.allCases)
    guard let language, let buildTool else { return nil }
    var step = RunTestsStep(language: language, buildTool: buildTool)
    step.shell = shell ?? step.shell
    (step.environment, step.outputVariables, step.reports) = (environment, outputs, reports)
    step.container = container
    (step.arguments, step.preCommand, step.postCommand) = (
      fields.text("args"), fields.text("preCommand"), fields.text("postCommand")
    )
    step.buildEnvironment = buildEnvironment
    step.frameworkVersion = fields.text("frameworkVersion")
    step.pythonVersion = fields.text("pythonVersion")
    (step.packages, step.namespaces) = (fields.text("packages"), fields.text("namespaces"))
    (step.testAnnotations, step.testGlobs, step.testRoot) = (
      fields.text("testAnnotations"), fields.text("testGlobs"), fields.text("testRoot")
    )
    (step.runsOnlySelectedTests, step.splitsTests, step.splitStrategy) = (
      runsOnlySelectedTests, splitsTests, splitStrategy
    )
    return .runTests(step)
  }

  // MARK: - Parts of scripts

  private static let scriptKeys = [
    "command", "connectorRef", "envVariables", "image", "imagePullPolicy", "outputVariables", "privileged", "reports",
    "resources", "runAsUser", "shell",
  ]

  /// What Run and Test steps have in common.
  private func script(_ fields: Fields, kind: String) -> RunStep? {
    let command = fields.text("command")
    if !fields.has("command"), kind == "Test" || !fields.has("image") {
      fields.reportMissing("command", example: "echo hello")
    }
    let outputs = outputVariables(fields)
    if command == nil, fields.text("image") != nil, !outputs.isEmpty {
      problems.report(
        .contradiction, "\(fields.owner): output variables need a 'command' that sets them",
        at: fields.place(of: "outputVariables"), help: "add 'command', or remove 'outputVariables'")
    }
    var step = RunStep(
      command: command, environment: fields.namedTexts("envVariables"), outputVariables: outputs,
      reports: fields.reports())
    step.shell = fields.value("shell", of: RunStep.Shell.allCases) ?? step.shell
    step.container = fields.container()
    step.outputAlias = outputAlias(fields)
    return step
  }

  private func outputAlias(_ fields: Fields) -> RunStep.OutputAlias? {
    guard let alias = fields.fields("outputAlias") else { return nil }
    alias.checkKeys(["key", "scope"])
    let scope = alias.value("scope", of: RunStep.OutputAlias.Scope.allCases)
    return alias.requiredText("key", example: "build").map { RunStep.OutputAlias(key: $0, scope: scope) }
  }

  /// `{name}`, or `{name, type, value}` where `value` is the shell variable to read.
  func outputVariables(_ fields: Fields) -> [RunStep.OutputVariable] {
    guard let list = fields.sequence("outputVariables", of: "variables") else { return [] }
    return list.elements.compactMap { node in
      guard !node.isNull, let entry = fields.fields(node, under: "outputVariables", place: node.place) else {
        return nil
      }
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
