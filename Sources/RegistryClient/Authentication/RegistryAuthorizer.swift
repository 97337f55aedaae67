import AsyncHTTPClient
import Engine
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Gets and renews what goes into the `Authorization` header for one registry during one pull or push.
///
/// See the token authentication of https://distribution.github.io/distribution/spec/auth/token/.
actor RegistryAuthorizer {
  private let endpoint: RegistryEndpoint
  private let credentials: any RegistryCredentials
  private let transport: RegistryTransport
  private var scopes: [TokenScope]
  /// Everything that must not be seen in a message.
  private var secrets: Set<String> = []

  /// The header's value; nil while the registry has not asked who we are.
  private(set) var authorization: String?

  init(
    endpoint: RegistryEndpoint, scopes: [TokenScope], credentials: any RegistryCredentials, transport: RegistryTransport
  ) {
    self.endpoint = endpoint
    self.scopes = TokenScope.merged(scopes)
    self.credentials = credentials
    self.transport = transport
  }

  /// Gets a new authorization for an answer with status 401.
  ///
  /// Two tasks that are refused at the same time may both ask for a token; either one serves both.
  ///
  /// - Parameter rejected: What the refused request carried.
  /// - Returns: whether there is something new to try.
  /// - Throws: `ImageTransferError` when the token service refuses or does not answer.
  func renew(rejected: String?, challenges: [AuthenticationChallenge]) async throws -> Bool {
    if authorization != rejected { return true }
    let new: String?
    if let bearer = challenges.first(where: { $0.scheme == "bearer" }) {
      new = try await bearerAuthorization(bearer)
    } else if challenges.contains(where: { $0.scheme == "basic" }) {
      new = basicAuthorization(try await credential())
    } else {
      throw ImageTransferError(
        .unauthenticated, "registry \(endpoint.registry) asks for an authentication that is not known here")
    }
    guard let new, new != rejected else { return false }
    authorization = new
    return true
  }

  /// Takes out of a text whatever secret this authorizer has seen.
  func redact(_ text: String) -> String {
    // Longest first, since one secret may be a part of another.
    secrets.sorted { $0.utf8.count > $1.utf8.count }.reduce(text) { $0.replacing($1, with: "***") }
  }

  private func credential() async throws -> RegistryCredential {
    let credential = try await credentials.credential(for: endpoint.registry)
    switch credential {
    case .anonymous: break
    case .password(_, let password): remember(password)
    case .identityToken(let token): remember(token)
    }
    return credential
  }

  private func remember(_ secret: String) {
    if !secret.isEmpty { secrets.insert(secret) }
  }

  private func basicAuthorization(_ credential: RegistryCredential) -> String? {
    guard case .password(let user, let password) = credential else { return nil }
    let encoded = Data("\(user):\(password)".utf8).base64EncodedString()
    remember(encoded)
    return "Basic " + encoded
  }

  private func bearerAuthorization(_ challenge: AuthenticationChallenge) async throws -> String {
    guard let realm = challenge.parameters["realm"], realm.hasPrefix("https://") || realm.hasPrefix("http://") else {
      throw ImageTransferError(
        .unexpectedResponse, "registry \(endpoint.registry) does not say where its tokens come from")
    }
    // The registry may want more than we thought of, as for the source of a mount.
    scopes = TokenScope.merged(scopes + TokenScope.parse(challenge.parameters["scope"] ?? ""))
    let credential = try await credential()
    if credential != .anonymous, realm.hasPrefix("http://"), endpoint.scheme == .https {
      throw ImageTransferError(
        .unauthenticated, "registry \(endpoint.registry) wants the credentials sent without encryption; they are not")
    }
    let request = tokenRequest(realm: realm, service: challenge.parameters["service"], credential: credential)
    let response = try await transport.send(
      request, authorization: basicAuthorization(credential), to: endpoint.registry)
    return "Bearer " + (try await token(in: response))
  }

  private func tokenRequest(realm: String, service: String?, credential: RegistryCredential) -> RegistryRequest {
    var parameters: [(name: String, value: String)] = []
    if let service { parameters.append(("service", service)) }
    guard case .identityToken(let token) = credential else {
      parameters += scopes.map { ("scope", $0.description) }
      return RegistryRequest(.GET, realm.addingQuery(parameters))
    }
    // A refresh token is exchanged as OAuth 2 has it.
    parameters += [
      ("grant_type", "refresh_token"), ("client_id", "slipway"), ("refresh_token", token),
      ("scope", scopes.map(\.description).joined(separator: " ")),
    ]
    let form = parameters.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
    return RegistryRequest(
      .POST, realm, headers: ["Content-Type": "application/x-www-form-urlencoded"], body: .bytes(Array(form.utf8)))
  }

  private struct TokenAnswer: Decodable {
    var token: String?
    var access_token: String?
  }

  private func token(in response: HTTPClientResponse) async throws -> String {
    let service = "the token service of registry \(endpoint.registry)"
    guard response.status == .ok else {
      await response.discardBody()
      switch response.status {
      case .unauthorized, .badRequest:
        throw ImageTransferError(.unauthenticated, "\(service) does not accept the credentials")
      case .forbidden: throw ImageTransferError(.forbidden, "\(service) refuses access")
      default:
        throw ImageTransferError(.unexpectedResponse, "\(service) answers with status \(response.status.code)")
      }
    }
    let answer: TokenAnswer
    do {
      let bytes = try await response.body.collect(upTo: 1 << 20)
      answer = try JSONDecoder().decode(TokenAnswer.self, from: Data(bytes.readableBytesView))
    } catch let error as CancellationError {
      throw error
    } catch {
      // The decoding error may quote the token: it is not passed on.
      throw ImageTransferError(.unexpectedResponse, "\(service) gives an answer that is not one")
    }
    guard let token = answer.token ?? answer.access_token, !token.isEmpty else {
      throw ImageTransferError(.unexpectedResponse, "\(service) gives no token")
    }
    remember(token)
    return token
  }
}
