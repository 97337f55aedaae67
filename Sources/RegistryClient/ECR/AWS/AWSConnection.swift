import AsyncHTTPClient
package import Engine
import Model
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import OCI
package import SystemPackage

/// Sends signed requests to AWS's services.
///
/// Whoever makes a connection closes it with ``close()``.
package struct AWSConnection: Sendable {
  let clock: EngineClock
  let endpoints: AWSEndpoints
  private let http: HTTPClient
  private let userAgent: String
  private let retry: RetryPolicy

  /// - Parameters:
  ///   - environment: `AWS_ENDPOINT_URL_ECR`, `AWS_ENDPOINT_URL_STS` and `AWS_ENDPOINT_URL` say where the services answer in
  ///     place of their own hosts.
  ///   - certificateAuthorities: A PEM file with authorities that are trusted beside the system's.
  ///   - userAgent: `slipway/1.0`
  ///   - clock: Signatures are dated by it, and it is waited with before a request is repeated.
  package init(
    environment: [String: String], certificateAuthorities: FilePath? = nil, userAgent: String,
    retry: RetryPolicy = RetryPolicy(), clock: EngineClock
  ) {
    endpoints = AWSEndpoints(environment: environment)
    self.userAgent = userAgent
    self.retry = retry
    self.clock = clock
    var tls = TLSConfiguration.makeClientConfiguration()
    if let certificateAuthorities { tls.additionalTrustRoots = [.file(certificateAuthorities.string)] }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls,
      // A signature is for one host.
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10), read: .seconds(60)),
      decompression: .disabled)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Closes the connections. This one must not be used any more.
  package func close() async throws {
    try await http.shutdown()
  }

  /// Sends the request, and again, newly signed, where that may help.
  ///
  /// - Returns: the body of the answer.
  /// - Throws: `ImageTransferError`, whose cause is an ``AWSRefusal`` where AWS answered; or `CancellationError`.
  func send(_ request: AWSRequest, as credentials: AWSCredentials) async throws -> [UInt8] {
    let endpoint = try endpoints.endpoint(of: request.service, host: request.host)
    var attempt = 0
    while true {
      try Task.checkCancellation()
      var retryAfter: String?
      do {
        let response = try await http.execute(signed(request, to: endpoint, as: credentials), deadline: .distantFuture)
        let body = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        if response.status == .ok { return body }
        let refusal = AWSRefusal(
          status: response.status, headers: response.headers, body: body, credentials: credentials)
        guard refusal.isPassing, attempt < retry.limit else { throw refusal.error(request.name) }
        retryAfter = response.headers.first(name: "Retry-After")
      } catch let error where attempt < retry.limit && Self.mayPass(error) {
        try Task.checkCancellation()
      } catch {
        throw Self.explained(error, endpoint)
      }
      try await clock.sleep(retry.delay(attempt: attempt, retryAfter: retryAfter))
      attempt += 1
    }
  }

  private func signed(
    _ request: AWSRequest, to endpoint: RegistryEndpoint, as credentials: AWSCredentials
  ) -> HTTPClientRequest {
    let target = endpoint.pathPrefix + "/"
    let own = request.headers + [AWSHeader("Host", endpoint.authority)]
    let signature = SignatureV4(credentials: credentials, region: request.region.name, service: request.service)
    let added = signature.headers(
      for: SignatureV4.Request(method: "POST", target: target, headers: own, body: Digest(of: request.body)),
      at: clock.now())
    var outgoing = HTTPClientRequest(url: "\(endpoint.scheme.rawValue)://\(endpoint.authority)\(target)")
    outgoing.method = .POST
    for header in own + added { outgoing.headers.add(name: header.name, value: header.value) }
    outgoing.headers.add(name: "User-Agent", value: userAgent)
    outgoing.body = .bytes(ByteBuffer(bytes: request.body))
    return outgoing
  }

  /// Whether another attempt may fare better: not after a refusal, cancellation, or a certificate that is not trusted.
  private static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case is ImageTransferError, is CancellationError, is NIOTooManyBytesError, is NIOSSLError, is NIOSSLExtraError:
      false
    case let error as HTTPClientError:
      ![.cancelled, .invalidURL, .emptyHost, .emptyScheme, .alreadyShutdown].contains(error)
    default: true
    }
  }

  private static func explained(_ error: any Error, _ endpoint: RegistryEndpoint) -> any Error {
    switch error {
    case is ImageTransferError, is CancellationError: return error
    case let error as HTTPClientError where error == .cancelled: return CancellationError()
    case is NIOTooManyBytesError:
      return ImageTransferError(.unexpectedResponse, "AWS at \(endpoint.authority) gives an answer without end")
    default: break
    }
    let reason =
      switch error {
      case let error as HTTPClientError: error.shortDescription
      case let error as NIOConnectionError:
        error.connectionErrors.first.map { "\($0.error)" } ?? "its host name is not known"
      default: "\(error)"
      }
    return ImageTransferError(.unreachable, "AWS at \(endpoint.authority) cannot be reached: \(reason)", cause: error)
  }
}
