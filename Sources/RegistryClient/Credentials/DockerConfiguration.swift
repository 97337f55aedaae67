package import Engine
import FoundationEssentials
import SystemPackage

/// The credentials that `docker login` and `skopeo login` left in their files.
///
/// See https://docs.docker.com/reference/cli/docker/login/ and containers-auth.json(5): a helper of the registry's own comes
/// before the store for all, and that before what is written in the file.
package struct DockerConfiguration: RegistryCredentials {
  private let files: [DockerConfigurationFile]
  private let helper: CredentialHelper?

  /// Reads the files that `environment` leads to; those that are missing have no say.
  ///
  /// - Parameter runner: Starts credential helpers. Nil: they are not asked.
  /// - Throws: `ImageTransferError` when a file is there and cannot be read.
  package init(environment: [String: String], runner: (any CommandRunner)?) throws {
    files = try Self.paths(environment: environment).compactMap { try DockerConfigurationFile(reading: $0) }
    helper = runner.map { CredentialHelper(runner: $0, environment: environment) }
  }

  /// The places in the order in which they are asked.
  static func paths(environment: [String: String]) -> [FilePath] {
    var paths: [FilePath] = []
    if let file = environment["REGISTRY_AUTH_FILE"] { paths.append(FilePath(file)) }
    if let directory = environment["DOCKER_CONFIG"] {
      paths.append(FilePath(directory).appending("config.json"))
    } else if let home = environment["HOME"] {
      paths.append(FilePath(home).appending(".docker").appending("config.json"))
    }
    if let directory = environment["XDG_RUNTIME_DIR"] {
      paths.append(FilePath(directory).appending("containers").appending("auth.json"))
    }
    return paths
  }

  package func credential(for registry: String) async throws -> RegistryCredential {
    for file in files {
      if let helper, let (program, server) = file.helper(for: registry) {
        let found = try await helper.credential(from: program, for: server)
        if found != .anonymous { return found }
      }
      if let found = try file.credential(for: registry) { return found }
    }
    return .anonymous
  }
}

/// One `config.json` or `auth.json`.
struct DockerConfigurationFile {
  private struct Contents: Decodable {
    struct Entry: Decodable {
      var auth: String?
      var username: String?
      var password: String?
      var identitytoken: String?
    }

    var auths: [String: Entry]?
    var credHelpers: [String: String]?
    var credsStore: String?
  }

  private let path: FilePath
  private let contents: Contents

  init?(reading path: FilePath) throws {
    guard FileManager.default.fileExists(atPath: path.string) else { return nil }
    self.path = path
    do {
      contents = try JSONDecoder().decode(Contents.self, from: Data(contentsOf: URL(filePath: path.string)))
    } catch {
      // The decoding error may quote the file, and the file is full of secrets: it is not passed on.
      throw ImageTransferError(.unauthenticated, "“\(path)” cannot be read as a Docker configuration")
    }
  }

  /// The helper for a registry and the name that it knows the registry by.
  func helper(for registry: String) -> (program: String, server: String)? {
    for (key, program) in contents.credHelpers ?? [:] where Self.names(registry, key) { return (program, key) }
    guard let store = contents.credsStore, !store.isEmpty else { return nil }
    return (store, registry == "docker.io" ? "https://index.docker.io/v1/" : registry)
  }

  /// - Returns: nil when the file does not know the registry.
  func credential(for registry: String) throws -> RegistryCredential? {
    let entries = contents.auths ?? [:]
    // A key that is the very name comes before one that only means it.
    guard let entry = entries[registry] ?? entries.first(where: { Self.names(registry, $0.key) })?.value else {
      return nil
    }
    if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
    if let user = entry.username, let password = entry.password, !user.isEmpty {
      return .password(user: user, password: password)
    }
    guard let auth = entry.auth, !auth.isEmpty else { return nil }
    guard let bytes = Data(base64Encoded: auth) else {
      throw ImageTransferError(.unauthenticated, "“\(path)” has no valid credentials for registry \(registry)")
    }
    let sides = String(decoding: bytes, as: UTF8.self).split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2 else {
      throw ImageTransferError(.unauthenticated, "“\(path)” has no valid credentials for registry \(registry)")
    }
    // Some writers pad the password with zero bytes.
    return .password(user: String(sides[0]), password: String(sides[1].prefix { $0 != "\0" }))
  }

  /// Whether a key of the file means this registry: keys may be URLs, and Docker Hub has several names.
  private static func names(_ registry: String, _ key: String) -> Bool {
    var host = key[...]
    for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
    host = host.prefix { $0 != "/" }
    if registry == "docker.io" { return ["docker.io", "index.docker.io", "registry-1.docker.io"].contains(host) }
    return host == registry
  }
}
