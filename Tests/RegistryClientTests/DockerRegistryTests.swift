import Engine
import Foundation
import Model
import OCI
import RegistryClient
import SystemPackage
import TestSupport
import Testing

/// Other people's registry, started by the test on a port that the system chooses.
struct DockerRegistryTests {
  @Test(.enabled(if: Peer.isUsable("docker-registry"), "needs docker-registry"), arguments: [Int64.max, 1_000])
  func `an image goes into docker-registry and comes out of it`(monolithicLimit: Int64) async throws {
    let sender = try Client()
    let receiver = try Client()
    let layer = [UInt8]((0..<5_000).map { UInt8(truncatingIfNeeded: $0 / 5) })
    let image = try sender.makeImage(
      configuration: Array(#"{"architecture":"amd64","os":"linux"}"#.utf8), layers: [sender.blobs.put(layer)])
    var configuration = RegistryConfiguration()
    configuration.monolithicLimit = monolithicLimit
    configuration.chunkSize = 2_000
    try await withDockerRegistry { port in
      try await sender.with(configuration) { client in
        #expect(try await sender.push(image, with: client, to: port, repository: "some/app") == image.digest)
        let mounted = try await sender.push(
          image, with: client, to: port, repository: "other", mountSource: "some/app")
        #expect(mounted == image.digest)
      }
      try await receiver.with { client in
        let found = try await receiver.pull(with: client, from: port, repository: "some/app")
        #expect(found?.digest == image.digest)
        #expect(try await receiver.pull(.tag("v2"), with: client, from: port, repository: "some/app") == nil)
        #expect(try await receiver.pull(with: client, from: port, repository: "unknown") == nil)
      }
    }
    #expect(sender.lines.contains { $0.hasSuffix("mounted") })
    for blob in try receiver.blobs.manifest(of: image).layers { try receiver.blobs.verify(blob.digest) }
  }

  @Test(.enabled(if: Peer.isUsable("docker-registry"), "needs docker-registry"))
  func `docker-registry's passwords are understood`() async throws {
    let client = try Client()
    let image = try client.makeImage()
    // The password is "secret".
    let users = "user:$2y$05$0x4qHtmUGFgjOqCNcQxXT.5zCloZFNbm60s82ohKQ8ElgLOpvjeJG\n"
    try await withDockerRegistry(users: users) { port in
      let right = GivenCredentials(["127.0.0.1:\(port)": .password(user: "user", password: "secret")])
      try await client.with(credentials: right) { registry in
        let pushed = try await client.push(image, with: registry, to: port)
        #expect(pushed == image.digest)
      }
      let wrong = GivenCredentials(["127.0.0.1:\(port)": .password(user: "user", password: "guessed")])
      await #expect {
        try await client.with(credentials: wrong) { try await client.pull(with: $0, from: port) }
      } throws: {
        isTransferError($0, .unauthenticated)
      }
    }
  }

  private func withDockerRegistry(users: String? = nil, _ body: (Int) async throws -> Void) async throws {
    let program = try #require(Peer.path(of: "docker-registry"), "docker-registry is not installed")
    let directory = try TemporaryDirectory()
    var settings = """
      version: 0.1
      storage: {filesystem: {rootdirectory: "\(directory.path)/data"}}
      http: {addr: "127.0.0.1:0"}

      """
    if let users {
      try Data(users.utf8).write(to: URL(filePath: "\(directory.path)/users"))
      settings += #"auth: {htpasswd: {realm: test, path: "\#(directory.path)/users"}}"# + "\n"
    }
    try Data(settings.utf8).write(to: URL(filePath: "\(directory.path)/config.yml"))

    let process = Process()
    process.executableURL = URL(filePath: program.string)
    process.arguments = ["serve", "\(directory.path)/config.yml"]
    process.environment = ["OTEL_TRACES_EXPORTER": "none"]
    process.standardOutput = FileHandle.nullDevice
    let log = Pipe()
    process.standardError = log
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    try await body(try await port(in: log.fileHandleForReading))
  }

  /// Reads the log up to `listening on 127.0.0.1:PORT`, and lets the rest of it run on unread-but-emptied.
  private func port(in log: FileHandle) async throws -> Int {
    let (lines, continuation) = AsyncStream.makeStream(of: Data.self)
    log.readabilityHandler = { handle in
      let data = handle.availableData
      if data.isEmpty {
        handle.readabilityHandler = nil
        continuation.finish()
      } else {
        continuation.yield(data)
      }
    }
    var text = ""
    for await data in lines {
      text += String(decoding: data, as: UTF8.self)
      if let match = text.firstMatch(of: /listening on 127\.0\.0\.1:(\d+)\D/), let port = Int(match.1) { return port }
    }
    Issue.record("docker-registry ended: \(text)")
    throw CancellationError()
  }
}
