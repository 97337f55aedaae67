import Model
import Testing

@testable import RegistryServer

struct EndpointTests {
  private static let digest = "sha256:" + String(repeating: "a", count: 64)

  @Test(arguments: [
    ("/v2", "base"),
    ("/v2/", "base"),
    ("/v2/_catalog", "catalog"),
    ("/v2/app/tags/list", "tags app"),
    ("/v2/app/manifests/new-1", "manifest app new-1"),
    ("/v2/a/b/c/manifests/\(digest)", "manifest a/b/c \(digest)"),
    ("/v2/app/blobs/\(digest)", "blob app \(digest)"),
    ("/v2/app/blobs/uploads/", "uploads app"),
    ("/v2/app/blobs/uploads", "uploads app"),
    ("/v2/app/blobs/uploads/0f", "upload app 0f"),
    ("/v2/blobs/uploads/blobs/uploads/", "uploads blobs/uploads"),
    ("/v2/tags/list/tags/list", "tags tags/list"),
    ("/v2/app/referrers/\(digest)", "referrers app \(digest)"),
    (
      "/v2/123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image/manifests/new-1",
      "manifest 123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image new-1"
    ),
  ])
  func `a path is read from its end`(path: String, expected: String) throws {
    let text =
      switch try Endpoint(path: path) {
      case .base: "base"
      case .catalog: "catalog"
      case .blob(let name, let digest): "blob \(name) \(digest)"
      case .uploads(let name): "uploads \(name)"
      case .upload(let name, let identifier): "upload \(name) \(identifier)"
      case .manifest(let name, let reference): "manifest \(name) \(reference)"
      case .tags(let name): "tags \(name)"
      case .referrers(let name, let digest): "referrers \(name) \(digest)"
      }
    #expect(text == expected)
  }

  @Test(arguments: [
    ("/", RegistryServerError.Code.unsupported),
    ("/v1/app/tags/list", .unsupported),
    ("/v2/app", .unsupported),
    ("/v2/app/nothing/x", .unsupported),
    ("/v2/App/tags/list", .nameInvalid),
    ("/v2/../../etc/tags/list", .nameInvalid),
    ("/v2/app/_manifests/tags/list", .nameInvalid),
    ("/v2/tags/list", .nameInvalid),
    ("/v2/app/manifests/.hidden", .tagInvalid),
    ("/v2/app/manifests/sha512:00", .digestInvalid),
    ("/v2/app/blobs/latest", .digestInvalid),
  ])
  func `a path that the protocol does not have is refused`(path: String, code: RegistryServerError.Code) {
    #expect { try Endpoint(path: path) } throws: { ($0 as? RegistryServerError)?.code == code }
  }

  @Test func `the path and the query are percent-decoded`() throws {
    let target = try RequestTarget("/v2/app/blobs/sha256%3Aab?digest=sha256%3aff&mount=&flag&n=1&n=2")
    #expect(target.path == "/v2/app/blobs/sha256:ab")
    #expect(target.query == ["digest": "sha256:ff", "mount": "", "flag": "", "n": "1"])
  }

  @Test(arguments: ["/v2/%", "/v2/%a", "/v2/%zz", "/v2/%+1"])
  func `a percent sign without two digits is refused`(path: String) {
    #expect(throws: RegistryServerError.self) { try RequestTarget(path) }
  }
}
