import Engine

/// Where AWS's services answer: at their own hosts, or where the environment says.
///
/// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html.
struct AWSEndpoints: Sendable {
  private let environment: [String: String]

  init(environment: [String: String]) {
    self.environment = environment.filter { !$0.value.isEmpty }
  }

  /// - Parameters:
  ///   - service: As signatures name it: `ecr`.
  ///   - host: Its own host.
  /// - Throws: `ImageTransferError` when the environment's address is none.
  func endpoint(of service: String, host: String) throws -> RegistryEndpoint {
    guard environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() != "true" else { return usual(host) }
    for variable in ["AWS_ENDPOINT_URL_" + service.uppercased(), "AWS_ENDPOINT_URL"] {
      guard let address = environment[variable] else { continue }
      do {
        return try RegistryEndpoint(address: address)
      } catch {
        throw ImageTransferError(.unreachable, "what \(variable) says is not the address of a service", cause: error)
      }
    }
    return usual(host)
  }

  /// The token service and the region that requests to it are signed for: as in the plugins, one for all of the commercial
  /// regions, unless `AWS_STS_REGIONAL_ENDPOINTS` is `regional`.
  func tokenService(for region: AWSRegion) -> (host: String, region: AWSRegion) {
    guard region.isCommercial, environment["AWS_STS_REGIONAL_ENDPOINTS"]?.lowercased() != "regional" else {
      return ("sts.\(region).\(region.domain)", region)
    }
    return ("sts.amazonaws.com", .northernVirginia)
  }

  private func usual(_ host: String) -> RegistryEndpoint {
    RegistryEndpoint(registry: host, scheme: .https, authority: host)
  }
}
