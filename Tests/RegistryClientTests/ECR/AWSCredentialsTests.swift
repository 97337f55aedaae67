import Engine
import Foundation
import Model
import SystemPackage
import Testing

@testable import RegistryClient

struct AWSCredentialsTests {
  private static let file = """
    # whose keys these are
    aws_access_key_id = nobody's

    [default] ; the usual one
    aws_access_key_id = AKIADEFAULT
    AWS_SECRET_ACCESS_KEY=ab=c/+de # from spring
    aws_session_token =

    [ release ]
    \taws_access_key_id=ASIARELEASE
    aws_secret_access_key = first
    aws_session_token = token==
    region = eu-central-1
    [role]
    role_arn = arn:aws:iam::123456789012:role/publisher
    [release]
    aws_secret_access_key = second
    """

  private func chain(
    given: AWSCredentials? = nil, _ environment: [String: String], profile: String? = nil, file: String? = Self.file
  ) -> AWSCredentialsChain {
    AWSCredentialsChain(given: given, environment: environment, profile: profile) { path in
      path == "/home/user/.aws/credentials" || path == "/keys" ? file.map { Array($0.utf8) } : nil
    }
  }

  private func credentials(_ accessKey: String, _ secretKey: String, _ token: String? = nil) -> AWSCredentials {
    AWSCredentials(
      accessKey: ConcealedText(accessKey), secretKey: ConcealedText(secretKey),
      sessionToken: token.map { ConcealedText($0) })
  }

  @Test func `given credentials come before the environment's, and those before the file's`() async throws {
    let environment = [
      "AWS_ACCESS_KEY_ID": "AKIAENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session",
      "AWS_SHARED_CREDENTIALS_FILE": "/keys",
    ]
    let given = credentials("AKIAGIVEN", "given")
    #expect(try await chain(given: given, environment).credentials() == given)
    #expect(try await chain(environment).credentials() == credentials("AKIAENVIRONMENT", "secret", "session"))
    let file = ["AWS_SHARED_CREDENTIALS_FILE": "/keys", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""]
    #expect(try await chain(file).credentials() == credentials("AKIADEFAULT", "ab=c/+de"))
  }

  @Test func `a profile is chosen by the setting, the environment, or its name`() async throws {
    let release = credentials("ASIARELEASE", "second", "token==")
    let home = ["HOME": "/home/user"]
    #expect(try await chain(home).credentials() == credentials("AKIADEFAULT", "ab=c/+de"))
    #expect(try await chain(home, profile: "release").credentials() == release)
    #expect(try await chain(home.merging(["AWS_PROFILE": "release"]) { $1 }).credentials() == release)
  }

  @Test(arguments: [
    ([:], "no home directory"),
    (["HOME": "/home/other"], "no “/home/other/.aws/credentials”"),
    (["HOME": "/home/user", "AWS_PROFILE": "unknown"], "no profile “unknown”"),
    (["HOME": "/home/user", "AWS_PROFILE": "role"], "profile “role”"),
    (["AWS_ACCESS_KEY_ID": "AKIA"], "AWS_SECRET_ACCESS_KEY is not"),
    (["AWS_SECRET_ACCESS_KEY": "secret"], "AWS_ACCESS_KEY_ID is not"),
  ])
  func `credentials that are missing are missed by name`(environment: [String: String], text: String) async {
    await #expect {
      try await chain(environment).credentials()
    } throws: {
      isTransferError($0, .unauthenticated, text)
    }
  }

  @Test func `that the machine's own role is not asked for is said`() async {
    await #expect {
      try await chain([:]).credentials()
    } throws: {
      isTransferError($0, .unauthenticated, "metadata service of an AWS machine is not asked")
    }
  }

  @Test func `a file is read from the disk`() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("credentials")
    let chain = AWSCredentialsChain(environment: ["AWS_SHARED_CREDENTIALS_FILE": path.string])
    await #expect {
      try await chain.credentials()
    } throws: {
      isTransferError($0, .unauthenticated, path.string)
    }
    try Data(Self.file.utf8).write(to: URL(filePath: path.string))
    #expect(try await chain.credentials() == credentials("AKIADEFAULT", "ab=c/+de"))
  }

  @Test func `credentials print as dots`() {
    let secret = credentials("AKIAEXAMPLE", "secret-key", "session-token")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped] {
      #expect(!text.contains("AKIAEXAMPLE") && !text.contains("secret-key") && !text.contains("session-token"))
    }
  }
}
