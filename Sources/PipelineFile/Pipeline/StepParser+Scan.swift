import Model

extension StepParser {
  /// The security steps that can look into an image archive.
  func scan(_ fields: Fields, scanner: String) -> StepSpec? {
    fields.checkKeys([
      "mode", "config", "target", "advanced", "ingestion", "settings", "connectorRef", "imageTag",
      "baseImageConnectorRefs",
      "imagePullPolicy", "privileged", "runAsUser", "resources", "outputVariables", "image", "sbom", "repository",
      "auth",
      "instance", "tool",
    ])
    let mode = fields.requiredChoice("mode", of: ScanStep.Mode.allCases)
    _ = fields.requiredText("config", example: "default")
    let failOnSeverity = failOnSeverity(fields)
    let imageType = imageType(fields)
    guard let target = fields.requiredFields("target") else { return nil }
    target.checkKeys(["type", "name", "variant", "detection", "workspace"])
    let kind = target.requiredChoice("type", of: ScanStep.TargetKind.allCases, example: .container)
    let (name, variant) = (target.text("name"), target.text("variant"))
    let workspace = target.text("workspace")
    guard let mode, let kind else { return nil }
    return .scan(
      ScanStep(
        scanner: scanner, mode: mode, targetKind: kind, targetName: name,
        targetVariant: variant, workspace: workspace, imageType: imageType,
        failOnSeverity: failOnSeverity))
  }

  private enum ImageType: String, CaseIterable {
    case awsECR = "aws_ecr"
    case docker = "docker_v2"
    case artifactory = "jfrog_artifactory"
    case localImage = "local_image"
    case localArchive = "local_archive"
    case harness
  }

  private func imageType(_ fields: Fields) -> Text? {
    guard let image = fields.fields("image") else { return nil }
    image.checkKeys([
      "type", "name", "tag", "domain", "region", "access_id", "access_token", "registry", "image_path",
    ])
    return open(image, "type", ImageType.allCases)
  }

  private enum Threshold: String, CaseIterable {
    case critical, high, medium, low, info, none
  }

  private func failOnSeverity(_ fields: Fields) -> Text? {
    guard let advanced = fields.fields("advanced") else { return nil }
    advanced.checkKeys(["log", "args", "fail_on_severity", "include_raw"])
    return open(advanced, "fail_on_severity", Threshold.allCases)
  }

  /// A word of a closed list, or an expression that comes to one.
  private func open<Choice: RawRepresentable<String>>(_ fields: Fields, _ key: String, _ choices: [Choice]) -> Text? {
    guard let text = fields.text(key) else { return nil }
    if text.hasExpressions { return text }
    return fields.choice(key, of: choices).map { Text($0.rawValue, at: text.span) }
  }
}
