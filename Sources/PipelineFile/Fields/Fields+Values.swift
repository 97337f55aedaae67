import Model

// Fields that hold a literal or an expression: the literal is checked here, the expression when the step starts.

extension Fields {
  /// One of a closed list of words, or an expression that comes to one.
  func value<Choice: RawRepresentable<String> & Hashable & Sendable>(
    _ key: String, of choices: [Choice]
  ) -> FieldValue<Choice>? {
    guard let node = node(key), node.scalarText != "" else { return nil }
    return value(node, called: key, of: choices)
  }

  func requiredValue<Choice: RawRepresentable<String> & Hashable & Sendable>(
    _ key: String, of choices: [Choice]
  ) -> FieldValue<Choice>? {
    guard let node = require(key, example: choices.first?.rawValue ?? "…") else { return nil }
    return value(node, called: key, of: choices)
  }

  private func value<Choice: RawRepresentable<String> & Hashable & Sendable>(
    _ node: Node, called key: String, of choices: [Choice]
  ) -> FieldValue<Choice>? {
    if case .scalar(let scalar) = node, scalar.text.mentions("<+") {
      return .expression(Text(scalar.text, at: scalar.span))
    }
    return choice(node, called: key, of: choices).map { .literal($0, at: node.span) }
  }

  /// A word of a closed list that is kept as a text, in Harness's own spelling.
  func word<Choice: RawRepresentable<String>>(_ key: String, of choices: [Choice]) -> Text? {
    guard let text = text(key) else { return nil }
    if text.hasExpressions { return text }
    return choice(key, of: choices).map { Text($0.rawValue, at: text.span) }
  }

  /// `true`, `false` or an expression that comes to one of them.
  func flag(_ key: String) -> Text? {
    guard let text = text(key) else { return nil }
    if text.hasExpressions || ["true", "false"].contains(text.raw.lowercased()) { return text }
    problems.report(
      .wrongType, "\(owner): '\(key)' must be true or false, not \(Excerpt.quoted(text.raw))", at: text.span,
      help: "write 'true' or 'false'")
    return nil
  }

  /// A whole number that is kept as a text, or an expression.
  func numberText(_ key: String) -> Text? {
    guard let text = text(key) else { return nil }
    if text.hasExpressions || Int(text.raw) != nil { return text }
    reportNotANumber(key, text)
    return nil
  }

  /// A whole number from `minimum` on, or an expression that comes to one.
  func integer(_ key: String, from minimum: Int = 0) -> FieldValue<Int>? {
    guard let text = text(key) else { return nil }
    if text.hasExpressions { return .expression(text) }
    if let number = Int(text.raw), number >= minimum { return .literal(number, at: text.span) }
    reportNotANumber(key, text, from: minimum)
    return nil
  }

  private func reportNotANumber(_ key: String, _ text: Text, from minimum: Int? = nil) {
    let range = minimum.map { $0 > 0 ? " from \($0)" : "" } ?? ""
    problems.report(
      .notANumber, "\(owner): '\(key)' must be a whole number\(range), not \(Excerpt.quoted(text.raw))", at: text.span)
  }

  // MARK: - Parts that several kinds of steps have

  static let containerKeys = [
    "image", "connectorRef", "registryRef", "imagePullPolicy", "privileged", "runAsUser", "resources",
  ]

  func container(hasImage: Bool = true) -> StepContainer {
    StepContainer(
      image: hasImage ? text("image") : nil, connector: text("connectorRef"), registry: text("registryRef"),
      pullPolicy: value("imagePullPolicy", of: StepContainer.PullPolicy.allCases), isPrivileged: flag("privileged"),
      runAsUser: text("runAsUser"), resources: resources())
  }

  func resources() -> ContainerResources? {
    guard let fields = fields("resources") else { return nil }
    fields.checkKeys(["limits", "requests"])
    return ContainerResources(limits: fields.amounts("limits"), requests: fields.amounts("requests"))
  }

  private func amounts(_ key: String) -> ContainerResources.Amounts {
    guard let fields = fields(key) else { return ContainerResources.Amounts() }
    fields.checkKeys(["cpu", "memory"])
    return ContainerResources.Amounts(cpu: fields.text("cpu"), memory: fields.text("memory"))
  }

  /// `reports: {type: JUnit, spec: {paths: […]}}`.
  func reports() -> TestReports? {
    guard let fields = fields("reports") else { return nil }
    fields.checkKeys(["type", "spec"])
    // An editor leaves `reports: {}` behind.
    guard !fields.mapping.entries.isEmpty else { return nil }
    guard fields.requiredChoice("type", of: ReportType.allCases) != nil, let spec = fields.requiredFields("spec") else {
      return nil
    }
    spec.checkKeys(["paths"])
    return TestReports(paths: spec.texts("paths"))
  }

  private enum ReportType: String, CaseIterable {
    case junit = "JUnit"
  }
}
