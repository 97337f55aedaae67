package import Model
package import SystemPackage

/// How registries are reached: what the settings say that the references do not.
package struct RegistryConfiguration: Sendable {
  /// What is special about one registry.
  package struct Registry: Sendable {
    /// Speak to it without TLS. Nil: only when it is on this machine itself.
    package var plainHTTP: Bool?
    /// Where it really answers, in place of the host in its name.
    package var endpoint: RegistryEndpoint?
    /// Asked before the registry itself, in this order, when an image is pulled.
    package var mirrors: [RegistryEndpoint]

    package init(plainHTTP: Bool? = nil, endpoint: RegistryEndpoint? = nil, mirrors: [RegistryEndpoint] = []) {
      self.plainHTTP = plainHTTP
      self.endpoint = endpoint
      self.mirrors = mirrors
    }
  }

  /// By the name that references use: `docker.io`, `registry.example.com:5000`.
  package var registries: [String: Registry]
  /// A PEM file with certificate authorities that are trusted beside the system's.
  package var certificateAuthorities: FilePath?
  package var connectTimeout: Duration = .seconds(10)
  /// The longest silence of a registry while it owes an answer. Hashing a large upload takes it a while.
  package var readTimeout: Duration = .seconds(300)
  /// How many blobs are on their way at the same time.
  package var parallelBlobs = 4
  /// Blobs of more bytes are pushed in chunks, so that a broken connection does not cost the whole.
  package var monolithicLimit: Int64 = 4 << 30
  /// In bytes; a registry may demand more.
  package var chunkSize: Int64 = 64 << 20

  package init(registries: [String: Registry] = [:], certificateAuthorities: FilePath? = nil) {
    self.registries = registries
    self.certificateAuthorities = certificateAuthorities
  }

  /// Where a registry of this name answers.
  package func endpoint(of registry: String) -> RegistryEndpoint {
    let special = registries[registry]
    if let endpoint = special?.endpoint { return endpoint }
    let usual = RegistryEndpoint(registry: registry)
    guard let plainHTTP = special?.plainHTTP else { return usual }
    return RegistryEndpoint(registry: registry, scheme: plainHTTP ? .http : .https, authority: usual.authority)
  }

  /// The places to ask for an image: mirrors first, the registry itself last.
  package func locations(toPull reference: ImageReference) -> [RegistryLocation] {
    let endpoints = (registries[reference.registry]?.mirrors ?? []) + [endpoint(of: reference.registry)]
    return endpoints.map { RegistryLocation(endpoint: $0, repository: reference.repository) }
  }

  /// The place to push an image to.
  package func location(toPush reference: ImageReference) -> RegistryLocation {
    RegistryLocation(endpoint: endpoint(of: reference.registry), repository: reference.repository)
  }
}
