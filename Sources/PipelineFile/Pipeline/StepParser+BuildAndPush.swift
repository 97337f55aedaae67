import Model

extension StepParser {
  func buildAndPush(_ fields: Fields, type: String) -> StepSpec? {
    fields.checkKeys(
      Self.commonKeys + (Self.ownKeys[type] ?? []), tolerated: ["privileged", "imagePullPolicy", "registryRef"])
    let target = target(fields, type: type)
    // An artifact registry of Harness's own can stand for the connector.
    let connector = fields.has("registryRef") ? fields.text("connectorRef") : fields.requiredText("connectorRef")
    var tags = [Text]()
    if fields.require("tags", example: "[latest]") != nil {
      tags = fields.texts("tags")
      noteNumbers(fields)
      if tags.isEmpty { pipeline.reportEmpty("tags", fields) }
    }
    let environment = fields.namedTexts("envVariables")
    let buildArguments = fields.namedTexts("buildArgs")
    let labels = fields.namedTexts("labels")
    let baseImageConnectors = fields.texts("baseImageConnectorRefs")
    let (dockerfile, context, buildStage) = (fields.text("dockerfile"), fields.text("context"), fields.text("target"))
    let usesLayerCaching = fields.flag("caching")
    let (isOptimized, isPrivileged) = (fields.flag("optimize"), fields.flag("privileged"))
    guard let target else { return nil }
    var step = BuildAndPushStep(
      target: target, connector: connector, tags: tags, dockerfile: dockerfile, context: context,
      buildStage: buildStage, buildArguments: buildArguments, labels: labels, environment: environment,
      baseImageConnectors: baseImageConnectors, usesLayerCaching: usesLayerCaching)
    step.registry = fields.text("registryRef")
    (step.cacheFrom, step.cacheTo) = (fields.texts("cacheFrom"), fields.text("cacheTo"))
    step.remoteCache = fields.text("remoteCacheRepo") ?? fields.text("remoteCacheImage")
    (step.isOptimized, step.isPrivileged) = (isOptimized, isPrivileged)
    step.environmentSecrets = fields.namedTexts("envDockerSecrets")
    step.fileSecrets = fields.namedTexts("fileDockerSecrets")
    step.subscription = fields.text("subscriptionId")
    (step.runAsUser, step.resources) = (fields.text("runAsUser"), fields.resources())
    return .buildAndPush(step)
  }

  /// A plain number is taken as it is written, and the next YAML tool may take `1.10` for 1.1.
  private func noteNumbers(_ fields: Fields) {
    for case .scalar(let scalar) in fields.node("tags")?.elements ?? [] where scalar.style == .plain {
      guard case .double = scalar.value else { continue }
      problems.report(
        .numberAsText, .note, "\(fields.owner): the tag \(scalar.text) is a number, and read as '\(scalar.text)'",
        at: scalar.span, help: "put it in quotes: \"\(scalar.text)\"",
        fix: DiagnosticFix(rewording: scalar, as: "\"\(scalar.text)\"", .safe))
    }
  }

  private static let commonKeys = [
    "connectorRef", "tags", "dockerfile", "context", "target", "buildArgs", "labels", "envVariables",
    "envDockerSecrets",
    "fileDockerSecrets", "baseImageConnectorRefs", "optimize", "resources", "runAsUser", "caching", "cacheFrom",
    "cacheTo",
  ]

  private static let ownKeys = [
    "BuildAndPushDockerRegistry": ["repo", "remoteCacheRepo"],
    "BuildAndPushECR": ["account", "region", "imageName", "remoteCacheImage"],
    "BuildAndPushGCR": ["host", "projectID", "imageName", "remoteCacheImage"],
    "BuildAndPushGAR": ["host", "projectID", "imageName", "remoteCacheImage"],
    "BuildAndPushACR": ["repository", "subscriptionId", "remoteCacheImage"],
  ]

  private func target(_ fields: Fields, type: String) -> BuildAndPushStep.Target? {
    switch type {
    case "BuildAndPushDockerRegistry":
      return fields.requiredText("repo", example: "owner/image").map { .docker(repository: $0) }
    case "BuildAndPushACR":
      return fields.requiredText("repository", example: "name.azurecr.io/image").map { .acr(repository: $0) }
    case "BuildAndPushECR":
      let account = fields.requiredText("account", example: "\"123456789012\"")
      let region = fields.requiredText("region", example: "us-east-1")
      let imageName = fields.requiredText("imageName", example: "my-image")
      guard let account, let region, let imageName else { return nil }
      return .ecr(account: account, region: region, imageName: imageName)
    default:
      let host = fields.requiredText("host", example: type == "BuildAndPushGAR" ? "us-docker.pkg.dev" : "gcr.io")
      let project = fields.requiredText("projectID", example: "my-project")
      let imageName = fields.requiredText("imageName", example: "my-image")
      guard let host, let project, let imageName else { return nil }
      return type == "BuildAndPushGAR"
        ? .gar(host: host, project: project, imageName: imageName)
        : .gcr(host: host, project: project, imageName: imageName)
    }
  }
}
