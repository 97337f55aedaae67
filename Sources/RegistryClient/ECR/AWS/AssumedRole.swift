import Engine
import Model

/// The credentials of a session in a role, as of another account: AWS's `sts:AssumeRole`.
package actor AssumedRole: AWSCredentialsProvider {
  private let role: String
  private let externalIdentifier: String?
  private let region: AWSRegion
  private let source: any AWSCredentialsProvider
  private let connection: AWSConnection
  private var session: (credentials: AWSCredentials, end: Timestamp)?

  /// The plugins' duration, AWS's shortest: a session is for a few calls only.
  private static let duration: Duration = .seconds(900)

  /// - Parameters:
  ///   - role: `arn:aws:iam::123456789012:role/publisher`
  ///   - externalIdentifier: What the role's owner agreed upon with whoever assumes it.
  ///   - region: Where the session will be used.
  ///   - source: Who assumes the role.
  package init(
    role: String, externalIdentifier: String? = nil, region: AWSRegion, source: any AWSCredentialsProvider,
    connection: AWSConnection
  ) {
    self.role = role
    self.externalIdentifier = externalIdentifier
    self.region = region
    self.source = source
    self.connection = connection
  }

  package func credentials() async throws -> AWSCredentials {
    let now = connection.clock.now()
    if let session, now < session.end { return session.credentials }
    let assumed = try await assume(at: now)
    // A session that has less than two minutes left is not begun to be used.
    session = (assumed, Timestamp(milliseconds: now.milliseconds + (Self.duration.components.seconds - 120) * 1000))
    return assumed
  }

  private func assume(at time: Timestamp) async throws -> AWSCredentials {
    let service = connection.endpoints.tokenService(for: region)
    var parameters = [
      (name: "RoleArn", value: role),
      // The plugins name a session by the nanoseconds since 1970.
      (name: "RoleSessionName", value: "\(time.milliseconds)000000"),
      (name: "DurationSeconds", value: "\(Self.duration.components.seconds)"),
    ]
    if let externalIdentifier, !externalIdentifier.isEmpty { parameters.append(("ExternalId", externalIdentifier)) }
    let request = AWSRequest.query(
      service: "sts", version: "2011-06-15", action: "AssumeRole", region: service.region, host: service.host,
      parameters: parameters)
    let answer = XMLText(try await connection.send(request, as: source.credentials()))
    guard let accessKey = answer.first("AccessKeyId"), let secretKey = answer.first("SecretAccessKey"),
      let sessionToken = answer.first("SessionToken")
    else {
      // The answer may hold a part of them: it is not passed on.
      throw ImageTransferError(.unexpectedResponse, "AWS answers \(request.name) without credentials")
    }
    return AWSCredentials(
      accessKey: ConcealedText(accessKey), secretKey: ConcealedText(secretKey),
      sessionToken: ConcealedText(sessionToken))
  }
}
