import HTTPTypes
import OCI
import Testing

@testable import RegistryServer

struct ListTests {
  private let registry: TestRegistry

  init() throws {
    registry = try TestRegistry()
  }

  @Test func `the base of the protocol answers`() async throws {
    let answer = try await registry.send(.get, "/v2/")
    #expect(answer.status == 200)
    #expect(answer.text == "{}")
  }

  @Test func `tags are sorted and come in pages`() async throws {
    for tag in ["v2", "V1", "latest", "v10"] { try await registry.pushImage(to: "app", tag: tag) }
    let all = try await registry.send(.get, "/v2/app/tags/list")
    #expect(all.text == #"{"name":"app","tags":["V1","latest","v10","v2"]}"#)
    #expect(all.headers[.link] == nil)
    let first = try await registry.send(.get, "/v2/app/tags/list?n=2")
    #expect(first.text == #"{"name":"app","tags":["V1","latest"]}"#)
    #expect(first.headers[.link] == #"</v2/app/tags/list?n=2&last=latest>; rel="next""#)
    let last = try await registry.send(.get, "/v2/app/tags/list?n=2&last=latest")
    #expect(last.text == #"{"name":"app","tags":["v10","v2"]}"#)
    #expect(last.headers[.link] == nil)
    let none = try await registry.send(.get, "/v2/app/tags/list?n=0")
    #expect(none.text == #"{"name":"app","tags":[]}"#)
    let between = try await registry.send(.get, "/v2/app/tags/list?last=m")
    #expect(between.text == #"{"name":"app","tags":["v10","v2"]}"#)
  }

  @Test(arguments: ["-1", "x", "1.5"])
  func `a page needs a count`(n: String) async throws {
    try await registry.pushImage(to: "app", tag: "v1")
    #expect(try await registry.send(.get, "/v2/app/tags/list?n=\(n)").status == 400)
  }

  @Test func `an unknown repository has no list`() async throws {
    let answer = try await registry.send(.get, "/v2/app/tags/list")
    #expect(answer.status == 404)
    #expect(answer.refuses(with: "NAME_UNKNOWN"))
  }

  @Test func `repositories may lie below one another`() async throws {
    let names = ["a", "a/b", "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image", "a/b/c"]
    for name in names { try await registry.pushImage(to: name, tag: "v1") }
    try await registry.upload([1], to: "only-blobs")
    #expect(try registry.store.repositories().map(\.text) == names.sorted())
    let answer = try await registry.send(.get, "/v2/_catalog?n=1&last=a")
    #expect(answer.text == #"{"repositories":["a/b"]}"#)
    #expect(answer.headers[.link] == #"</v2/_catalog?n=1&last=a/b>; rel="next""#)
  }

  @Test func `an empty store has no repositories`() throws {
    #expect(try registry.store.repositories().isEmpty)
  }

  @Test func `a method that the path does not have is refused`() async throws {
    let answer = try await registry.send(.put, "/v2/_catalog")
    #expect(answer.status == 405)
    #expect(answer.refuses(with: "UNSUPPORTED"))
    #expect(try await registry.send(.get, "/nothing").status == 404)
  }

  @Test func `a store opened anew has what was pushed`() async throws {
    let digest = try await registry.pushImage(to: "app", tag: "v1")
    let again = TestRegistry(in: registry.directory)
    #expect(try again.store.manifest(RepositoryName("app"), ManifestReference("v1")).digest == digest)
  }
}
