import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OCI
import SystemPackage

@testable import RegistryServer

/// A store in a directory of its own, and its answers without a socket.
struct TestRegistry {
  let directory: TemporaryDirectory
  let blobs: BlobStore
  let store: RegistryStore

  init(in directory: TemporaryDirectory) {
    self.directory = directory
    blobs = BlobStore(root: directory.path.appending("blobs"))
    store = RegistryStore(directory: directory.path.appending("registry"), blobs: blobs)
  }

  init() throws { self.init(in: try TemporaryDirectory()) }

  func send(
    _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8] = []
  ) async throws -> Answer {
    let head = HTTPRequest(
      method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers)
    let responder = RegistryResponder(store: store, log: { _ in })
    let response = try await responder.respond(
      to: Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body))))
    let collector = Collector()
    try await response.body.write(collector)
    return Answer(status: response.status.code, headers: response.headers, body: collector.bytes)
  }

  /// Uploads a blob in one request.
  @discardableResult
  func upload(_ bytes: [UInt8], to repository: String) async throws -> Digest {
    let digest = Digest(of: bytes)
    let answer = try await send(.post, "/v2/\(repository)/blobs/uploads/?digest=\(digest)", body: bytes)
    guard answer.status == 201 else { throw answer }
    return digest
  }

  /// Uploads a configuration and a layer.
  /// - Returns: the bytes of a manifest that names them.
  func uploadImage(to repository: String, layer: [UInt8] = Array("layer".utf8)) async throws -> [UInt8] {
    let configuration = Array("{}".utf8)
    return ImageManifest(
      config: Descriptor(
        mediaType: .ociConfiguration, digest: try await upload(configuration, to: repository),
        size: Int64(configuration.count)),
      layers: [
        Descriptor(
          mediaType: .ociLayerGzip, digest: try await upload(layer, to: repository), size: Int64(layer.count))
      ]
    ).encoded()
  }

  @discardableResult
  func pushImage(to repository: String, tag: String, layer: [UInt8] = Array("layer".utf8)) async throws -> Digest {
    let manifest = try await uploadImage(to: repository, layer: layer)
    let answer = try await send(
      .put, "/v2/\(repository)/manifests/\(tag)", headers: [.contentType: MediaType.ociManifest.rawValue],
      body: manifest)
    guard answer.status == 201 else { throw answer }
    return Digest(of: manifest)
  }
}

struct Answer: Error {
  var status: Int
  var headers: HTTPFields
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  /// Whether the body is the specification's JSON with this code.
  func refuses(with code: String) -> Bool { text.hasPrefix(#"{"errors":[{"code":"\#(code)","message":""#) }
}

/// Not shared: the writer is used by one task.
private final class Collector: ResponseBodyWriter {
  var bytes: [UInt8] = []

  func write(_ buffer: ByteBuffer) async throws { bytes.append(contentsOf: buffer.readableBytesView) }
  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
