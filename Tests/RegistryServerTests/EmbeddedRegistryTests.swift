import Model
import OCI
import RegistryServer
import Synchronization
import SystemPackage
import TestSupport
import Testing

struct EmbeddedRegistryTests {
  private func registry(
    in directory: TemporaryDirectory, log: @escaping @Sendable (String) -> Void = { _ in }
  ) -> EmbeddedRegistry {
    let blobs = BlobStore(root: directory.path.appending("blobs"))
    return EmbeddedRegistry(
      store: RegistryStore(directory: directory.path.appending("registry"), blobs: blobs), log: log)
  }

  @Test func `a port that is taken is a clear error`() async throws {
    let directory = try TemporaryDirectory()
    let registry = registry(in: directory)
    try await withRunning(registry) { port in
      await #expect {
        try await registry.run(port: port) { _ in Issue.record("it listens on a port that is taken") }
      } throws: { error in
        let error = error as? RegistryServerError
        return error?.code == .addressInUse && error?.message.contains("port \(port)") == true
      }
    }
  }

  @Test func `an address of another machine is a clear error`() async throws {
    let directory = try TemporaryDirectory()
    let store = RegistryStore(
      directory: directory.path.appending("registry"), blobs: BlobStore(root: directory.path.appending("blobs")))
    let registry = EmbeddedRegistry(store: store, host: "192.0.2.1", log: { _ in })
    await #expect {
      try await registry.run(port: 0) { _ in Issue.record("it listens on an address of another machine") }
    } throws: { ($0 as? RegistryServerError)?.code == .addressNotAvailable }
  }

  @Test func `a cancelled registry frees its port`() async throws {
    let directory = try TemporaryDirectory()
    let first = try await withRunning(registry(in: directory)) { $0 }
    let second = try await withRunning(registry(in: directory), port: first) { $0 }
    #expect(first == second)
  }

  @Test(.enabled(if: Peer.isUsable("skopeo"), "needs skopeo"))
  func `skopeo copies in and out with equal digests, across a restart`() async throws {
    let directory = try TemporaryDirectory()
    let source = directory.path.appending("source")
    let digest = try ImageLayout.write(to: source, tag: "new-1")
    let name = "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image"
    let lines = Mutex<[String]>([])

    try await withRunning(registry(in: directory) { line in lines.withLock { $0.append(line) } }) { port in
      let copied = try await run(
        "skopeo", "copy", "--insecure-policy", "--preserve-digests", "--dest-tls-verify=false", "oci:\(source):new-1",
        "docker://127.0.0.1:\(port)/\(name):new-1")
      #expect(copied.status == 0, "\(copied.output)")
    }
    #expect(lines.withLock { $0 }.contains("PUT /v2/\(name)/manifests/new-1 201"))

    let restarted = registry(in: directory)
    try await withRunning(restarted) { port in
      let target = directory.path.appending("target")
      let copied = try await run(
        "skopeo", "copy", "--insecure-policy", "--preserve-digests", "--src-tls-verify=false",
        "docker://127.0.0.1:\(port)/\(name):new-1", "oci:\(target):new-1")
      #expect(copied.status == 0, "\(copied.output)")
      #expect(BlobStore(root: target.appending("blobs")).contains(digest))
      let listed = try await run("skopeo", "list-tags", "--tls-verify=false", "docker://127.0.0.1:\(port)/\(name)")
      #expect(listed.output.contains("new-1"))
    }
    #expect(try restarted.store.manifest(RepositoryName(name), ManifestReference("new-1")).digest == digest)
  }

  @Test(.enabled(if: Peer.isUsable("skopeo"), "needs skopeo"))
  func `two registries serve one directory`() async throws {
    let directory = try TemporaryDirectory()
    let source = directory.path.appending("source")
    let digest = try ImageLayout.write(to: source, tag: "v1")
    try await withRunning(registry(in: directory)) { first in
      try await withRunning(registry(in: directory)) { second in
        let copied = try await run(
          "skopeo", "copy", "--insecure-policy", "--preserve-digests", "--dest-tls-verify=false", "oci:\(source):v1",
          "docker://127.0.0.1:\(first)/app:v1")
        #expect(copied.status == 0, "\(copied.output)")
        let inspected = try await run(
          "skopeo", "inspect", "--tls-verify=false", "docker://127.0.0.1:\(second)/app:v1")
        #expect(inspected.output.contains(digest.description), "\(inspected.output)")
      }
    }
  }
}
