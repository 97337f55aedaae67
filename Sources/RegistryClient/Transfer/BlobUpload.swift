import AsyncHTTPClient
import Engine
import Model
import NIOCore
import NIOHTTP1
import OCI

/// Brings blobs of a blob store into one repository; see the OCI distribution specification, spec.md#pushing-blobs.
struct BlobUpload: Sendable {
  enum Outcome {
    case present
    case mounted
    case uploaded
  }

  let session: RegistrySession
  let blobs: BlobStore
  let mountSource: String?
  let monolithicLimit: Int64
  let chunkSize: Int64

  private var retry: RetryPolicy { session.transport.retry }

  /// - Throws: `ImageTransferError`, or `OCIError` when the blob is not in the store or is not as long as it should be.
  func push(_ descriptor: Descriptor) async throws -> Outcome {
    let size = try blobs.size(of: descriptor.digest)
    guard size == descriptor.size else {
      throw OCIError(.corrupt, "blob \(descriptor.digest) has \(size) bytes instead of \(descriptor.size)")
    }
    if try await isPresent(descriptor) { return .present }
    var attempt = 0
    while true {
      guard let uploadURL = try await start(descriptor) else { return .mounted }
      do {
        try await
          (size <= monolithicLimit ? sendWhole(descriptor, to: uploadURL) : sendChunks(descriptor, to: uploadURL))
        return .uploaded
      } catch let failure as PassingFailure {
        // What the session has of the blob now is not known: a new one is opened.
        guard attempt < retry.limit else { throw failure.error }
        try await session.transport.sleep(retry.delay(attempt: attempt, retryAfter: failure.retryAfter))
        attempt += 1
      }
    }
  }

  private func isPresent(_ descriptor: Descriptor) async throws -> Bool {
    let response = try await session.send(RegistryRequest(.HEAD, session.url("blobs/\(descriptor.digest)")))
    switch response.status {
    case .ok, .notFound:
      await response.discardBody()
      return response.status == .ok
    default: throw await session.failure(response, "does not say whether it has blob \(descriptor.digest)")
    }
  }

  /// Opens a session, or mounts.
  ///
  /// - Returns: where to send the bytes; nil when the blob was mounted.
  private func start(_ descriptor: Descriptor) async throws -> String? {
    var query: [(name: String, value: String)] = []
    if let mountSource { query = [("mount", descriptor.digest.description), ("from", mountSource)] }
    let url = session.url("blobs/uploads/").addingQuery(query)
    let response = try await session.send(RegistryRequest(.POST, url))
    switch response.status {
    case .created where mountSource != nil:
      await response.discardBody()
      return nil
    case .accepted:
      await response.discardBody()
      return try next(after: response, from: url)
    default:
      throw await session.failure(response, "does not take blob \(descriptor.digest)")
    }
  }

  private func next(after response: HTTPClientResponse, from url: String) throws -> String {
    guard let location = response.headers.first(name: "Location") else {
      throw ImageTransferError(
        .unexpectedResponse, "registry \(session.registry) does not say where an upload goes on")
    }
    return try RegistryTransport.resolve(location, against: url, registry: session.registry)
  }

  private func sendWhole(_ descriptor: Descriptor, to url: String) async throws {
    let slice = FileSlice(path: blobs.path(of: descriptor.digest), offset: 0, count: descriptor.size)
    try await finish(descriptor, at: url, body: descriptor.size == 0 ? .none : .file(slice))
  }

  private func finish(_ descriptor: Descriptor, at url: String, body: RegistryRequest.Body) async throws {
    let response = try await sendOnce(
      RegistryRequest(
        .PUT, url.addingQuery([("digest", descriptor.digest.description)]),
        headers: ["Content-Type": "application/octet-stream"], body: body, isRepeatable: false),
      of: descriptor)
    guard response.status == .created || response.status == .noContent else {
      throw await session.failure(response, "does not take blob \(descriptor.digest)")
    }
    await response.discardBody()
  }

  private func sendChunks(_ descriptor: Descriptor, to url: String) async throws {
    var url = url
    var offset: Int64 = 0
    var recoveries = 0
    var size = chunkSize
    while offset < descriptor.size {
      let count = min(size, descriptor.size - offset)
      let slice = FileSlice(path: blobs.path(of: descriptor.digest), offset: offset, count: count)
      let request = RegistryRequest(
        .PATCH, url,
        headers: [
          "Content-Type": "application/octet-stream", "Content-Range": "\(offset)-\(offset + count - 1)",
        ], body: .file(slice), isRepeatable: false)
      do {
        let response = try await sendOnce(request, of: descriptor)
        switch response.status {
        case .accepted:
          await response.discardBody()
          url = try next(after: response, from: url)
          offset += count
          if let least = response.headers.first(name: "OCI-Chunk-Min-Length").flatMap({ Int64($0) }) {
            size = max(size, least)
          }
          continue
        case .rangeNotSatisfiable where recoveries < retry.limit: await response.discardBody()
        default: throw await session.failure(response, "does not take blob \(descriptor.digest)")
        }
      } catch let failure as PassingFailure {
        guard recoveries < retry.limit else { throw failure }
        try await session.transport.sleep(retry.delay(attempt: recoveries, retryAfter: failure.retryAfter))
      }
      recoveries += 1
      (url, offset) = try await progress(of: descriptor, at: url)
    }
    try await finish(descriptor, at: url, body: .none)
  }

  /// Asks how much of an upload arrived.
  private func progress(of descriptor: Descriptor, at url: String) async throws -> (url: String, offset: Int64) {
    let response = try await session.send(RegistryRequest(.GET, url))
    guard response.status == .noContent else {
      throw await session.failure(response, "does not say how much it has of blob \(descriptor.digest)")
    }
    await response.discardBody()
    let last = response.headers.first(name: "Range")?.split(separator: "-").last.flatMap { Int64($0) }
    // `0-0` is also what registries say of an upload that has not begun, and no chunk is a single byte.
    let offset = last.map { $0 == 0 ? 0 : $0 + 1 } ?? 0
    return (try next(after: response, from: url), offset)
  }

  /// A failure after which the upload may be tried anew.
  private struct PassingFailure: Error {
    var error: ImageTransferError
    var retryAfter: String?
  }

  private func sendOnce(_ request: RegistryRequest, of descriptor: Descriptor) async throws -> HTTPClientResponse {
    let response: HTTPClientResponse
    do {
      response = try await session.send(request)
    } catch let error as ImageTransferError where error.code == .unreachable {
      throw PassingFailure(error: error, retryAfter: nil)
    }
    guard RegistryTransport.isPassing(response.status) else { return response }
    throw PassingFailure(
      error: await session.failure(response, "does not take blob \(descriptor.digest)"),
      retryAfter: response.headers.first(name: "Retry-After"))
  }
}
