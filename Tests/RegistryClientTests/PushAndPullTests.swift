import Engine
import HTTPTypes
import Model
import OCI
import RegistryClient
import RegistryServer
import SystemPackage
import TestSupport
import Testing

struct PushAndPullTests {
  @Test func `what was pushed comes back byte for byte`() async throws {
    let server = try Server()
    let sender = try Client()
    let receiver = try Client()
    let image = try sender.makeImage()
    try await server.run { port in
      let pushed = try await sender.with { try await sender.push(image, with: $0, to: port) }
      #expect(pushed == image.digest)
      let pulled = try await receiver.with { try await receiver.pull(with: $0, from: port) }
      #expect(pulled?.digest == image.digest)
    }
    #expect(try receiver.blobs.read(image.digest) == sender.blobs.read(image.digest))
    for layer in try receiver.blobs.manifest(of: image).layers { try receiver.blobs.verify(layer.digest) }
    #expect(server.seen.allSatisfy { $0.headers[.userAgent] == "slipway/test" })
  }

  @Test func `layers come before the configuration, and that before the manifest`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      _ = try await client.with { try await client.push(image, with: $0, to: port) }
    }
    let manifest = try client.blobs.manifest(of: image)
    let puts = server.seen.filter { $0.method == "PUT" }.map(\.target)
    #expect(puts.count == 4)
    #expect(puts[2].hasSuffix("digest=sha256%3A\(manifest.config.digest.hex)"))
    #expect(puts[3] == "/v2/app/manifests/v1")
    #expect(server.seen.last?.line == "GET /v2/app/manifests/v1")
  }

  @Test func `a second push sends no blob`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      try await client.with { registry in
        _ = try await client.push(image, with: registry, to: port)
        let posts = server.count(.post)
        let again = try await client.push(image, with: registry, to: port, tag: "v2")
        #expect(again == image.digest)
        #expect(server.count(.post) == posts)
      }
    }
    #expect(client.lines.count { $0.hasSuffix("already there") } == 3)
  }

  @Test func `a layer that occurs twice is sent once`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage(layers: ["same", "same"])
    try await server.run { port in
      _ = try await client.with { try await client.push(image, with: $0, to: port) }
    }
    #expect(server.count(.post) == 2)
  }

  @Test func `layers are mounted from another repository when that is asked for`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      try await client.with { registry in
        _ = try await client.push(image, with: registry, to: port, repository: "base")
        let puts = server.count(.put)
        let mounted = try await client.push(
          image, with: registry, to: port, repository: "app", mountSource: "base")
        #expect(mounted == image.digest)
        // Only the manifest was sent.
        #expect(server.count(.put) == puts + 1)
      }
    }
    #expect(client.lines.count { $0.hasSuffix("mounted") } == 3)
  }

  @Test func `a mount that the registry does not make becomes an upload`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      let digest = try await client.with {
        try await client.push(image, with: $0, to: port, mountSource: "nowhere")
      }
      #expect(digest == image.digest)
    }
    #expect(client.lines.count { $0.contains("pushed") } == 3)
  }

  @Test func `a registry stops although a client keeps its connections`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage()
    try await client.with { registry in
      // Once more: the connections that the client kept lead nowhere now.
      for tag in ["v1", "v2"] {
        let digest = try await server.run { port in
          try await client.push(image, with: registry, to: port, tag: tag)
        }
        #expect(digest == image.digest)
      }
    }
    #expect(try server.store.tags(of: RepositoryName("app")) == ["v1", "v2"])
  }

  @Test func `an unknown image is nil`() async throws {
    let server = try Server()
    let client = try Client()
    try await server.run { port in
      let found = try await client.with { try await client.pull(with: $0, from: port) }
      #expect(found == nil)
    }
  }

  @Test func `blobs that are here already are not fetched`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage()
    try await server.run { port in
      try await client.with { registry in
        _ = try await client.push(image, with: registry, to: port)
        _ = try await client.pull(with: registry, from: port)
      }
    }
    #expect(server.count(.get) { $0.contains("/blobs/") } == 0)
  }

  @Test func `the manifest of the wanted platform is taken from an index`() async throws {
    let server = try Server()
    let client = try Client()
    let amd64 = try client.makeImage(layers: ["amd64"])
    let arm64 = try client.makeImage(layers: ["arm64"])
    let index = ImageIndex(manifests: [
      descriptor(amd64, Platform(os: "linux", architecture: "amd64")),
      descriptor(arm64, Platform(os: "linux", architecture: "arm64")),
    ]).encoded()
    try await server.run { port in
      try await client.with { registry in
        _ = try await client.push(amd64, with: registry, to: port, tag: "amd64")
        _ = try await client.push(arm64, with: registry, to: port, tag: "arm64")
        try server.store.put(
          index, mediaType: .ociIndex, as: ManifestReference("v1"), in: RepositoryName("app"))
        let found = try await client.pull(
          with: registry, from: port, platform: Platform(os: "linux", architecture: "arm64", variant: "v8"))
        #expect(found?.digest == arm64.digest)
        await #expect {
          try await client.pull(with: registry, from: port, platform: Platform(os: "linux", architecture: "riscv64"))
        } throws: {
          isTransferError($0, .notFound, "linux/amd64, linux/arm64", "linux/riscv64")
        }
      }
    }
  }

  private func descriptor(_ image: StoredImage, _ platform: Platform) -> Descriptor {
    Descriptor(
      mediaType: image.manifest.mediaType, digest: image.digest, size: image.manifest.size, platform: platform)
  }

  @Test func `the roles push to and fetch from the embedded registry under the full name`() async throws {
    let server = try Server()
    let sender = try Client()
    let receiver = try Client()
    let image = try sender.makeImage()
    let reference = ImageReference("123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-1")
    try await server.run { port in
      let endpoint = RegistryEndpoint(registry: "127.0.0.1:\(port)")
      try await sender.with { client in
        let destination = RegistryImageDestination.embedded(at: endpoint, client: client, blobs: sender.blobs)
        let pushed = try await destination.push(image, to: reference, output: .discard)
        #expect(pushed == image.digest)
      }
      try await receiver.with { client in
        let source = EmbeddedRegistrySource(client: client, endpoint: endpoint, blobs: receiver.blobs)
        #expect(try await source.fetch(reference, platform: .host, output: .discard)?.digest == image.digest)
        let other = try ImageReference("\(reference.name):new-2")
        #expect(try await source.fetch(other, platform: .host, output: .discard) == nil)
      }
    }
    let name = try RepositoryName("123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image")
    #expect(try server.store.tags(of: name) == ["new-1"])
  }

  @Test func `a blob that is missing here cannot be pushed`() async throws {
    let server = try Server()
    let client = try Client()
    let image = try client.makeImage()
    let layer = try #require(try client.blobs.manifest(of: image).layers.first)
    try client.blobs.remove(layer.digest)
    try await server.run { port in
      try await client.with { registry in
        let destination = RegistryImageDestination.remote(
          "127.0.0.1:\(port)", client: registry, blobs: client.blobs)
        let reference = try ImageReference("127.0.0.1:\(port)/app:v1")
        await #expect {
          try await destination.push(image, to: reference, output: .discard)
        } throws: {
          isTransferError($0, .notFound, "app:v1", layer.digest.description)
        }
      }
    }
    #expect(server.count(.put) { $0.contains("manifests") } == 0)
  }

  @Test func `a mirror is asked first and passed over when it fails`() async throws {
    let origin = try Server()
    let broken = try Server { _ in .text(.forbidden) }
    let sender = try Client()
    let receiver = try Client()
    let image = try sender.makeImage()
    try await origin.run { port in
      try await broken.run { mirror in
        _ = try await sender.with { try await sender.push(image, with: $0, to: port) }
        var configuration = RegistryConfiguration()
        configuration.registries["127.0.0.1:\(port)"] = .init(
          mirrors: [try RegistryEndpoint(address: "127.0.0.1:\(mirror)")])
        try await receiver.with(configuration) { client in
          let source = RegistryImageSource(client: client, blobs: receiver.blobs)
          let reference = try ImageReference("127.0.0.1:\(port)/app:v1")
          let found = try await source.fetch(reference, platform: .host, output: receiver.output)
          #expect(found?.digest == image.digest)
        }
        #expect(broken.seen.count == 1)
        #expect(receiver.lines.first?.contains("mirror 127.0.0.1:\(mirror) is passed over") == true)
      }
    }
  }
}
