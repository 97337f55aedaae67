import AsyncHTTPClient
import Engine
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests: redirects, repetitions after passing failures, and what may be told of an error.
struct RegistryTransport: Sendable {
  let http: HTTPClient
  let userAgent: String
  let retry: RetryPolicy
  let sleep: @Sendable (Duration) async throws -> Void

  /// Sends the request, and again where that may help.
  ///
  /// - Parameter authorization: Goes to the request's own server only, never to where that redirects.
  /// - Returns: the answer, whatever its status; a passing failure only when the last repetition met it too.
  /// - Throws: `ImageTransferError` with `.unreachable` when there is no answer, or `CancellationError`.
  func send(_ request: RegistryRequest, authorization: String?, to registry: String) async throws -> HTTPClientResponse
  {
    var attempt = 0
    while true {
      try Task.checkCancellation()
      let mayRepeat = request.isRepeatable && attempt < retry.limit
      do {
        let response = try await follow(request, authorization: authorization, registry: registry)
        guard mayRepeat, Self.isPassing(response.status) else { return response }
        await response.discardBody()
        try await sleep(retry.delay(attempt: attempt, retryAfter: response.headers.first(name: "Retry-After")))
      } catch let error where mayRepeat && Self.mayPass(error) {
        try Task.checkCancellation()
        try await sleep(retry.delay(attempt: attempt, retryAfter: nil))
      } catch {
        throw Self.explained(error, registry: registry)
      }
      attempt += 1
    }
  }

  private func follow(
    _ request: RegistryRequest, authorization: String?, registry: String
  ) async throws -> HTTPClientResponse {
    var url = request.url
    for _ in 0...5 {
      var outgoing = HTTPClientRequest(url: url)
      outgoing.method = request.method
      outgoing.headers = request.headers
      outgoing.headers.replaceOrAdd(name: "User-Agent", value: userAgent)
      if let authorization, Self.haveSameOrigin(url, request.url) {
        outgoing.headers.replaceOrAdd(name: "Authorization", value: authorization)
      }
      switch request.body {
      case .none: break
      case .bytes(let bytes): outgoing.body = .bytes(ByteBuffer(bytes: bytes))
      case .file(let slice): outgoing.body = .stream(slice, length: .known(slice.count))
      }
      let response = try await http.execute(outgoing, deadline: .distantFuture)
      guard Self.isRedirect(response.status, of: request.method), let target = response.headers.first(name: "Location")
      else { return response }
      await response.discardBody()
      url = try Self.resolve(target, against: url, registry: registry)
    }
    throw ImageTransferError(.unexpectedResponse, "registry \(registry) redirects in a circle")
  }

  private static func isRedirect(_ status: HTTPResponseStatus, of method: HTTPMethod) -> Bool {
    switch status {
    case .temporaryRedirect, .permanentRedirect: true
    // For other methods these mean something else to each server.
    case .movedPermanently, .found, .seeOther: method == .GET || method == .HEAD
    default: false
    }
  }

  /// Makes a `Location` absolute.
  ///
  /// - Throws: `ImageTransferError` with `.unexpectedResponse` when it leads from TLS to plain HTTP, or nowhere.
  static func resolve(_ location: String, against base: String, registry: String) throws -> String {
    guard let url = URL(string: location, relativeTo: URL(string: base)), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme)
    else {
      throw ImageTransferError(.unexpectedResponse, "registry \(registry) gives a Location that is not a URL")
    }
    if scheme == "http", base.hasPrefix("https:") {
      throw ImageTransferError(.unexpectedResponse, "registry \(registry) leads from https to unencrypted http")
    }
    return url.absoluteString
  }

  static func haveSameOrigin(_ left: String, _ right: String) -> Bool {
    guard let left = URL(string: left), let right = URL(string: right) else { return false }
    func origin(_ url: URL) -> [String?] {
      let scheme = url.scheme?.lowercased()
      let port = url.port ?? (scheme == "https" ? 443 : 80)
      return [scheme, url.host()?.lowercased(), String(port)]
    }
    return origin(left) == origin(right)
  }

  static func isPassing(_ status: HTTPResponseStatus) -> Bool {
    switch status {
    case .requestTimeout, .tooManyRequests, .internalServerError, .badGateway, .serviceUnavailable, .gatewayTimeout:
      true
    default: false
    }
  }

  /// Whether another attempt may fare better: not after our own refusals, cancellation, or a certificate that is not trusted.
  private static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case is ImageTransferError, is CancellationError, is NIOSSLError, is NIOSSLExtraError: false
    case let error as HTTPClientError:
      ![.cancelled, .invalidURL, .emptyHost, .emptyScheme, .alreadyShutdown].contains(error)
    default: true
    }
  }

  /// What is told of a failed exchange. URLs are left out: a query may hold a signature.
  static func explained(_ error: any Error, registry: String) -> any Error {
    switch error {
    case is ImageTransferError, is CancellationError: return error
    case let error as HTTPClientError where error == .cancelled: return CancellationError()
    case let error as HTTPClientError:
      return ImageTransferError(.unreachable, "registry \(registry) cannot be reached: \(reason(error))", cause: error)
    case let error as NIOConnectionError:
      let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "its host name is not known"
      return ImageTransferError(.unreachable, "registry \(registry) cannot be reached: \(reason)", cause: error)
    case is NIOSSLError, is NIOSSLExtraError:
      return ImageTransferError(
        .unreachable, "registry \(registry) cannot be reached: TLS failed: \(error)", cause: error)
    default:
      return ImageTransferError(.unreachable, "registry \(registry) cannot be reached: \(error)", cause: error)
    }
  }

  private static func reason(_ error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout: "no connection in time"
    case .readTimeout: "no answer in time"
    case .writeTimeout: "it takes no more bytes"
    case .remoteConnectionClosed, .uncleanShutdown, .requestStreamCancelled: "the connection was closed"
    case .tlsHandshakeTimeout: "no TLS handshake in time"
    default: error.shortDescription
    }
  }
}

extension HTTPClientResponse {
  /// Reads what is left of a short body, so that the connection can be used again.
  func discardBody() async {
    // Of a body that is longer or breaks off nobody wants to know; the connection is closed then.
    _ = try? await body.collect(upTo: 64 << 10)
  }
}
