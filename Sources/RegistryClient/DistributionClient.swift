import AsyncHTTPClient
import NIOCore
import NIOSSL
import SystemPackage

/// Speaks the OCI distribution protocol, version 1.1, with remote registries and the embedded one.
///
/// Whoever makes a client closes it with ``close()``.
package struct DistributionClient: Sendable {
  package let configuration: RegistryConfiguration
  let credentials: any RegistryCredentials
  let transport: RegistryTransport

  /// - Parameters:
  ///   - userAgent: `slipway/1.0`
  ///   - sleep: Waits before a request is repeated.
  package init(
    configuration: RegistryConfiguration = RegistryConfiguration(),
    credentials: any RegistryCredentials = GivenCredentials(),
    userAgent: String,
    retry: RetryPolicy = RetryPolicy(),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.configuration = configuration
    self.credentials = credentials
    var tls = TLSConfiguration.makeClientConfiguration()
    if let file = configuration.certificateAuthorities {
      tls.additionalTrustRoots = [.file(file.string)]
    }
    var http = HTTPClient.Configuration(
      tlsConfiguration: tls,
      // Followed by the transport, which knows where credentials may go.
      redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(configuration.connectTimeout), read: TimeAmount(configuration.readTimeout)),
      decompression: .disabled)
    // Repeated by the transport, which counts and reports.
    http.connectionPool.retryConnectionEstablishment = false
    http.httpVersion = .http1Only
    transport = RegistryTransport(
      http: HTTPClient(eventLoopGroupProvider: .singleton, configuration: http), userAgent: userAgent, retry: retry,
      sleep: sleep)
  }

  /// Closes the connections. The client must not be used any more.
  package func close() async throws {
    try await transport.http.shutdown()
  }

  func session(at location: RegistryLocation, scopes: [TokenScope]) -> RegistrySession {
    RegistrySession(location: location, scopes: scopes, credentials: credentials, transport: transport)
  }
}
