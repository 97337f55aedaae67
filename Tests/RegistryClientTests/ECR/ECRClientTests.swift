import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Model
import Synchronization
import Testing

@testable import RegistryClient

/// Against an AWS that says what the test wants.
struct ECRClientTests {
  private static func answer(password: String = "pass:word", expiresAt: Double = 1_795_561_224.5) -> Response {
    let token = Data("AWS:\(password)".utf8).base64EncodedString()
    return .text(
      .ok, #"{"authorizationData":[{"authorizationToken":"\#(token)","expiresAt":\#(expiresAt),"proxyEndpoint":"x"}]}"#)
  }

  private func provider(_ connection: AWSConnection, others: any RegistryCredentials = GivenCredentials())
    -> ECRCredentialsProvider
  {
    ECRCredentialsProvider(
      client: ECRClient(
        connection: connection,
        credentials: AWSCredentialsChain(given: AWSSide.credentials, environment: [:])),
      others: others)
  }

  @Test func `a token is asked for in the JSON protocol and is a password`() async throws {
    let bodies = Mutex<[String]>([])
    let server = try Server { request in
      let body = try await request.body.collect(upTo: 1000)
      bodies.withLock { $0.append(String(buffer: body)) }
      return Self.answer()
    }
    try await server.run { port in
      try await AWSSide().with(port: port) { connection in
        let credential = try await provider(connection).credential(for: AWSSide.registry)
        #expect(credential == .password(user: "AWS", password: "pass:word"))
      }
    }
    let seen = try #require(server.seen.first)
    #expect(seen.line == "POST /")
    #expect(bodies.withLock { $0 } == ["{}"])
    let target = try #require(HTTPField.Name("X-Amz-Target"))
    #expect(seen.headers[target] == "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")
    #expect(seen.headers[.contentType] == "application/x-amz-json-1.1")
    #expect(seen.headers[try #require(HTTPField.Name("X-Amz-Security-Token"))] == "session-token")
    let authorization = try #require(seen.headers[.authorization])
    #expect(authorization.contains("Credential=AKIAEXAMPLE/20261124/eu-west-1/ecr/aws4_request"))
    #expect(
      authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target"))
  }

  @Test func `a token serves its region until shortly before its end`() async throws {
    let count = Counter()
    let server = try Server { _ in Self.answer(password: "password-\(count.next())") }
    let side = AWSSide()
    try await server.run { port in
      try await side.with(port: port) { (connection: AWSConnection) async throws in
        let provider = provider(connection)
        func ask(_ registry: String = AWSSide.registry) async throws -> RegistryCredential {
          try await provider.credential(for: registry)
        }
        let first = RegistryCredential.password(user: "AWS", password: "password-0")
        #expect(try await ask() == first)
        #expect(try await ask("999999999999.dkr.ecr.eu-west-1.amazonaws.com") == first)
        #expect(try await ask("123456789012.dkr.ecr.us-east-1.amazonaws.com") != first)
        side.advance(seconds: 43_200 - 700)
        #expect(try await ask() == first)
        side.advance(seconds: 200)
        #expect(try await ask() == .password(user: "AWS", password: "password-2"))
      }
    }
    #expect(count.count == 3)
  }

  @Test func `a token whose end is long past is used for a minute`() async throws {
    let server = try Server { _ in Self.answer(expiresAt: 1_420_070_400) }
    let side = AWSSide()
    try await server.run { port in
      try await side.with(port: port) { (connection: AWSConnection) async throws in
        let provider = provider(connection)
        for _ in 0..<3 { _ = try await provider.credential(for: AWSSide.registry) }
        #expect(server.seen.count == 1)
        side.advance(seconds: 61)
        _ = try await provider.credential(for: AWSSide.registry)
        #expect(server.seen.count == 2)
      }
    }
  }

  @Test func `other registries are somebody else's`() async throws {
    let others = GivenCredentials(["docker.io": .identityToken("token")])
    // Nothing listens there: nobody may ask.
    try await AWSSide().with(port: 1) { (connection: AWSConnection) async throws in
      let provider = provider(connection, others: others)
      #expect(try await provider.credential(for: "docker.io") == .identityToken("token"))
      #expect(try await provider.credential(for: "public.ecr.aws") == .anonymous)
    }
  }

  @Test(arguments: [
    (400, #"{"__type":"UnrecognizedClientException","message":"The security token is invalid."}"#, "unauthenticated"),
    (400, #"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"expired"}"#, "unauthenticated"),
    (
      400, #"{"__type":"AccessDeniedException","Message":"not authorized to perform: ecr:GetAuthorizationToken"}"#,
      "forbidden"
    ),
    (400, #"{"__type":"InvalidParameterException","message":"no"}"#, "refused"),
    (
      403,
      "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>a &lt;b&gt; &amp; c</Message></Error></ErrorResponse>",
      "unauthenticated"
    ),
    (403, "<html>the proxy says no</html>", "forbidden"), (200, "{}", "unexpectedResponse"),
    (200, #"{"authorizationData":[{"authorizationToken":"!","expiresAt":1}]}"#, "unexpectedResponse"),
    (200, #"{"authorizationData":[{"authorizationToken":"QVdT","expiresAt":1}]}"#, "unexpectedResponse"),
    (307, "", "unexpectedResponse"),
  ])
  func `a refusal is told with AWS's words`(status: Int, body: String, code: String) async throws {
    let server = try Server { _ in .text(HTTPResponse.Status(code: status), body) }
    let refusal = await refusal(from: server, side: AWSSide())
    #expect(refusal?.code.rawValue == code)
    #expect(refusal?.message.contains("ecr:GetAuthorizationToken in eu-west-1") == true)
    if body.contains("&lt;") { #expect(refusal?.message.hasSuffix("SignatureDoesNotMatch: a <b> & c") == true) }
    if body.contains("invalid.") {
      #expect(
        refusal?.message == "AWS refuses ecr:GetAuthorizationToken in eu-west-1: "
          + "UnrecognizedClientException: The security token is invalid.")
    }
    #expect(server.seen.count == 1)
  }

  @Test func `an answer that repeats what was signed does not give the credentials away`() async throws {
    let server = try Server { _ in
      .text(
        .forbidden,
        #"{"__type":"InvalidSignatureException","message":"should have been\n'x-amz-security-token:session-token\nAKIAEXAMPLE secret-key'"}"#
      )
    }
    let message = try #require(await refusal(from: server, side: AWSSide())).message
    #expect(message.hasSuffix("should have been 'x-amz-security-token:*** *** ***'"))
  }

  private func refusal(from server: Server, side: AWSSide) async -> ImageTransferError? {
    await #expect(throws: ImageTransferError.self) {
      try await server.run { port in
        try await side.with(port: port) { try await provider($0).credential(for: AWSSide.registry) }
      }
    }
  }

  @Test func `too many requests are tried again, newly signed`() async throws {
    let count = Counter()
    let side = AWSSide()
    let server = try Server { _ in
      side.advance(seconds: 1)
      return switch count.next() {
      case 0: .text(.badRequest, #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#)
      case 1: .text(.serviceUnavailable, "", [.retryAfter: "7"])
      default: Self.answer()
      }
    }
    try await server.run { port in
      try await side.with(port: port) { (connection: AWSConnection) async throws in
        let credential = try await provider(connection).credential(for: AWSSide.registry)
        #expect(credential == .password(user: "AWS", password: "pass:word"))
      }
    }
    #expect(side.waits == [.milliseconds(500), .seconds(7)])
    #expect(Set(server.seen.map { $0.headers[.authorization] }).count == 3)
  }

  @Test func `repetitions end, also where nobody answers`() async throws {
    let busy = try Server { _ in .text(.badRequest, #"{"__type":"ThrottlingException","message":"Rate exceeded"}"#) }
    let side = AWSSide()
    let refusal = await refusal(from: busy, side: side)
    #expect(refusal?.code == .refused)
    #expect(busy.seen.count == 6)

    let silent = AWSSide()
    await #expect {
      try await silent.with(port: 1, retry: RetryPolicy(limit: 2)) {
        try await provider($0).credential(for: AWSSide.registry)
      }
    } throws: {
      isTransferError($0, .unreachable, "AWS at 127.0.0.1:1 cannot be reached")
    }
    #expect(silent.waits.count == 2)
  }

  @Test func `a role is assumed for its session's length`() async throws {
    let bodies = Mutex<[String]>([])
    let server = try Server { request in
      let body = try await request.body.collect(upTo: 1000)
      let count = bodies.withLock { bodies in
        bodies.append(String(buffer: body))
        return bodies.count
      }
      return .text(
        .ok,
        """
        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA\(count)</AccessKeyId>
        <SecretAccessKey>a/b+&amp;</SecretAccessKey><SessionToken>token==</SessionToken></Credentials>
        </AssumeRoleResult></AssumeRoleResponse>
        """)
    }
    let side = AWSSide()
    try await server.run { port in
      try await side.with(port: port) { (connection: AWSConnection) async throws in
        let role = AssumedRole(
          role: "arn:aws:iam::999999999999:role/publisher", externalIdentifier: "a b",
          region: try AWSRegion("eu-west-1"),
          source: AWSCredentialsChain(given: AWSSide.credentials, environment: [:]), connection: connection)
        let session = AWSCredentials(
          accessKey: ConcealedText("ASIA1"), secretKey: ConcealedText("a/b+&"), sessionToken: ConcealedText("token=="))
        #expect(try await role.credentials() == session)
        side.advance(seconds: 700)
        #expect(try await role.credentials() == session)
        side.advance(seconds: 200)
        #expect(try await role.credentials().accessKey.revealed == "ASIA2")
      }
    }
    #expect(
      bodies.withLock { $0.first }
        == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A999999999999%3Arole%2Fpublisher"
        + "&RoleSessionName=1795518024000000000&DurationSeconds=900&ExternalId=a%20b")
    #expect(server.seen.first?.headers[.authorization]?.contains("/us-east-1/sts/aws4_request") == true)
  }

  @Test func `a role that is not given is told of`() async throws {
    let server = try Server { _ in
      .text(
        .forbidden,
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"
      )
    }
    await #expect {
      try await server.run { port in
        try await AWSSide().with(port: port) { connection in
          try await AssumedRole(
            role: "arn:aws:iam::999999999999:role/publisher", region: .northernVirginia,
            source: AWSCredentialsChain(given: AWSSide.credentials, environment: [:]), connection: connection
          ).credentials()
        }
      }
    } throws: {
      isTransferError($0, .forbidden, "sts:AssumeRole in us-east-1", "not authorized")
    }
  }
}
