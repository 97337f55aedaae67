import HTTPTypes
import Model
import OCI
import Testing

@testable import RegistryServer

struct ManifestTests {
  private let registry: TestRegistry
  private let ociManifest: HTTPFields = [.contentType: MediaType.ociManifest.rawValue]

  init() throws {
    registry = try TestRegistry()
  }

  @Test(arguments: ["app", "123456789012.dkr.ecr.us-east-1.amazonaws.com/test-image", "a/b-c/d__e.f"])
  func `a manifest is served by tag and by digest, byte for byte`(repository: String) async throws {
    let manifest = try await registry.uploadImage(to: repository)
    let digest = Digest(of: manifest)
    let put = try await registry.send(
      .put, "/v2/\(repository)/manifests/new-1", headers: ociManifest, body: manifest)
    #expect(put.status == 201)
    #expect(put.headers[.dockerContentDigest] == digest.description)
    #expect(put.headers[.location] == "/v2/\(repository)/manifests/\(digest)")
    for reference in ["new-1", digest.description] {
      let got = try await registry.send(.get, "/v2/\(repository)/manifests/\(reference)")
      #expect(got.status == 200)
      #expect(got.body == manifest)
      #expect(got.headers[.contentType] == MediaType.ociManifest.rawValue)
      #expect(got.headers[.dockerContentDigest] == digest.description)
      let head = try await registry.send(.head, "/v2/\(repository)/manifests/\(reference)")
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      #expect(head.headers[.contentLength] == String(manifest.count))
    }
  }

  @Test func `a manifest is unknown in another repository`() async throws {
    let digest = try await registry.pushImage(to: "app", tag: "v1")
    for reference in ["v1", digest.description] {
      let answer = try await registry.send(.get, "/v2/other/manifests/\(reference)")
      #expect(answer.status == 404)
      #expect(answer.refuses(with: "MANIFEST_UNKNOWN"))
    }
  }

  @Test func `a tag moves to the manifest that was pushed last`() async throws {
    let first = try await registry.pushImage(to: "app", tag: "v1")
    let second = try await registry.pushImage(to: "app", tag: "v1", layer: Array("another".utf8))
    #expect(first != second)
    let answer = try await registry.send(.head, "/v2/app/manifests/v1")
    #expect(answer.headers[.dockerContentDigest] == second.description)
    #expect(try await registry.send(.head, "/v2/app/manifests/\(first)").status == 200)
  }

  @Test func `a manifest whose blobs are missing is refused, also when the store has them`() async throws {
    let manifest = try await registry.uploadImage(to: "other")
    let answer = try await registry.send(.put, "/v2/app/manifests/v1", headers: ociManifest, body: manifest)
    #expect(answer.status == 404)
    #expect(answer.refuses(with: "MANIFEST_BLOB_UNKNOWN"))
    #expect(try await registry.send(.get, "/v2/app/manifests/v1").status == 404)
  }

  @Test func `a manifest under another digest is refused`() async throws {
    let manifest = try await registry.uploadImage(to: "app")
    let other = Digest(of: Array("other".utf8))
    let answer = try await registry.send(.put, "/v2/app/manifests/\(other)", headers: ociManifest, body: manifest)
    #expect(answer.status == 400)
    #expect(answer.refuses(with: "DIGEST_INVALID"))
  }

  @Test func `a manifest by digest has no tag`() async throws {
    let manifest = try await registry.uploadImage(to: "app")
    let path = "/v2/app/manifests/\(Digest(of: manifest))"
    #expect(try await registry.send(.put, path, headers: ociManifest, body: manifest).status == 201)
    #expect(try registry.store.tags(of: RepositoryName("app")).isEmpty)
  }

