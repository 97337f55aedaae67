import AsyncHTTPClient
import Engine
import NIOCore
import NIOHTTP1

/// One pull or push: a repository, and who we are there.
struct RegistrySession: Sendable {
  let location: RegistryLocation
  let transport: RegistryTransport
  private let authorizer: RegistryAuthorizer

  init(
    location: RegistryLocation, scopes: [TokenScope], credentials: any RegistryCredentials, transport: RegistryTransport
  ) {
    self.location = location
    self.transport = transport
    authorizer = RegistryAuthorizer(
      endpoint: location.endpoint, scopes: scopes, credentials: credentials, transport: transport)
  }

  var registry: String { location.endpoint.registry }

  /// Below the repository: `manifests/new-1`.
  func url(_ path: String) -> String {
    location.endpoint.url(location.repository + "/" + path)
  }

  /// Asks whether this is a registry and, on the way, who we are to be; see spec.md#determining-support.
  ///
  /// The question is not repeated with the new authorization: some registries let a token for one repository do nothing here.
  ///
  /// - Throws: `ImageTransferError`.
  func ping() async throws {
    let response = try await transport.send(
      RegistryRequest(.GET, location.endpoint.url("")), authorization: nil, to: registry)
    switch response.status {
    case .ok: await response.discardBody()
    case .unauthorized:
      let challenges = AuthenticationChallenge.parse(response.headers["WWW-Authenticate"])
      guard !challenges.isEmpty else { throw await failure(response, "does not let us in") }
      await response.discardBody()
      // Without credentials there is nothing new to try: perhaps the repository is open to all, and if not, it will say so.
      _ = try await authorizer.renew(rejected: nil, challenges: challenges)
    default: throw await failure(response, "does not answer as a registry")
    }
  }

  /// Sends a request, with a new authorization where the registry wants one.
  ///
  /// - Returns: the answer, whatever its status, but never 401.
  /// - Throws: `ImageTransferError` or `CancellationError`.
  func send(_ request: RegistryRequest) async throws -> HTTPClientResponse {
    // Only the registry itself learns who we are, also when it gave us a URL of another server.
    let isOwn = RegistryTransport.haveSameOrigin(request.url, location.endpoint.url(""))
    var renewals = 0
    while true {
      let authorization = isOwn ? await authorizer.authorization : nil
      let response = try await transport.send(request, authorization: authorization, to: registry)
      guard response.status == .unauthorized else { return response }
      let challenges = AuthenticationChallenge.parse(response.headers["WWW-Authenticate"])
      guard isOwn, renewals < 2, !challenges.isEmpty else {
        throw await failure(response, "does not let us in")
      }
      renewals += 1
      guard try await authorizer.renew(rejected: authorization, challenges: challenges) else {
        throw await failure(
          response, authorization == nil ? "wants credentials, and there are none" : "does not let us in")
      }
      await response.discardBody()
    }
  }

  /// Reads a refusal.
  ///
  /// - Parameter what: Goes on from "registry NAME": "does not take test-image:new-1".
  func failure(_ response: HTTPClientResponse, _ what: String) async -> ImageTransferError {
    // A body that cannot be read leaves the status, which says enough.
    let bytes = (try? await response.body.collect(upTo: 64 << 10)).map { Array($0.readableBytesView) } ?? []
    let body = RegistryErrorBody(bytes)
    var message = "registry \(registry) \(what): "
    if let text = body?.text, !text.isEmpty {
      message += await authorizer.redact(text)
    } else {
      message += "status \(response.status.code) \(response.status.reasonPhrase)"
    }
    return ImageTransferError(code(response.status, body?.codes ?? []), message)
  }

  private func code(_ status: HTTPResponseStatus, _ codes: Set<String>) -> ImageTransferError.Code {
    switch status {
    case .unauthorized: .unauthenticated
    case .forbidden: .forbidden
    case .notFound: .notFound
    case .badRequest where codes.contains("DIGEST_INVALID"): .digestMismatch
    case .requestTimeout, .badGateway, .serviceUnavailable, .gatewayTimeout: .unreachable
    case _ where (400..<500).contains(status.code): .refused
    default: .unexpectedResponse
    }
  }
}
