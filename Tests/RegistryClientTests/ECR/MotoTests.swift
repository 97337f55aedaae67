import AsyncHTTPClient
import Engine
import Foundation
import Model
import NIOCore
import NIOHTTP1
import OCI
import SystemPackage
import TestSupport
import Testing

@testable import RegistryClient

/// Against moto, which plays AWS and checks signatures and rights as AWS does.
struct MotoTests {
  private static let program = Repository.root.appending(".build-peers/bin/moto_server")
  private static var isUsable: Bool { ProcessInfo.processInfo.environment["CI"] != nil || isInstalled }

  /// Its Python may lie where only the user who installed it gets to.
  private static var isInstalled: Bool {
    let interpreter = program.removingLastComponent().appending("python3")
    return [program, interpreter].allSatisfy { FileManager.default.isExecutableFile(atPath: $0.string) }
  }

  /// The only account that moto knows.
  private static let registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
  private static let password = "123456789012-auth-token"
  /// htpasswd's line for user AWS with that password.
  private static let users = "AWS:$2y$05$abcdefghijklmnopqrstuu/4ofrUS75HrKu6f.iuRo0I/XlrmpqlC\n"

  private static let clock = EngineClock(
    now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }, sleep: { _ in })

  @Test(.enabled(if: isUsable, "needs moto in .build-peers, which .ci/setup installs"))
  func `AWS lets in whoever signs with the right secret`() async throws {
    try await withAWS { connection, user in
      let wrongSecret = AWSCredentials(accessKey: user.accessKey, secretKey: ConcealedText("guessed"))
      let wrongKey = AWSCredentials(accessKey: ConcealedText("AKIAUNKNOWN"), secretKey: user.secretKey)

      let credential = try await provider(user, connection).credential(for: Self.registry)
      #expect(credential == .password(user: "AWS", password: Self.password))
      for (credentials, code) in [(wrongSecret, "SignatureDoesNotMatch"), (wrongKey, "InvalidClientTokenId")] {
        await #expect {
          try await provider(credentials, connection).credential(for: Self.registry)
        } throws: {
          isTransferError($0, .unauthenticated, code)
            && !"\($0)".contains("guessed") && !"\($0)".contains(user.secretKey.revealed)
        }
      }
    }
  }

  @Test(.enabled(if: isUsable, "needs moto in .build-peers, which .ci/setup installs"))
  func `a role has the rights that its user does not have`() async throws {
    try await withAWS(userMay: ["sts:AssumeRole"]) { connection, user in
      let registry = try #require(ECRRegistry(host: Self.registry))
      await #expect {
        try await client(user, connection).authorization(for: registry)
      } throws: {
        isTransferError($0, .forbidden, "AccessDenied", "ecr:GetAuthorizationToken")
      }
      let role = AssumedRole(
        role: "arn:aws:iam::123456789012:role/publisher", externalIdentifier: "agreed", region: registry.region,
        source: AWSCredentialsChain(given: user, environment: [:]), connection: connection)
      let ecr = ECRClient(connection: connection, credentials: role)
      #expect(try await ecr.authorization(for: registry).password.revealed == Self.password)
      try await ecr.createRepository("some/app", in: registry)
      // It is there already.
      try await ecr.createRepository("some/app", in: registry)
      await #expect {
        try await ecr.createRepository("Not a name", in: registry)
      } throws: {
        isTransferError($0, .refused, "ecr:CreateRepository", "InvalidParameterException")
      }
    }
  }

  @Test(
    .enabled(
      if: isUsable && Peer.isUsable("docker-registry"), "needs docker-registry, and moto in .build-peers"))
  func `what is pushed to ECR with AWS's token comes back the same`() async throws {
    let directory = try TemporaryDirectory()
    let settings = """
      version: 0.1
      storage: {filesystem: {rootdirectory: "\(directory.path)/data"}}
      http: {addr: "127.0.0.1:0"}
      auth: {htpasswd: {realm: test, path: "\(directory.path)/users"}}

      """
    try Data(settings.utf8).write(to: URL(filePath: "\(directory.path)/config.yml"))
    try Data(Self.users.utf8).write(to: URL(filePath: "\(directory.path)/users"))
    let program = try #require(Peer.path(of: "docker-registry"), "docker-registry is not installed")
    let sender = try Client()
    let receiver = try Client()
    let image = try sender.makeImage()
    let reference = try ImageReference(Self.registry + "/test-image:new-1")

    try await withAWS { connection, user in
      try await PeerServer.run(
        program, ["serve", "\(directory.path)/config.yml"], environment: ["OTEL_TRACES_EXPORTER": "none"],
        marker: "listening on 127.0.0.1:"
      ) { port in
        let endpoint = try RegistryEndpoint(registry: Self.registry, address: "http://127.0.0.1:\(port)")
        let configuration = RegistryConfiguration(registries: [Self.registry: .init(endpoint: endpoint)])
        let location = configuration.location(toPush: reference)
        let credentials = provider(user, connection)
        let pushed = try await sender.with(configuration, credentials: credentials) { client in
          try await client.push(
            image, from: sender.blobs, to: location, as: ManifestName(reference), output: sender.output)
        }
        #expect(pushed == image.digest)
        let pulled = try await receiver.with(configuration, credentials: credentials) { client in
          try await client.pull(
            ManifestName(reference), from: location, platform: Platform(os: "linux", architecture: "amd64"),
            into: receiver.blobs, output: receiver.output)
        }
        #expect(pulled?.digest == image.digest)
        let wrong = GivenCredentials([Self.registry: .password(user: "AWS", password: "yesterday's")])
        await #expect {
          try await sender.with(configuration, credentials: wrong) { client in
            try await client.push(
              image, from: sender.blobs, to: location, as: ManifestName(reference), output: sender.output)
          }
        } throws: {
          isTransferError($0, .unauthenticated, Self.registry)
        }
      }
    }
  }

  private func client(_ credentials: AWSCredentials, _ connection: AWSConnection) -> ECRClient {
    ECRClient(connection: connection, credentials: AWSCredentialsChain(given: credentials, environment: [:]))
  }

  private func provider(_ credentials: AWSCredentials, _ connection: AWSConnection) -> ECRCredentialsProvider {
    ECRCredentialsProvider(client: client(credentials, connection))
  }

  /// Starts moto, makes a user and a role there, and has signatures and rights checked from then on.
  private func withAWS(
    userMay actions: [String] = ["ecr:*"], _ body: (AWSConnection, AWSCredentials) async throws -> Void
  ) async throws {
    try #require(Self.isInstalled, "moto is not installed")
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
    try await PeerServer.run(
      Self.program, ["-H", "127.0.0.1", "-p", "0"], environment: environment, marker: "http://127.0.0.1:"
    ) { port in
      try await AWSSide().with(port: port, clock: Self.clock) { connection in
        let user = try await makeUser(connection, actions)
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/moto-api/reset-auth")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/plain")
        // The number of requests that are not checked.
        request.body = .bytes(ByteBuffer(string: "0"))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        #expect(response.status == .ok)
        try await body(connection, user)
      }
    }
  }

  private func makeUser(_ connection: AWSConnection, _ actions: [String]) async throws -> AWSCredentials {
    func call(_ action: String, _ parameters: [(name: String, value: String)]) async throws -> XMLText {
      let request = AWSRequest.query(
        service: "iam", version: "2010-05-08", action: action, region: .northernVirginia, host: "iam.amazonaws.com",
        parameters: parameters)
      return XMLText(try await connection.send(request, as: AWSSide.credentials))
    }
    func policy(_ actions: [String]) -> String {
      let list = actions.map { #""\#($0)""# }.joined(separator: ",")
      return #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[\#(list)],"Resource":"*"}]}"#
    }
    let trust = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
      "Principal":{"AWS":"arn:aws:iam::123456789012:user/pusher"}}]}
      """
    _ = try await call("CreateUser", [("UserName", "pusher")])
    _ = try await call(
      "PutUserPolicy", [("UserName", "pusher"), ("PolicyName", "rights"), ("PolicyDocument", policy(actions))])
    _ = try await call("CreateRole", [("RoleName", "publisher"), ("AssumeRolePolicyDocument", trust)])
    _ = try await call(
      "PutRolePolicy", [("RoleName", "publisher"), ("PolicyName", "rights"), ("PolicyDocument", policy(["ecr:*"]))])
    let key = try await call("CreateAccessKey", [("UserName", "pusher")])
    return AWSCredentials(
      accessKey: ConcealedText(try #require(key.first("AccessKeyId"))),
      secretKey: ConcealedText(try #require(key.first("SecretAccessKey"))))
  }
}