  @Test(arguments: [
    ("no JSON", MediaType.ociManifest.rawValue),
    (#"{"schemaVersion":1}"#, MediaType.ociManifest.rawValue),
    (#"{"schemaVersion":2}"#, "text/plain"),
    (#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json"}"#, MediaType.ociManifest.rawValue),
    (#"{"schemaVersion":2,"layers":[{"digest":"sha512:00","size":1}]}"#, MediaType.ociManifest.rawValue),
  ])
  func `what is no manifest is refused`(text: String, mediaType: String) async throws {
    let answer = try await registry.send(
      .put, "/v2/app/manifests/v1", headers: [.contentType: mediaType], body: Array(text.utf8))
    #expect(answer.status == 400)
    #expect(answer.refuses(with: "MANIFEST_INVALID"))
  }

  @Test func `a blob of another size than the manifest says is refused`() async throws {
    let layer = Array("layer".utf8)
    let digest = try await registry.upload(layer, to: "app")
    let manifest = ImageManifest(
      config: Descriptor(mediaType: .ociConfiguration, digest: digest, size: 4), layers: [])
    let answer = try await registry.send(
      .put, "/v2/app/manifests/v1", headers: ociManifest, body: manifest.encoded())
    #expect(answer.refuses(with: "MANIFEST_INVALID"))
  }

  @Test func `a manifest of more than 4 MiB is refused`() async throws {
    let body = [UInt8](repeating: 0x20, count: RegistryStore.manifestLimit + 1)
    let answer = try await registry.send(.put, "/v2/app/manifests/v1", headers: ociManifest, body: body)
    #expect(answer.status == 413)
  }

  @Test func `an index needs its manifests`() async throws {
    let manifest = try await registry.uploadImage(to: "app")
    let index = ImageIndex(manifests: [
      Descriptor(mediaType: .ociManifest, digest: Digest(of: manifest), size: Int64(manifest.count))
    ]).encoded()
    let headers: HTTPFields = [.contentType: MediaType.ociIndex.rawValue]
    let early = try await registry.send(.put, "/v2/app/manifests/all", headers: headers, body: index)
    #expect(early.refuses(with: "MANIFEST_BLOB_UNKNOWN"))
    _ = try await registry.send(
      .put, "/v2/app/manifests/\(Digest(of: manifest))", headers: ociManifest, body: manifest)
    #expect(try await registry.send(.put, "/v2/app/manifests/all", headers: headers, body: index).status == 201)
    let answer = try await registry.send(.get, "/v2/app/manifests/all")
    #expect(answer.headers[.contentType] == MediaType.ociIndex.rawValue)
  }

  @Test func `a deleted tag leaves the manifest`() async throws {
    let digest = try await registry.pushImage(to: "app", tag: "v1")
    #expect(try await registry.send(.delete, "/v2/app/manifests/v1").status == 202)
    #expect(try await registry.send(.get, "/v2/app/manifests/v1").status == 404)
    #expect(try await registry.send(.get, "/v2/app/manifests/\(digest)").status == 200)
    #expect(try await registry.send(.delete, "/v2/app/manifests/v1").status == 404)
  }

  @Test func `a deleted manifest takes its tags with it`() async throws {
    let digest = try await registry.pushImage(to: "app", tag: "v1")
    try await registry.pushImage(to: "app", tag: "v2")
    try await registry.pushImage(to: "app", tag: "other", layer: Array("another".utf8))
    #expect(try await registry.send(.delete, "/v2/app/manifests/\(digest)").status == 202)
    #expect(try registry.store.tags(of: RepositoryName("app")) == ["other"])
    #expect(try await registry.send(.get, "/v2/app/manifests/\(digest)").status == 404)
  }

  @Test func `manifests that refer to another one are listed`() async throws {
    let subject = try await registry.pushImage(to: "app", tag: "v1")
    let configuration = Array("{}".utf8)
    let digest = try await registry.upload(configuration, to: "app")
    let size = configuration.count
    func referrer(_ type: String) -> [UInt8] {
      Array(
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)","artifactType":"\(type)",\
        "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"\(digest)","size":\(size)},"layers":[],\
        "subject":{"mediaType":"\(MediaType.ociManifest)","digest":"\(subject)","size":1},"annotations":{"a":"b"}}
        """.utf8)
    }
    for type in ["text/sbom", "text/signature"] {
      let bytes = referrer(type)
      let answer = try await registry.send(
        .put, "/v2/app/manifests/\(Digest(of: bytes))", headers: ociManifest, body: bytes)
      #expect(answer.status == 201)
      #expect(answer.headers[.ociSubject] == subject.description)
    }
    let all = try await registry.send(.get, "/v2/app/referrers/\(subject)")
    #expect(all.headers[.contentType] == MediaType.ociIndex.rawValue)
    #expect(try ImageIndex(decoding: all.body).manifests.count == 2)
    let some = try await registry.send(.get, "/v2/app/referrers/\(subject)?artifactType=text/sbom")
    let found = try ImageIndex(decoding: some.body).manifests
    #expect(found.map(\.digest) == [Digest(of: referrer("text/sbom"))])
    #expect(found.first?.annotations == ["a": "b"])
    #expect(some.headers[.ociFiltersApplied] == "artifactType")
    _ = try await registry.send(.delete, "/v2/app/manifests/\(Digest(of: referrer("text/sbom")))")
    let rest = try await registry.send(.get, "/v2/app/referrers/\(subject)")
    #expect(try ImageIndex(decoding: rest.body).manifests.count == 1)
  }

  @Test func `nothing refers to an unknown manifest`() async throws {
    let answer = try await registry.send(.get, "/v2/app/referrers/\(Digest(of: [0]))")
    #expect(answer.status == 200)
    #expect(try ImageIndex(decoding: answer.body).manifests.isEmpty)
  }
}
