import HTTPTypes
import Hummingbird
import Model
import NIOCore
import OCI

extension RegistryResponder {
  /// Mounts, takes a whole blob, or opens a session; see spec.md#pushing-blobs.
  func startUpload(in repository: RepositoryName, query: [String: String], _ request: Request) async throws -> Response
  {
    if let text = query["mount"], let from = query["from"] {
      let digest = try Endpoint.digest(text)
      // A source that is not a name is a source that has nothing: the specification lets the client upload then.
      if let source = try? RepositoryName(from), try store.mount(digest, from: source, into: repository) {
        return created(digest, in: repository)
      }
    }
    if let text = query["digest"] {
      let digest = try Endpoint.digest(text)
      try await receive(request.body, as: digest, in: repository)
      return created(digest, in: repository)
    }
    return try progress(of: store.startUpload(in: repository), status: .accepted)
  }

  /// Takes one chunk; without a `Content-Range` it continues where the last one ended.
  func append(_ request: Request, to session: UploadSession) async throws -> Response {
    do {
      try await write(request, to: session)
    } catch let error as RegistryServerError where error.code == .rangeInvalid {
      return try Response(error, headers: progress(of: session, status: .rangeNotSatisfiable).headers)
    }
    return try progress(of: session, status: .accepted)
  }

  /// Takes the last chunk or the whole blob, and closes the session.
  func finish(_ session: UploadSession, query: [String: String], _ request: Request) async throws -> Response {
    guard let text = query["digest"] else {
      throw RegistryServerError(.digestInvalid, "an upload is finished with ?digest=")
    }
    let digest = try Endpoint.digest(text)
    let isWholeBlob = try session.size() == 0 && request.head.headerFields[.contentRange] == nil
    if isWholeBlob {
      try await receive(request.body, as: digest, in: session.repository)
      try store.cancel(session)
    } else {
      do {
        try await write(request, to: session)
      } catch let error as RegistryServerError where error.code == .rangeInvalid {
        return try Response(error, headers: progress(of: session, status: .rangeNotSatisfiable).headers)
      }
      try store.finish(session, expecting: digest)
    }
    return created(digest, in: session.repository)
  }

  func progress(of session: UploadSession, status: HTTPResponse.Status) throws -> Response {
    Response(
      status: status,
      headers: [
        .location: "/v2/\(session.repository)/blobs/uploads/\(session.identifier)",
        .range: "0-\(max(0, try session.size() - 1))",
        .dockerUploadIdentifier: session.identifier,
      ])
  }

  private func created(_ digest: Digest, in repository: RepositoryName) -> Response {
    Response(
      status: .created,
      headers: [.location: "/v2/\(repository)/blobs/\(digest)", .dockerContentDigest: digest.description])
  }

  /// Hashes while it writes, so that a blob that comes in one piece is written once.
  private func receive(_ body: RequestBody, as digest: Digest, in repository: RepositoryName) async throws {
    let writer = try store.blobs.makeWriter()
    for try await piece in body {
      try piece.withUnsafeReadableBytes { try writer.write($0) }
    }
    try store.commit(writer, expecting: digest, in: repository)
  }

  private func write(_ request: Request, to session: UploadSession) async throws {
    let file = try session.open()
    let start = file.size
    var expected: Int64?
    if let header = request.head.headerFields[.contentRange] {
      guard let range = ByteRange(chunk: header) else {
        throw RegistryServerError(.blobUploadInvalid, "the Content-Range “\(header)” is not <first>-<last>")
      }
      guard range.offset == start else {
        throw RegistryServerError(.rangeInvalid, "the next byte of this upload is \(start), not \(range.offset)")
      }
      expected = range.count
    }
    for try await piece in request.body {
      try piece.withUnsafeReadableBytes { try file.append($0) }
    }
    if let expected, file.size - start != expected {
      let received = file.size - start
      try file.truncate(to: start)
      throw RegistryServerError(.sizeInvalid, "the Content-Range is \(expected) bytes long, the body \(received)")
    }
  }
}
