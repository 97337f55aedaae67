import Model

extension StepParser {
  /// A security step of the scanner that its type names.
  func scan(_ fields: Fields, scanner: String) -> StepSpec? {
    fields.checkKeys([
      "mode", "config", "target", "advanced", "ingestion", "settings", "connectorRef", "imageTag",
      "baseImageConnectorRefs", "imagePullPolicy", "privileged", "runAsUser", "resources", "outputVariables", "image",
      "sbom", "repository", "auth", "instance", "tool",
    ])
    // The generic step has everything in its settings.
    guard scanner != "Security" else { return .recognised(type: scanner) }
    let mode = fields.requiredChoice("mode", of: ScanStep.Mode.allCases)
    let configuration = configuration(fields, of: scanner)
    var step = ScanStep(scanner: scanner, mode: mode ?? .orchestration, targetKind: .container)
    step.configuration = configuration
    if let image = fields.fields("image") {
      step.image = self.image(image)
      switch step.image?.kind {
      case .literal(let kind, let span): step.imageType = Text(kind.rawValue, at: span)
      case .expression(let text): step.imageType = text
      case nil: break
      }
    }
    readAdvanced(fields, into: &step)
    step.ingestionFile = ingestionFile(fields)
    step.authentication = fields.fields("auth").map(authentication)
    step.instance = fields.fields("instance").map(instance)
    step.billOfMaterials = fields.fields("sbom").map(billOfMaterials)
    step.repository = fields.node("repository")
    step.tool = fields.fields("tool").flatMap { _ in fields.node("tool") }
    step.settings = fields.namedTexts("settings")
    // `image` is a mapping here, and no container's image.
    step.container = fields.container(hasImage: false)
    step.imageTag = fields.text("imageTag")
    step.baseImageConnectors = fields.texts("baseImageConnectorRefs")
    guard let target = fields.requiredFields("target") else { return isOpen(fields, "target") ? .open : nil }
    target.checkKeys(["type", "name", "variant", "detection", "workspace"])
    let kind = target.requiredChoice("type", of: ScanStep.TargetKind.allCases, example: .container)
    (step.targetName, step.targetVariant) = (target.text("name"), target.text("variant"))
    step.detection = target.value("detection", of: ScanStep.Detection.allCases)
    step.workspace = target.text("workspace")
    guard mode != nil, let kind else { return isOpen(fields, "mode") || isOpen(target, "type") ? .open : nil }
    step.targetKind = kind
    return .scan(step)
  }

  private func configuration(_ fields: Fields, of scanner: String) -> Text? {
    guard let text = fields.requiredText("config", example: "default") else { return nil }
    let known = ScannerConfigurations.of(scanner)
    if !text.hasExpressions, !known.contains(text.raw) {
      problems.report(
        .unknownValue, .warning, "\(fields.owner): \(Excerpt.quoted(text.raw)) is no known 'config' of \(scanner)",
        at: text.span, notes: known.count <= 8 ? ["it can be \(Excerpt.alternatives(known))"] : [],
        help: Excerpt.suggestion(for: text.raw, among: known))
    }
    return text
  }

  private func image(_ fields: Fields) -> ScanStep.Image {
    fields.checkKeys([
      "type", "name", "tag", "domain", "region", "access_id", "access_token", "registry", "image_path",
    ])
    var image = ScanStep.Image()
    image.kind = fields.value("type", of: ScanStep.Image.Kind.allCases)
    (image.name, image.tag, image.domain) = (fields.text("name"), fields.text("tag"), fields.text("domain"))
    (image.region, image.registry, image.path) = (
      fields.text("region"), fields.text("registry"), fields.text("image_path")
    )
    (image.accessIdentifier, image.accessToken) = (fields.text("access_id"), fields.text("access_token"))
    return image
  }

  private enum Threshold: String, CaseIterable {
    case critical, high, medium, low, info, none
  }

  private enum LogLevel: String, CaseIterable {
    case info, debug, warning, error
  }

  private enum LogSerializer: String, CaseIterable {
    case simple, basic, bunyan
    case simpleOnPremises = "simple_onprem"
    case onPremises = "onprem"
  }

  private func readAdvanced(_ fields: Fields, into step: inout ScanStep) {
    guard let advanced = fields.fields("advanced") else { return }
    advanced.checkKeys(["log", "args", "fail_on_severity", "include_raw"])
    step.failOnSeverity = advanced.word("fail_on_severity", of: Threshold.allCases)
    step.advanced.includesRaw = advanced.flag("include_raw")
    if let log = advanced.fields("log") {
      log.checkKeys(["level", "serializer"])
      step.advanced.logLevel = log.word("level", of: LogLevel.allCases)
      step.advanced.logSerializer = log.word("serializer", of: LogSerializer.allCases)
    }
    if let arguments = advanced.fields("args") {
      arguments.checkKeys(["cli", "passthrough"])
      step.advanced.arguments = arguments.text("cli")
      step.advanced.passthrough = arguments.text("passthrough")
    }
  }

  private func ingestionFile(_ fields: Fields) -> Text? {
    guard let ingestion = fields.fields("ingestion") else { return nil }
    ingestion.checkKeys(["file"])
    return ingestion.text("file")
  }

  private func authentication(_ fields: Fields) -> ScanStep.Authentication {
    fields.checkKeys(["access_token", "access_id", "domain", "region", "ssl", "type", "version"])
    var authentication = ScanStep.Authentication()
    authentication.accessToken = fields.text("access_token")
    authentication.accessIdentifier = fields.text("access_id")
    (authentication.domain, authentication.region) = (fields.text("domain"), fields.text("region"))
    authentication.usesTLS = fields.flag("ssl")
    (authentication.kind, authentication.version) = (fields.text("type"), fields.text("version"))
    return authentication
  }

  private func instance(_ fields: Fields) -> ScanStep.Instance {
    fields.checkKeys(["domain", "path", "protocol", "port", "username", "password"])
    var instance = ScanStep.Instance()
    (instance.domain, instance.path, instance.scheme) = (
      fields.text("domain"), fields.text("path"), fields.text("protocol")
    )
    instance.port = fields.numberText("port")
    (instance.username, instance.password) = (fields.text("username"), fields.text("password"))
    return instance
  }

  private func billOfMaterials(_ fields: Fields) -> ScanStep.BillOfMaterials {
    fields.checkKeys(["generate", "format"])
    var bill = ScanStep.BillOfMaterials()
    bill.isGenerated = fields.flag("generate")
    bill.format = fields.value("format", of: ScanStep.BillOfMaterials.Format.allCases)
    return bill
  }

  /// Whether an expression stands where a value decides about the rest.
  private func isOpen(_ fields: Fields, _ key: String) -> Bool {
    fields.node(key)?.scalarText?.mentions("<+") ?? false
  }
}
