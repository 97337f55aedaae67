import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// `--live` through a connector of type DockerRegistry, to a registry that wants a password.
@Suite(.enabled(if: PasswordRegistry.isUsable, "needs docker-registry"))
struct LiveDockerPushTests {
  private static let password = "the-tide-is-high"
  /// htpasswd's line for that password.
  private static let users = "harbour:$2y$05$abcdefghijklmnopqrstuuMbQw1mp37K9N4Su/Ir/eRhgLTZM7ure\n"
  private static let registry = "registry.example"

  private static func write(in directory: FilePath, registryAt address: String) throws -> String {
    try directory.pushing("checkout/Dockerfile").write("FROM scratch\nCOPY tides.txt /\n")
    try directory.pushing("checkout/tides.txt").write("high at noon\n")
    try directory.appending("connector.yaml").write(
      """
      connector:
        name: harbour
        identifier: harbour
        type: DockerRegistry
        spec:
          dockerRegistryUrl: https://\(registry)/v2/
          providerType: Other
          auth:
            type: UsernamePassword
            spec: { username: harbour, passwordRef: harbour_password }

      """)
    try directory.appending("slipway.yaml").write(
      """
      codebase: checkout
      connectors: [connector.yaml]
      secrets:
        harbour_password: { env: HARBOUR_PASSWORD }
      registries:
        \(registry): { address: "http://\(address)" }

      """)
    let file = directory.appending("pipeline.yaml")
    try file.write(
      """
      pipeline:
        identifier: ship
        name: ship
        stages:
          - stage:
              identifier: only
              name: only
              type: CI
              spec:
                cloneCodebase: true
                runtime: { type: Cloud, spec: {} }
                execution:
                  steps:
                    - step:
                        type: BuildAndPushDockerRegistry
                        name: push
                        identifier: push
                        spec: { connectorRef: harbour, repo: \(registry)/team/tides, tags: [v<+pipeline.sequenceId>, stable] }

      """)
    return file.string
  }

  @Test func `an image reaches the registry by its connector's user, whose password is shown nowhere`() async throws {
    try await TemporaryDirectory.with { directory in
      try await PasswordRegistry.with(users: Self.users, in: directory) { address in
        var slipway = SlipwayProgram(in: directory)
        let pipeline = try Self.write(in: directory, registryAt: address)
        let without = try await slipway("run", pipeline, "--live")
        #expect(without.code == 1, "\(without.everything)")
        #expect(without.everything.contains("HARBOUR_PASSWORD is not set"), "\(without.everything)")

        slipway.environment["HARBOUR_PASSWORD"] = "the-tide-is-low"
        let wrong = try await slipway("run", pipeline, "--live")
        #expect(wrong.code == 1, "\(wrong.everything)")
        #expect(!wrong.everything.contains("the-tide-is-low"), "\(wrong.everything)")

        slipway.environment["HARBOUR_PASSWORD"] = Self.password
        let run = try await slipway("run", pipeline, "--live")
        #expect(run.code == 0, "\(run.everything)")
        #expect(run.everything.contains("to registry \(Self.registry)"), "\(run.everything)")
        #expect(try await slipway("registry", "list").output.contains("tides") == false)
        let digest = try #require(run.output.firstDigest)
        for tag in ["v3", "stable"] {
          let served = try await slipway.run([
            "skopeo", "inspect", "--tls-verify=false", "--creds", "harbour:\(Self.password)", "--format", "{{.Digest}}",
            "docker://\(address)/team/tides:\(tag)",
          ])
          #expect(served.output.firstDigest == digest, "\(served.everything)")
        }

        // Neither what is printed nor what is kept tells the password, and neither does its form in the header.
        let header = Data("harbour:\(Self.password)".utf8).base64EncodedString()
        let log = try await slipway("logs", "last")
        for text in [run.everything, log.everything] {
          #expect(!text.contains(Self.password) && !text.contains(header))
        }
        let found = try await slipway.run(["grep", "-rlaF", "-e", Self.password, "-e", header, slipway.state.string])
        #expect(found.code == 1 && found.output.isEmpty, "\(found.everything)")
      }
    }
  }
}
