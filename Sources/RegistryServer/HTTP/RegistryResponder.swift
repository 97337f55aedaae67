import HTTPTypes
import Hummingbird
import OCI

/// Answers the requests of the OCI distribution protocol, version 1.1, out of a ``RegistryStore``.
struct RegistryResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let store: RegistryStore
  /// Takes one line for each answer, without a line end: `PUT /v2/test-image/manifests/new-1 201`.
  let log: @Sendable (String) -> Void

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    try await respond(to: request)
  }

  func respond(to request: Request) async throws -> Response {
    let response: Response
    do {
      response = try await answer(request)
    } catch let error as RegistryServerError {
      response = try Response(error)
    } catch let error as OCIError {
      // What the client can cause is caught where it is done; the rest is the blob store's own failure.
      response = try Response(RegistryServerError(.inputOutput, error.message, cause: error))
    }
    let path = (request.head.path ?? "/").prefix { $0 != "?" }
    log("\(request.head.method.rawValue) \(path) \(response.status.code)")
    return request.head.method == .head ? response.createHeadResponse() : response
  }

  private func answer(_ request: Request) async throws -> Response {
    let target = try RequestTarget(request.head.path ?? "/")
    let endpoint = try Endpoint(path: target.path)
    switch (endpoint, request.head.method) {
    case (.base, .get), (.base, .head):
      return try Response(json: [String: String](), headers: [.dockerDistributionVersion: "registry/2.0"])
    case (.catalog, .get): return try catalog(page: Page(target.query))
    case (.tags(let name), .get): return try tags(of: name, page: Page(target.query))
    case (.referrers(let name, let subject), .get):
      return try referrers(of: subject, in: name, artifactType: target.query["artifactType"])

    case (.blob(let name, let digest), .get), (.blob(let name, let digest), .head):
      return try blob(digest, in: name, range: request.head.headerFields[.range])
    case (.blob(let name, let digest), .delete):
      try store.removeBlob(digest, from: name)
      return Response(status: .accepted)

    case (.uploads(let name), .post): return try await startUpload(in: name, query: target.query, request)
    case (.upload(let name, let identifier), .get), (.upload(let name, let identifier), .head):
      return try progress(of: store.upload(identifier, in: name), status: .noContent)
    case (.upload(let name, let identifier), .patch):
      return try await append(request, to: store.upload(identifier, in: name))
    case (.upload(let name, let identifier), .put):
      return try await finish(store.upload(identifier, in: name), query: target.query, request)
    case (.upload(let name, let identifier), .delete):
      try store.cancel(store.upload(identifier, in: name))
      return Response(status: .noContent)

    case (.manifest(let name, let reference), .get), (.manifest(let name, let reference), .head):
      return try manifest(reference, in: name)
    case (.manifest(let name, let reference), .put):
      return try await putManifest(reference, in: name, request)
    case (.manifest(let name, let reference), .delete):
      try store.removeManifest(reference, from: name)
      return Response(status: .accepted)

    default:
      throw RegistryServerError(
        .methodNotAllowed, "\(request.head.method.rawValue) is not part of the protocol for “\(target.path)”")
    }
  }
}
