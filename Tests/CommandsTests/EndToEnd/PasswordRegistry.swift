import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// Debian's docker-registry, which lets only those in whose names and passwords it knows.
enum PasswordRegistry {
  static var isUsable: Bool { Peer.isUsable("docker-registry") }

  /// - Parameters:
  ///   - users: lines of htpasswd's.
  ///   - work: is given host and port.
  static func with<Result: Sendable>(
    users: String, in directory: FilePath, _ work: @escaping @Sendable (String) async throws -> Result
  ) async throws -> Result {
    let settings = """
      version: 0.1
      storage: {filesystem: {rootdirectory: "\(directory)/registry-data"}}
      http: {addr: "127.0.0.1:0"}
      auth: {htpasswd: {realm: test, path: "\(directory)/users"}}

      """
    try Data(settings.utf8).write(to: URL(filePath: "\(directory)/registry.yml"))
    try Data(users.utf8).write(to: URL(filePath: "\(directory)/users"))
    let program = try #require(Peer.path(of: "docker-registry"), "docker-registry is not installed")
    return try await ServingProgram.with(
      [program.string, "serve", "\(directory)/registry.yml"], environment: ["OTEL_TRACES_EXPORTER": "none"],
      in: directory, marker: "listening on ", work)
  }
}
