import HTTPTypes
import Model
import OCI
import Testing

@testable import RegistryServer

struct BlobTests {
  private let bytes = Array("0123456789".utf8)

  @Test func `a blob that was uploaded is served with its digest`() async throws {
    let registry = try TestRegistry()
    let digest = try await registry.upload(bytes, to: "app")
    let answer = try await registry.send(.get, "/v2/app/blobs/\(digest)")
    #expect(answer.status == 200)
    #expect(answer.body == bytes)
    #expect(answer.headers[.dockerContentDigest] == digest.description)
    #expect(answer.headers[.contentLength] == "10")
  }

  @Test func `HEAD tells the length and sends nothing`() async throws {
    let registry = try TestRegistry()
    let digest = try await registry.upload(bytes, to: "app")
    let answer = try await registry.send(.head, "/v2/app/blobs/\(digest)")
    #expect(answer.status == 200)
    #expect(answer.body.isEmpty)
    #expect(answer.headers[.contentLength] == "10")
  }

  @Test func `a part of a blob is served`() async throws {
    let registry = try TestRegistry()
    let digest = try await registry.upload(bytes, to: "app")
    let answer = try await registry.send(.get, "/v2/app/blobs/\(digest)", headers: [.range: "bytes=3-5"])
    #expect(answer.status == 206)
    #expect(answer.text == "345")
    #expect(answer.headers[.contentRange] == "bytes 3-5/10")
    let beyond = try await registry.send(.get, "/v2/app/blobs/\(digest)", headers: [.range: "bytes=10-"])
    #expect(beyond.status == 416)
    #expect(beyond.headers[.contentRange] == "bytes */10")
  }

  @Test func `a blob of the store is hidden from repositories that it was not pushed to`() async throws {
    let registry = try TestRegistry()
    let digest = try registry.blobs.put(bytes)
    try await registry.upload(bytes, to: "other")
    let answer = try await registry.send(.get, "/v2/app/blobs/\(digest)")
    #expect(answer.status == 404)
    #expect(answer.refuses(with: "BLOB_UNKNOWN"))
  }

  @Test func `a link without its blob shows nothing`() async throws {
    let registry = try TestRegistry()
    let digest = try await registry.upload(bytes, to: "app")
    try registry.blobs.remove(digest)
    #expect(try await registry.send(.head, "/v2/app/blobs/\(digest)").status == 404)
  }

  @Test func `a deleted blob is gone from its repository alone`() async throws {
    let registry = try TestRegistry()
    let digest = try await registry.upload(bytes, to: "app")
    try await registry.upload(bytes, to: "other")
    #expect(try await registry.send(.delete, "/v2/app/blobs/\(digest)").status == 202)
    #expect(try await registry.send(.head, "/v2/app/blobs/\(digest)").status == 404)
    #expect(try await registry.send(.delete, "/v2/app/blobs/\(digest)").status == 404)
    #expect(try await registry.send(.head, "/v2/other/blobs/\(digest)").status == 200)
  }

  @Test func `a mount shows a blob in a second repository without sending it`() async throws {
    let registry = try TestRegistry()
    let digest = try await registry.upload(bytes, to: "app")
    let answer = try await registry.send(.post, "/v2/copy/blobs/uploads/?mount=\(digest)&from=app")
    #expect(answer.status == 201)
    #expect(answer.headers[.location] == "/v2/copy/blobs/\(digest)")
    #expect(try await registry.send(.get, "/v2/copy/blobs/\(digest)").body == bytes)
  }

  @Test(arguments: ["from=other", "from=NOT/valid", ""])
  func `a mount that cannot be made opens an upload`(source: String) async throws {
    let registry = try TestRegistry()
    let digest = try await registry.upload(bytes, to: "app")
    let answer = try await registry.send(.post, "/v2/copy/blobs/uploads/?mount=\(digest)&\(source)")
    #expect(answer.status == 202)
    #expect(answer.headers[.location]?.hasPrefix("/v2/copy/blobs/uploads/") == true)
  }
}
