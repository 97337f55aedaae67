import Model
import TestSupport
import Testing

@testable import RegistryClient

struct PlaceTests {
  @Test(arguments: [
    ("docker.io", "https registry-1.docker.io"),
    ("ghcr.io", "https ghcr.io"),
    ("registry.example.com:5000", "https registry.example.com:5000"),
    ("localhost:5000", "http localhost:5000"),
    ("127.0.0.1:5000", "http 127.0.0.1:5000"),
    ("127.8.8.8", "http 127.8.8.8"),
    ("127.0.0.1.example.com", "https 127.0.0.1.example.com"),
    ("localhost.example.com", "https localhost.example.com"),
  ])
  func `a registry answers by HTTPS, but for this machine itself`(registry: String, expected: String) {
    let endpoint = RegistryConfiguration().endpoint(of: registry)
    #expect("\(endpoint.scheme) \(endpoint.authority)" == expected)
  }

  @Test(arguments: [
    ("mirror.example.com", "https mirror.example.com "),
    ("http://mirror.example.com:80/", "http mirror.example.com:80 "),
    ("https://mirror.example.com/docker//hub/", "https mirror.example.com /docker/hub"),
    ("localhost:5000/x", "http localhost:5000 /x"),
  ])
  func `an address in the settings is read`(address: String, expected: String) throws {
    let endpoint = try RegistryEndpoint(address: address)
    #expect("\(endpoint.scheme) \(endpoint.authority) \(endpoint.pathPrefix)" == expected)
  }

  @Test(arguments: ["", "https://", "user:secret@example.com", "example.com?x=1", "a b"])
  func `an address that is none is refused`(address: String) {
    #expect(throws: RegistryEndpoint.ParseError.invalid(address)) { try RegistryEndpoint(address: address) }
  }

  @Test func `settings change where a registry answers`() throws {
    var configuration = RegistryConfiguration()
    configuration.registries["plain.example.com"] = .init(plainHTTP: true)
    configuration.registries["localhost:1"] = .init(plainHTTP: false)
    configuration.registries["docker.io"] = .init(mirrors: [try RegistryEndpoint(address: "mirror.example.com/hub")])
    #expect(configuration.endpoint(of: "plain.example.com").scheme == .http)
    #expect(configuration.endpoint(of: "localhost:1").scheme == .https)
    let places = configuration.locations(toPull: ImageReference("busybox"))
    #expect(places.map(\.endpoint.authority) == ["mirror.example.com", "registry-1.docker.io"])
    #expect(places.map(\.repository) == ["library/busybox", "library/busybox"])
    #expect(configuration.location(toPush: ImageReference("busybox")).endpoint.authority == "registry-1.docker.io")
  }

  @Test(arguments: [
    (
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image:new-1",
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image"
    ),
    ("busybox", "docker.io/library/busybox"),
    ("localhost:5000/a/b", "localhost_5000/a/b"),
    ("GHCR.io/a/b", "ghcr.io/a/b"),
  ])
  func `the embedded registry keeps the whole name`(reference: String, repository: String) throws {
    let endpoint = RegistryEndpoint(registry: "127.0.0.1:5000")
    #expect(RegistryLocation.embedded(try ImageReference(reference), at: endpoint).repository == repository)
  }

  @Test func `a wait doubles and is bounded, and follows Retry-After within its bound`() {
    let policy = RetryPolicy(limit: 5, firstDelay: .seconds(1), longestDelay: .seconds(10))
    #expect((0..<6).map { policy.delay(attempt: $0, retryAfter: nil) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(policy.delay(attempt: 0, retryAfter: "7") == .seconds(7))
    #expect(policy.delay(attempt: 0, retryAfter: "9223372036854775807") == .seconds(10))
    #expect(policy.delay(attempt: 1, retryAfter: "Wed, 21 Oct 2015 07:28:00 GMT") == .seconds(2))
    #expect(policy.delay(attempt: 9_000, retryAfter: "-1") == .seconds(10))
  }
}
