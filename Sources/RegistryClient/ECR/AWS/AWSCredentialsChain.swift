import Engine
import Model
import OCI
package import SystemPackage

/// The first credentials that are there: given ones, the environment's, those of the shared credentials file.
///
/// The environment's variables and the file are those of https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html.
/// What the machine itself may have as an instance or a container of AWS is not asked for.
package struct AWSCredentialsChain: AWSCredentialsProvider {
  private let given: AWSCredentials?
  private let environment: [String: String]
  private let profile: String
  private let readFile: @Sendable (FilePath) throws -> [UInt8]?

  /// - Parameters:
  ///   - given: Come before all others.
  ///   - profile: Nil: `AWS_PROFILE`, else `default`.
  ///   - readFile: Gives a file's bytes, and nil where there is no file.
  package init(
    given: AWSCredentials? = nil, environment: [String: String], profile: String? = nil,
    readFile: @escaping @Sendable (FilePath) throws -> [UInt8]? = Self.readFile
  ) {
    self.given = given
    self.environment = environment.filter { !$0.value.isEmpty }
    self.profile = profile ?? self.environment["AWS_PROFILE"] ?? self.environment["AWS_DEFAULT_PROFILE"] ?? "default"
    self.readFile = readFile
  }

  package func credentials() async throws -> AWSCredentials {
    if let given { return given }
    if let found = try fromEnvironment() { return found }
    guard let path else { throw missing("and there is no home directory with a credentials file") }
    guard let bytes = try read(path) else { throw missing("and there is no “\(path)”") }
    let file = SharedCredentialsFile(String(decoding: bytes, as: UTF8.self))
    guard let settings = file.profiles[profile] else { throw missing("and “\(path)” has no profile “\(profile)”") }
    guard let accessKey = settings["aws_access_key_id"], let secretKey = settings["aws_secret_access_key"] else {
      throw ImageTransferError(
        .unauthenticated,
        "profile “\(profile)” in “\(path)” does not have both aws_access_key_id and aws_secret_access_key; roles, single "
          + "sign-on and credential processes of a profile are not followed here")
    }
    return AWSCredentials(
      accessKey: ConcealedText(accessKey), secretKey: ConcealedText(secretKey),
      sessionToken: settings["aws_session_token"].map { ConcealedText($0) })
  }

  private func fromEnvironment() throws -> AWSCredentials? {
    switch (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) {
    case (nil, nil): return nil
    case (let accessKey?, let secretKey?):
      return AWSCredentials(
        accessKey: ConcealedText(accessKey), secretKey: ConcealedText(secretKey),
        sessionToken: environment["AWS_SESSION_TOKEN"].map { ConcealedText($0) })
    case (nil, _):
      throw ImageTransferError(.unauthenticated, "AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID is not")
    case (_, nil):
      throw ImageTransferError(.unauthenticated, "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not")
    }
  }

  private var path: FilePath? {
    if let path = environment["AWS_SHARED_CREDENTIALS_FILE"] { return FilePath(path) }
    return environment["HOME"].map { FilePath($0).appending(".aws").appending("credentials") }
  }

  private func read(_ path: FilePath) throws -> [UInt8]? {
    do {
      return try readFile(path)
    } catch {
      throw ImageTransferError(
        .unauthenticated, "the AWS credentials in “\(path)” cannot be read: \(error)", cause: error)
    }
  }

  private func missing(_ last: String) -> ImageTransferError {
    ImageTransferError(
      .unauthenticated,
      "there are no AWS credentials: none are given, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, \(last); "
        + "the metadata service of an AWS machine is not asked")
  }

  /// Reads from the disk; a credentials file is not longer than 1 MiB.
  @Sendable package static func readFile(_ path: FilePath) throws -> [UInt8]? {
    do {
      return try FileReader.firstBytes(of: path, count: 1 << 20)
    } catch  where error.code == .notFound {
      return nil
    }
  }
}
