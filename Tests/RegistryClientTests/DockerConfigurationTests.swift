import Engine
import Foundation
import RegistryClient
import SystemPackage
import Testing

struct DockerConfigurationTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func configuration(
    _ json: String, runner: (any CommandRunner)? = nil
  ) throws -> DockerConfiguration {
    try Data(json.utf8).write(to: URL(filePath: directory.path.appending("config.json").string))
    return try DockerConfiguration(environment: ["DOCKER_CONFIG": directory.path.string], runner: runner)
  }

  @Test(arguments: [
    (#"{"auths":{"ghcr.io":{"auth":"dXNlcjpwYTpzcw=="}}}"#, "ghcr.io"),
    (#"{"auths":{"https://ghcr.io/v2/":{"auth":"dXNlcjpwYTpzcw=="}}}"#, "ghcr.io"),
    (#"{"auths":{"ghcr.io":{"username":"user","password":"pa:ss"}}}"#, "ghcr.io"),
    (#"{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpwYTpzcw=="}}}"#, "docker.io"),
    (#"{"auths":{"docker.io":{"auth":"dXNlcjpwYTpzcw=="}},"unknown":1}"#, "docker.io"),
  ])
  func `a password is found by the registry's name`(json: String, registry: String) async throws {
    let found = try await configuration(json).credential(for: registry)
    #expect(found == .password(user: "user", password: "pa:ss"))
  }

  @Test(arguments: [
    (#"{}"#, "ghcr.io"),
    (#"{"auths":{"ghcr.io":{}}}"#, "ghcr.io"),
    (#"{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"}}}"#, "ghcr.io.example.com"),
    (#"{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"}}}"#, "evilghcr.io"),
    (#"{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"}}}"#, "ghcr.io:8443"),
  ])
  func `another registry gets nothing`(json: String, registry: String) async throws {
    #expect(try await configuration(json).credential(for: registry) == .anonymous)
  }

  @Test func `an identity token comes before a password`() async throws {
    let json = #"{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz","identitytoken":"refresh"}}}"#
    #expect(try await configuration(json).credential(for: "ghcr.io") == .identityToken("refresh"))
  }

  @Test func `a missing file has no say`() async throws {
    let found = try DockerConfiguration(environment: ["DOCKER_CONFIG": "/nowhere"], runner: nil)
    #expect(try await found.credential(for: "ghcr.io") == .anonymous)
  }

  @Test func `a broken file is an error without its content`() throws {
    #expect {
      try configuration(#"{"auths":{"ghcr.io":{"auth":"secret"#)
    } throws: {
      isTransferError($0, .unauthenticated, "config.json") && !"\($0)".contains("secret")
    }
  }

  @Test func `credentials that are not base64 are an error without them`() async throws {
    let broken = try configuration(#"{"auths":{"ghcr.io":{"auth":"!secret!"}}}"#)
    await #expect {
      try await broken.credential(for: "ghcr.io")
    } throws: {
      isTransferError($0, .unauthenticated, "ghcr.io") && !"\($0)".contains("secret")
    }
  }

  @Test func `a helper of the registry's own is asked first`() async throws {
    let runner = Helper(answer: #"{"ServerURL":"x","Username":"AWS","Secret":"twelve hours"}"#)
    let json = #"{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"ghcr.io":"ecr-login"},"credsStore":"x"}"#
    let found = try await configuration(json, runner: runner).credential(for: "ghcr.io")
    #expect(found == .password(user: "AWS", password: "twelve hours"))
  }

  @Test func `the store's token is an identity token`() async throws {
    let runner = Helper(answer: #"{"ServerURL":"x","Username":"<token>","Secret":"refresh"}"#)
    let found = try await configuration(#"{"credsStore":"x"}"#, runner: runner).credential(for: "ghcr.io")
    #expect(found == .identityToken("refresh"))
  }

  @Test func `a helper that knows nothing leaves it to the file`() async throws {
    let runner = Helper(answer: "credentials not found in native keychain", status: 1)
    let json = #"{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNz"}},"credsStore":"x"}"#
    let found = try await configuration(json, runner: runner).credential(for: "ghcr.io")
    #expect(found == .password(user: "user", password: "pass"))
  }

  private struct Helper: CommandRunner {
    var answer: String
    var status = 0

    func run(
      _ arguments: [String], environment: [String: String], workingDirectory: FilePath
    ) async throws -> CommandResult {
      CommandResult(exit: .exited(code: status), standardOutput: Array(answer.utf8), standardError: [])
    }

    func locate(_ program: String, environment: [String: String]) -> FilePath? { FilePath("/bin/" + program) }
  }
}
