import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OCI

extension RegistryResponder {
  func manifest(_ reference: ManifestReference, in repository: RepositoryName) throws -> Response {
    let manifest = try store.manifest(repository, reference)
    return Response(
      status: .ok,
      headers: [
        .contentType: manifest.mediaType.rawValue, .dockerContentDigest: manifest.digest.description,
        .eTag: "\"\(manifest.digest)\"",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try store.bytes(of: manifest))))
  }

  func putManifest(
    _ reference: ManifestReference, in repository: RepositoryName, _ request: Request
  ) async throws -> Response {
    var bytes: [UInt8] = []
    for try await piece in request.body {
      guard bytes.count + piece.readableBytes <= RegistryStore.manifestLimit else {
        throw RegistryServerError(.manifestTooLarge, "a manifest may have at most \(RegistryStore.manifestLimit) bytes")
      }
      bytes.append(contentsOf: piece.readableBytesView)
    }
    let mediaType = request.head.headerFields[.contentType].map { header in
      MediaType(rawValue: String(header.prefix { $0 != ";" && $0 != " " }))
    }
    let (manifest, subject) = try store.put(bytes, mediaType: mediaType, as: reference, in: repository)
    var headers: HTTPFields = [
      .location: "/v2/\(repository)/manifests/\(manifest.digest)",
      .dockerContentDigest: manifest.digest.description,
    ]
    if let subject { headers[.ociSubject] = subject.description }
    return Response(status: .created, headers: headers)
  }
}
