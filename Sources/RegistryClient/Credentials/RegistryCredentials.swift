/// Who we are for a registry.
package enum RegistryCredential: Hashable, Sendable {
  case anonymous
  case password(user: String, password: String)
  /// A refresh token that the registry's token service takes in place of a password.
  case identityToken(String)
}

/// Knows who we are for each registry.
package protocol RegistryCredentials: Sendable {
  /// Asked again whenever the registry no longer accepts what it was given, so that short-lived credentials may be renewed.
  ///
  /// - Parameter registry: As image references name it: `docker.io`, `123456789012.dkr.ecr.us-east-1.amazonaws.com`.
  func credential(for registry: String) async throws -> RegistryCredential
}

/// Credentials that were given outright, by registry; every other registry sees nobody.
package struct GivenCredentials: RegistryCredentials {
  private let byRegistry: [String: RegistryCredential]

  package init(_ byRegistry: [String: RegistryCredential] = [:]) {
    self.byRegistry = byRegistry
  }

  package func credential(for registry: String) async throws -> RegistryCredential {
    byRegistry[registry] ?? .anonymous
  }
}
