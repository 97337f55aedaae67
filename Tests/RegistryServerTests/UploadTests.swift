import HTTPTypes
import Model
import OCI
import Testing

@testable import RegistryServer

struct UploadTests {
  private let registry: TestRegistry
  private let bytes = Array("0123456789".utf8)
  private var digest: Digest { Digest(of: bytes) }

  init() throws {
    registry = try TestRegistry()
  }

  private func start(in repository: String = "app") async throws -> String {
    let answer = try await registry.send(.post, "/v2/\(repository)/blobs/uploads/")
    #expect(answer.status == 202)
    return try #require(answer.headers[.location])
  }

  @Test func `POST and PUT push a blob`() async throws {
    let location = try await start()
    let answer = try await registry.send(.put, "\(location)?digest=\(digest)", body: bytes)
    #expect(answer.status == 201)
    #expect(answer.headers[.location] == "/v2/app/blobs/\(digest)")
    #expect(answer.headers[.dockerContentDigest] == digest.description)
    #expect(try await registry.send(.get, "/v2/app/blobs/\(digest)").body == bytes)
    #expect(try await registry.send(.get, location).status == 404)
  }

  @Test func `an empty blob can be pushed`() async throws {
    let location = try await start()
    let empty = Digest(of: [UInt8]())
    #expect(try await registry.send(.put, "\(location)?digest=\(empty)").status == 201)
    #expect(try await registry.send(.head, "/v2/app/blobs/\(empty)").headers[.contentLength] == "0")
  }

  @Test func `chunks in order make a blob`() async throws {
    let location = try await start()
    let first = try await registry.send(
      .patch, location, headers: [.contentRange: "0-3"], body: Array(bytes[..<4]))
    #expect(first.status == 202)
    #expect(first.headers[.range] == "0-3")
    // Without a Content-Range the chunk continues where the last one ended.
    let second = try await registry.send(.patch, location, body: Array(bytes[4..<7]))
    #expect(second.headers[.range] == "0-6")
    let progress = try await registry.send(.get, location)
    #expect(progress.status == 204)
    #expect(progress.headers[.range] == "0-6")
    let last = try await registry.send(
      .put, "\(location)?digest=\(digest)", headers: [.contentRange: "7-9"], body: Array(bytes[7...]))
    #expect(last.status == 201)
    #expect(try await registry.send(.get, "/v2/app/blobs/\(digest)").body == bytes)
  }

  @Test(arguments: [HTTPRequest.Method.patch, .put])
  func `a chunk out of order is refused and changes nothing`(method: HTTPRequest.Method) async throws {
    let location = try await start()
    _ = try await registry.send(.patch, location, headers: [.contentRange: "0-3"], body: Array(bytes[..<4]))
    for range in ["0-3", "5-9"] {
      let path = method == .put ? "\(location)?digest=\(digest)" : location
      let answer = try await registry.send(method, path, headers: [.contentRange: range], body: Array(bytes[4...]))
      #expect(answer.status == 416)
      #expect(answer.headers[.range] == "0-3")
      #expect(answer.headers[.location] == location)
    }
    #expect(
      try await registry.send(.put, "\(location)?digest=\(digest)", body: Array(bytes[4...])).status == 201)
  }

  @Test func `a chunk of another length than announced is taken back`() async throws {
    let location = try await start()
    let answer = try await registry.send(
      .patch, location, headers: [.contentRange: "0-5"], body: Array(bytes[..<4]))
    #expect(answer.status == 400)
    #expect(answer.refuses(with: "SIZE_INVALID"))
    #expect(try registry.store.upload(identifier(location), in: RepositoryName("app")).size() == 0)
  }

  @Test func `bytes with another digest are refused`() async throws {
    let location = try await start()
    let other = Digest(of: Array("other".utf8))
    let answer = try await registry.send(.put, "\(location)?digest=\(other)", body: bytes)
    #expect(answer.status == 400)
    #expect(answer.refuses(with: "DIGEST_INVALID"))
    #expect(!registry.blobs.contains(digest))
    #expect(try await registry.send(.head, "/v2/app/blobs/\(other)").status == 404)
  }

  @Test func `a chunked upload with another digest is refused and forgotten`() async throws {
    let location = try await start()
    _ = try await registry.send(.patch, location, body: bytes)
    let answer = try await registry.send(.put, "\(location)?digest=\(Digest(of: Array("other".utf8)))")
    #expect(answer.refuses(with: "DIGEST_INVALID"))
    #expect(try await registry.send(.get, location).status == 404)
  }

  @Test(arguments: ["", "?digest=", "?digest=md5:00"])
  func `an upload is finished with a digest`(query: String) async throws {
    let location = try await start()
    let answer = try await registry.send(.put, location + query, body: bytes)
    #expect(answer.status == 400)
    #expect(answer.refuses(with: "DIGEST_INVALID"))
  }

  @Test func `a cancelled upload is unknown`() async throws {
    let location = try await start()
    #expect(try await registry.send(.delete, location).status == 204)
    let answer = try await registry.send(.patch, location, body: bytes)
    #expect(answer.status == 404)
    #expect(answer.refuses(with: "BLOB_UPLOAD_UNKNOWN"))
  }

  @Test func `an upload belongs to its repository`() async throws {
    let location = try await start(in: "other")
    #expect(try await registry.send(.patch, "/v2/app/blobs/uploads/\(identifier(location))").status == 404)
  }

  @Test(arguments: ["..%2F..%2Fsecret", "..", "UPPER", "%2e%2e"])
  func `an identifier cannot leave the directory`(identifier: String) async throws {
    #expect(try await registry.send(.get, "/v2/app/blobs/uploads/\(identifier)").status == 404)
  }

  @Test func `one upload has one writer at a time`() async throws {
    let location = try await start()
    let session = try registry.store.upload(identifier(location), in: RepositoryName("app"))
    let file = try session.open()
    #expect { try session.open() } throws: { ($0 as? RegistryServerError)?.code == .blobUploadInvalid }
    withExtendedLifetime(file) {}
  }

  @Test func `an upload goes on in another process`() async throws {
    let location = try await start()
    _ = try await registry.send(.patch, location, body: Array(bytes[..<4]))
    let other = TestRegistry(in: registry.directory)
    #expect(try await other.send(.put, "\(location)?digest=\(digest)", body: Array(bytes[4...])).status == 201)
    #expect(try await registry.send(.get, "/v2/app/blobs/\(digest)").body == bytes)
  }

  private func identifier(_ location: String) -> String {
    location.split(separator: "/").last.map(String.init) ?? ""
  }
}
