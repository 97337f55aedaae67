import Engine
import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OCI
import RegistryClient
import SystemPackage
import Testing

@testable import RegistryServer

struct ChunkedUploadTests {
  private let content = [UInt8]((0..<10_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
  private var configuration: RegistryConfiguration {
    var configuration = RegistryConfiguration()
    configuration.monolithicLimit = 4_000
    configuration.chunkSize = 4_000
    return configuration
  }

  private func push(to server: Server, _ client: Client) async throws -> [String] {
    let image = try client.makeImage(configuration: Array("{}".utf8), layers: [client.blobs.put(content)])
    try await server.run { port in
      let digest = try await client.with(configuration) { try await client.push(image, with: $0, to: port) }
      #expect(digest == image.digest)
    }
    #expect(try server.store.blobs.read(Digest(of: content)) == content)
    return server.seen.filter { $0.method == "PATCH" }.compactMap { $0.headers[.contentRange] }
  }

  @Test func `a very large blob goes in chunks`() async throws {
    let chunks = try await push(to: Server(), Client())
    #expect(chunks == ["0-3999", "4000-7999", "8000-9999"])
  }

  @Test func `a chunk that failed is sent again from where the registry is`() async throws {
    let patches = Counter()
    let server = try Server { request in
      request.head.method == .patch && patches.next() == 1 ? .text(.badGateway) : nil
    }
    let client = try Client()
    let chunks = try await push(to: server, client)
    #expect(chunks == ["0-3999", "4000-7999", "4000-7999", "8000-9999"])
    #expect(client.waits.count == 1)
    #expect(server.count(.get) { $0.contains("/uploads/") } == 1)
  }

  @Test func `a registry may ask for larger chunks`() async throws {
    let name = try #require(HTTPField.Name("OCI-Chunk-Min-Length"))
    let patches = Counter()
    let directory = try TemporaryDirectory()
    let store = RegistryStore(
      directory: directory.path.appending("registry"), blobs: BlobStore(root: directory.path.appending("blobs")))
    let server = try Server { request in
      var response = try await RegistryResponder(store: store, log: { _ in }).respond(to: request)
      if request.head.method == .patch, patches.next() == 0 { response.headers[name] = "5000" }
      return response
    }
    let client = try Client()
    let image = try client.makeImage(configuration: Array("{}".utf8), layers: [client.blobs.put(content)])
    try await server.run { port in
      _ = try await client.with(configuration) { try await client.push(image, with: $0, to: port) }
    }
    let chunks = server.seen.filter { $0.method == "PATCH" }.compactMap { $0.headers[.contentRange] }
    #expect(chunks == ["0-3999", "4000-8999", "9000-9999"])
  }

  @Test func `a chunk that fails again and again ends the push`() async throws {
    let server = try Server { $0.head.method == .patch ? .text(.badGateway) : nil }
    let client = try Client()
    let image = try client.makeImage(configuration: Array("{}".utf8), layers: [client.blobs.put(content)])
    try await server.run { port in
      await #expect {
        try await client.with(configuration, retry: RetryPolicy(limit: 1)) {
          try await client.push(image, with: $0, to: port)
        }
      } throws: {
        isTransferError($0, .unreachable, "502")
      }
    }
    #expect(server.count(.patch) == 4)
  }
}
