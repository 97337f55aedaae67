import Engine
import FoundationEssentials
import SystemPackage

/// Asks a `docker-credential-NAME` program; see https://github.com/docker/docker-credential-helpers.
struct CredentialHelper: Sendable {
  let runner: any CommandRunner
  let environment: [String: String]

  private struct Answer: Decodable {
    var Username: String
    var Secret: String
  }

  /// - Returns: `.anonymous` when the helper is not installed or does not know the server.
  func credential(from name: String, for server: String) async throws -> RegistryCredential {
    let isName = name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 > 0x20 }
    guard isName, let program = runner.locate("docker-credential-" + name, environment: environment),
      let shell = runner.locate("sh", environment: environment)
    else { return .anonymous }
    // The helper reads the server from its standard input, which a shell fills from an argument.
    let result = try await runner.run(
      [shell.string, "-c", #"printf %s "$2" | "$1" get"#, "sh", program.string, server], environment: environment,
      workingDirectory: "/")
    guard result.exit.isSuccess else { return .anonymous }
    let answer: Answer
    do {
      answer = try JSONDecoder().decode(Answer.self, from: Data(result.standardOutput))
    } catch {
      // The decoding error may quote the secret: it is not passed on.
      throw ImageTransferError(
        .unauthenticated, "“docker-credential-\(name)” gave an answer that is not one of a helper")
    }
    if answer.Username == "<token>" { return .identityToken(answer.Secret) }
    return .password(user: answer.Username, password: answer.Secret)
  }
}
