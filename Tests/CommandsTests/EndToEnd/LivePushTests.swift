import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// moto, which plays AWS.
private enum Moto {
  static let program = Repository.root.appending(".build-peers/bin/moto_server")

  static var isUsable: Bool {
    ProcessInfo.processInfo.environment["CI"] != nil
      || [program, program.removingLastComponent().appending("python3")].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0.string)
      }
  }
}

/// `--live`: moto plays AWS, and Debian's docker-registry with a password is the registry.
@Suite(
  .enabled(if: Peer.isUsable("docker-registry") && Peer.isUsable("busybox"), "needs docker-registry and busybox"),
  .enabled(if: Moto.isUsable, "needs moto in .build-peers, which .ci/setup installs"))
struct LivePushTests {
  private static let registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com"

  /// htpasswd's line for user AWS with the token that moto gives.
  private static let users = "AWS:$2y$05$abcdefghijklmnopqrstuu/4ofrUS75HrKu6f.iuRo0I/XlrmpqlC\n"

  @Test func `a live run pushes to ECR what it built and scanned, as its connector says`() async throws {
    try await TemporaryDirectory.with { directory in
      try await PasswordRegistry.with(users: Self.users, in: directory) { address in
        try await ServingProgram.with(
          [Moto.program.string, "-H", "127.0.0.1", "-p", "0"],
          environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], in: directory
        ) { aws in
          var slipway = SlipwayProgram(in: directory)
          let settings = directory.appending("slipway.yaml")
          try Self.settings(registryAt: address).write(to: URL(filePath: settings.string))
          let arguments = [
            SlipwayProgram.path.string, "run", SlipwayProgram.seedPipeline, "--live", "--config", settings.string,
            "--state", slipway.state.string,
          ]
          // The connector's secrets are those of the settings: without them nothing is sent anywhere.
          let without = try await slipway.run(arguments)
          #expect(without.code == 1)
          #expect(without.everything.contains("AWS_ACCESS_KEY_ID is not set"))

          slipway.environment["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
          slipway.environment["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
          slipway.environment["AWS_ENDPOINT_URL"] = "http://" + aws
          let run = try await slipway.run(arguments)
          #expect(run.code == 0, "\(run.everything)")
          let digest = try #require(run.output.firstDigest)
          #expect(run.everything.contains("to registry \(Self.registry)"))
          #expect(!run.everything.contains("wJalrXUtnFEMI"))
          #expect(!run.everything.contains("auth-token"))
          #expect(try await slipway("registry", "list").output.contains("test-image") == false)

          let served = try await slipway.run([
            "skopeo", "inspect", "--tls-verify=false", "--creds", "AWS:123456789012-auth-token", "--format",
            "{{.Digest}}", "docker://\(address)/test-image:new-2",
          ])
          #expect(served.output.firstDigest == digest, "\(served.everything)")
        }
      }
    }
  }

  /// The seed pipeline's settings, with ECR's registry at another address.
  private static func settings(registryAt address: String) -> Data {
    let example = FilePath(SlipwayProgram.seedPipeline).removingLastComponent()
    return Data(
      """
      codebase: \(example)/app
      connectors: ["\(example)/connectors"]
      secrets:
        aws_access_key: { env: AWS_ACCESS_KEY_ID }
        aws_secret_key: { env: AWS_SECRET_ACCESS_KEY }
      images:
        docker.io/library/busybox:1.36: { dockerfile: "\(example)/images/busybox/Dockerfile", context: /bin }
      registries:
        \(registry): { address: "http://\(address)" }

      """.utf8)
  }
}
