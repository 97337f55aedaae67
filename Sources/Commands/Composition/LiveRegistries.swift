import Engine
import Model
import OCI
import PipelineFile
import RegistryClient

/// The real registries of a run that was started with `--live`, each opened with what the step's connector says.
///
/// A client is made when a step first pushes through a connector; ``close()`` ends them all.
actor LiveRegistries {
  private let workplace: Workplace
  private let toolbox: Toolbox
  private let configuration: RegistryConfiguration
  /// A secret's value; nil when nobody has defined it.
  private let secret: @Sendable (String) throws -> String?
  private var clients: [String: DistributionClient] = [:]
  private var connection: AWSConnection?

  init(workplace: Workplace, toolbox: Toolbox, secret: @escaping @Sendable (String) throws -> String?) throws {
    self.workplace = workplace
    self.toolbox = toolbox
    configuration = try toolbox.registries(workplace.settings)
    self.secret = secret
  }

  /// - Throws: `StepFailure` when the connector is unknown, cannot be used here, or opens another registry: a password is only
  ///   ever shown to the registry that it is for.
  func destination(connector reference: String?, registry: String) throws -> any ImageDestination {
    let key = "\(reference ?? "") \(registry)"
    let client =
      if let known = clients[key] { known } else { try makeClient(connector: reference, registry: registry) }
    clients[key] = client
    return RegistryImageDestination.remote(registry, client: client, blobs: toolbox.blobs)
  }

  func close() async throws {
    for client in clients.values { try await client.close() }
    try await connection?.close()
  }

  private func makeClient(connector reference: String?, registry: String) throws -> DistributionClient {
    DistributionClient(
      configuration: configuration, credentials: try credentials(connector: reference, registry: registry),
      userAgent: Toolbox.userAgent)
  }

  private func credentials(connector reference: String?, registry: String) throws -> any RegistryCredentials {
    let logins = try DockerConfiguration(
      environment: toolbox.surroundings.environment, runner: toolbox.commands)
    guard let reference else { return logins }
    let pipeline = workplace.pipeline
    guard
      let connector = workplace.connectors.connector(
        named: reference, organization: pipeline.organization, project: pipeline.project)
    else {
      let guess = workplace.connectors.suggestion(for: reference).map { "; did you mean '\($0)'?" } ?? ""
      throw StepFailure(
        .configuration,
        "there is no connector '\(reference)'\(guess) (files with connectors are named under 'connectors:' in slipway.yaml)"
      )
    }
    switch connector.spec {
    case .aws(let aws): return try ecr(aws, named: reference, registry: registry, logins)
    case .dockerRegistry(let docker): return try login(docker, named: reference, registry: registry)
    // What opens these is a token of their clouds; `docker login` knows how to get one.
    case .git, .other: return logins
    }
  }

  // MARK: Docker registries

  private func login(
    _ connector: DockerRegistryConnector, named name: String, registry: String
  ) throws -> any RegistryCredentials {
    guard case .usernamePassword(let user, let password) = connector.access else { return GivenCredentials() }
    let own = Self.registry(ofURL: connector.url.raw)
    guard own == registry else {
      throw StepFailure(
        .configuration,
        "connector '\(name)' opens \(own), and the image goes to \(registry): write the registry into 'repo'")
    }
    return GivenCredentials([
      registry: .password(user: try text(user, of: name), password: try text(.secret(password), of: name))
    ])
  }

  /// The name that image references use for the registry at this address.
  private static func registry(ofURL url: String) -> String {
    var host = url[...]
    for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
    let name = String(host.prefix { $0 != "/" })
    return ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"].contains(name) ? "docker.io" : name
  }

  // MARK: Amazon ECR

  private func ecr(
    _ connector: AWSConnector, named name: String, registry: String, _ others: any RegistryCredentials
  ) throws -> any RegistryCredentials {
    guard let ecr = ECRRegistry(host: registry) else {
      throw StepFailure(
        .configuration, "connector '\(name)' is one for AWS, and \(registry) is no registry of Amazon ECR")
    }
    let given: AWSCredentials?
    switch connector.access {
    case .manual(let accessKey, let secretKey):
      given = AWSCredentials(
        accessKey: ConcealedText(try text(accessKey, of: name)),
        secretKey: ConcealedText(try text(.secret(secretKey), of: name)))
    case .inheritFromDelegate: given = nil
    case .irsa, .oidc:
      throw StepFailure(
        .authentication,
        "connector '\(name)' has its credentials from a cluster or from Harness itself, which only works there; for this "
          + "machine, use a connector of type ManualConfig or InheritFromDelegate")
    }
    let connection = awsConnection()
    var source: any AWSCredentialsProvider = AWSCredentialsChain(
      given: given, environment: toolbox.surroundings.environment)
    if let other = connector.crossAccountAccess {
      source = AssumedRole(
        role: other.role.raw, externalIdentifier: other.externalIdentifier?.raw, region: ecr.region, source: source,
        connection: connection)
    }
    return ECRCredentialsProvider(
      client: ECRClient(connection: connection, credentials: source), others: others)
  }

  private func awsConnection() -> AWSConnection {
    if let connection { return connection }
    let made = AWSConnection(
      environment: toolbox.surroundings.environment, certificateAuthorities: configuration.certificateAuthorities,
      userAgent: Toolbox.userAgent, clock: toolbox.clock)
    connection = made
    return made
  }

  private func text(_ credential: Credential, of connector: String) throws -> String {
    switch credential {
    case .plain(let text): return text.raw
    case .secret(let reference):
      guard let value = try secret(reference.description) else {
        throw StepFailure(
          .authentication,
          "connector '\(connector)' needs the secret '\(reference)', which is not defined ('secrets:' in slipway.yaml)")
      }
      return value
    }
  }
}
