import Model

/// Reads `connector:`.
struct ConnectorReader {
  let problems: Problems

  func connector(_ fields: Fields) -> Connector? {
    fields.checkKeys(
      [
        "identifier", "name", "description", "orgIdentifier", "projectIdentifier", "tags", "type", "spec",
      ], tolerated: ["accountIdentifier"])
    let identifier = fields.ownIdentifier()
    let name = fields.requiredText("name", example: "My connector")
    let type = fields.requiredText("type", example: "DockerRegistry")
    let settings = fields.requiredFields("spec")
    var spec: Connector.Spec?
    if let type, let settings {
      switch Connector.Kind(rawValue: type.raw) {
      case .aws: spec = aws(settings).map(Connector.Spec.aws)
      case .dockerRegistry: spec = dockerRegistry(settings).map(Connector.Spec.dockerRegistry)
      case .git, .github, .gitlab, .bitbucket, .azureRepository: spec = git(settings)
      default:
        warnAboutSpelling(type, fields)
        spec = .other
      }
    }
    guard let identifier, let name, let type, let spec else { return nil }
    return Connector(
      identifier: identifier, name: name.raw, scope: fields.definitionScope, type: type.raw, spec: spec,
      span: fields.place)
  }

  /// There are dozens of connector types, and only two matter here: a slip in one of these would go unnoticed.
  private func warnAboutSpelling(_ type: Text, _ fields: Fields) {
    let known = Connector.Kind.allCases.map(\.rawValue).filter { !$0.isEmpty }
    guard !known.contains(type.raw), !Self.others.contains(type.raw) else { return }
    guard let suggestion = Excerpt.suggestion(for: type.raw, among: known + Self.others) else { return }
    problems.report(
      .unknownValue, .warning, "\(fields.owner): \(Excerpt.quoted(type.raw)) is no type of connector known here",
      at: type.span, help: suggestion)
  }

  private static let others = [
    "Gar", "Acr", "HttpHelmRepo", "OciHelmRepo", "Jira", "ServiceNow", "Vault", "AwsKms", "AwsSecretManager", "GcpKms",
    "AzureKeyVault", "Splunk", "Datadog", "Prometheus", "NewRelic", "AppDynamics", "Dynatrace", "PagerDuty", "Rancher",
    "Jenkins", "AzureArtifacts", "CustomSecretManager", "GcpSecretManager", "Spot", "Tas", "TerraformCloud",
  ]

  // MARK: - AWS

  private enum AWSCredential: String, CaseIterable {
    case manual = "ManualConfig"
    case inheritFromDelegate = "InheritFromDelegate"
    case irsa = "Irsa"
    case oidc = "OidcAuthentication"
  }

  private func aws(_ fields: Fields) -> AWSConnector? {
    fields.checkKeys([
      "credential", "region", "delegateSelectors", "executeOnDelegate", "awsSdkClientBackOffStrategyOverride", "proxy",
    ])
    guard let credential = fields.requiredFields("credential") else { return nil }
    credential.checkKeys(["type", "spec", "crossAccountAccess", "region"])
    let region = credential.text("region") ?? fields.text("region")
    var crossAccountAccess: AWSConnector.CrossAccountAccess?
    if let access = credential.fields("crossAccountAccess") {
      access.checkKeys(["crossAccountRoleArn", "externalId"])
      guard let role = access.requiredText("crossAccountRoleArn", example: "arn:aws:iam::123456789012:role/name") else {
        return nil
      }
      crossAccountAccess = AWSConnector.CrossAccountAccess(role: role, externalIdentifier: access.text("externalId"))
    }
    let access: AWSConnector.Access
    switch credential.requiredChoice("type", of: AWSCredential.allCases) {
    case .manual:
      guard let spec = credential.requiredFields("spec") else { return nil }
      spec.checkKeys(["accessKey", "accessKeyRef", "secretKeyRef", "sessionTokenRef"])
      let accessKey = spec.credential("accessKey")
      guard let secretKey = spec.secretReference("secretKeyRef"), let accessKey else { return nil }
      access = .manual(accessKey: accessKey, secretKey: secretKey)
    case .inheritFromDelegate: access = .inheritFromDelegate
    case .irsa: access = .irsa
    case .oidc: access = .oidc
    case nil: return nil
    }
    return AWSConnector(access: access, region: region, crossAccountAccess: crossAccountAccess)
  }

  // MARK: - Git

  /// Without a URL it is a connector that nothing can be cloned by, and no mistake: only GitClone steps want one.
  private func git(_ fields: Fields) -> Connector.Spec {
    guard let url = fields.text("url") else { return .other }
    // HTTP keeps who it is two levels down, under names that differ by host, and with `Git` just below; SSH keys are not used here.
    let outer = fields.has("authentication") ? fields.fields("authentication")?.fields("spec") : fields.fields("spec")
    let inner = outer?.fields("spec") ?? outer
    let hasName = inner.map { $0.has("username") || $0.has("usernameRef") } ?? false
    let key = ["passwordRef", "tokenRef"].first { inner?.has($0) == true }
    return .git(
      GitConnector(
        url: url,
        // With `Git`, `type` is the protocol.
        reach: GitConnector.Reach(rawValue: (fields.text("connectionType") ?? fields.text("type"))?.raw ?? "")
          ?? .repository,
        userName: hasName ? inner?.credential("username") : nil,
        password: key.flatMap { inner?.secretReference($0) }))
  }

  // MARK: - Docker registry

  private enum RegistryAuthentication: String, CaseIterable {
    case usernamePassword = "UsernamePassword"
    case anonymous = "Anonymous"
  }

  private func dockerRegistry(_ fields: Fields) -> DockerRegistryConnector? {
    fields.checkKeys(["dockerRegistryUrl", "providerType", "auth", "delegateSelectors", "executeOnDelegate", "proxy"])
    let url = fields.requiredText("dockerRegistryUrl", example: "https://index.docker.io/v2/")
    let provider = fields.choice("providerType", of: DockerRegistryConnector.Provider.allCases) ?? .other
    guard let access = registryAccess(fields), let url else { return nil }
    return DockerRegistryConnector(url: url, provider: provider, access: access)
  }

  private func registryAccess(_ fields: Fields) -> DockerRegistryConnector.Access? {
    guard fields.has("auth") else { return .anonymous }
    guard let auth = fields.fields("auth") else { return nil }
    auth.checkKeys(["type", "spec"])
    switch auth.requiredChoice("type", of: RegistryAuthentication.allCases) {
    case .anonymous: return .anonymous
    case .usernamePassword:
      guard let spec = auth.requiredFields("spec") else { return nil }
      spec.checkKeys(["username", "usernameRef", "passwordRef"])
      let username = spec.credential("username")
      guard let password = spec.secretReference("passwordRef"), let username else { return nil }
      return .usernamePassword(username: username, password: password)
    case nil: return nil
    }
  }
}
