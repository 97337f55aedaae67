import Engine
import Model

/// Knows who we are for the registries of Amazon ECR, and asks another about all others.
package actor ECRCredentialsProvider: RegistryCredentials {
  private let client: ECRClient
  private let others: any RegistryCredentials
  /// By the API that gave it: an authorization is for one region and all of its registries.
  private var known: [String: (authorization: ECRAuthorization, end: Timestamp)] = [:]

  package init(client: ECRClient, others: any RegistryCredentials = GivenCredentials()) {
    self.client = client
    self.others = others
  }

  /// - Throws: `ImageTransferError` or `CancellationError`.
  package func credential(for registry: String) async throws -> RegistryCredential {
    guard let registry = ECRRegistry(host: registry) else { return try await others.credential(for: registry) }
    let authorization = try await authorization(for: registry)
    return .password(user: authorization.user, password: authorization.password.revealed)
  }

  private func authorization(for registry: ECRRegistry) async throws -> ECRAuthorization {
    let now = client.connection.clock.now()
    if let (authorization, end) = known[registry.apiHost], now < end { return authorization }
    let authorization = try await client.authorization(for: registry)
    // What was given just now is good for a while, also where its end is in the past: a clock here or there is wrong then, and
    // those who play AWS in tests give an end of years ago.
    let end = max(authorization.expiresAt.milliseconds - 600_000, now.milliseconds + 60_000)
    known[registry.apiHost] = (authorization, Timestamp(milliseconds: end))
    return authorization
  }
}
