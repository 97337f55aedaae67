import Engine
import FoundationEssentials
package import Model

/// What ECR lets into its registries: a password for user `AWS`.
package struct ECRAuthorization: Hashable, Sendable {
  package let user: String
  package let password: ConcealedText
  /// Twelve hours after it was given.
  package let expiresAt: Timestamp
}

/// Speaks to the API of Amazon ECR; see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html.
package struct ECRClient: Sendable {
  let connection: AWSConnection
  private let credentials: any AWSCredentialsProvider

  package init(connection: AWSConnection, credentials: any AWSCredentialsProvider) {
    self.connection = connection
    self.credentials = credentials
  }

  private struct TokenAnswer: Decodable {
    struct Item: Decodable {
      var authorizationToken: String
      var expiresAt: Double
    }

    var authorizationData: [Item]
  }

  /// Asks for a password that opens every registry in the region that the caller has rights in.
  ///
  /// - Throws: `ImageTransferError` or `CancellationError`.
  package func authorization(for registry: ECRRegistry) async throws -> ECRAuthorization {
    let request = request("GetAuthorizationToken", in: registry, body: Array("{}".utf8))
    let body = try await connection.send(request, as: credentials.credentials())
    guard let answer = try? JSONDecoder().decode(TokenAnswer.self, from: Data(body)),
      let item = answer.authorizationData.first, let token = Data(base64Encoded: item.authorizationToken),
      let milliseconds = Int64(exactly: (item.expiresAt * 1000).rounded())
    else {
      // The decoding error may quote the token: it is not passed on.
      throw ImageTransferError(.unexpectedResponse, "AWS answers \(request.name) without a token")
    }
    let sides = String(decoding: token, as: UTF8.self).split(separator: ":", maxSplits: 1)
    guard sides.count == 2 else {
      throw ImageTransferError(.unexpectedResponse, "AWS answers \(request.name) with a token that is not a password")
    }
    return ECRAuthorization(
      user: String(sides[0]), password: ConcealedText(String(sides[1])),
      expiresAt: Timestamp(milliseconds: milliseconds))
  }

  private struct NewRepository: Encodable {
    var registryId: String
    var repositoryName: String
  }

  /// Creates a repository where there is none of that name yet.
  ///
  /// - Throws: `ImageTransferError` or `CancellationError`.
  package func createRepository(_ name: String, in registry: ECRRegistry) async throws {
    let body = try JSONEncoder().encode(NewRepository(registryId: registry.account, repositoryName: name))
    let request = request("CreateRepository", in: registry, body: Array(body))
    do {
      _ = try await connection.send(request, as: credentials.credentials())
    } catch let error as ImageTransferError
      where (error.cause as? AWSRefusal)?.code == "RepositoryAlreadyExistsException"
    {
      // That is what was wanted.
    }
  }

  private func request(_ action: String, in registry: ECRRegistry, body: [UInt8]) -> AWSRequest {
    .json(
      service: "ecr", target: "AmazonEC2ContainerRegistry_V20150921", action: action, region: registry.region,
      host: registry.apiHost, body: body)
  }
}
