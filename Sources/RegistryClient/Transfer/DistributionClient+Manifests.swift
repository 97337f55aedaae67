import AsyncHTTPClient
import Engine
import Model
import NIOCore
import NIOHTTP1
import OCI

/// A manifest or an index as a registry sent it; the digest is that of the bytes.
struct ReceivedManifest: Sendable {
  var mediaType: MediaType
  var bytes: [UInt8]
  var digest: Digest
}

extension DistributionClient {
  private static let manifestLimit = 4 << 20
  private static let acceptedManifests = [MediaType.ociManifest, .ociIndex, .dockerManifest, .dockerManifestList]

  /// Asks for a manifest and checks that it is the one that was asked for.
  ///
  /// - Returns: nil when the registry does not have it.
  /// - Throws: `ImageTransferError`.
  func manifest(_ name: ManifestName, in session: RegistrySession) async throws -> ReceivedManifest? {
    let image = name.of(session.location.repository)
    let accept = HTTPHeaders(Self.acceptedManifests.map { ("Accept", $0.rawValue) })
    let response = try await session.send(
      RegistryRequest(.GET, session.url("manifests/\(name)"), headers: accept))
    if response.status == .notFound {
      await response.discardBody()
      return nil
    }
    guard response.status == .ok else { throw await session.failure(response, "does not give out \(image)") }
    let bytes: [UInt8]
    do {
      bytes = Array(try await response.body.collect(upTo: Self.manifestLimit).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw ImageTransferError(
        .unexpectedResponse, "registry \(session.registry) sends a manifest of \(image) that is longer than 4 MiB")
    } catch {
      throw RegistryTransport.explained(error, registry: session.registry)
    }
    let digest = Digest(of: bytes)
    if case .digest(let expected) = name, expected != digest {
      throw ImageTransferError(
        .digestMismatch, "registry \(session.registry) sends a manifest with the digest \(digest) for \(image)")
    }
    try session.check(response, has: digest, of: image)
    let header = response.headers.first(name: "Content-Type") ?? ""
    let mediaType = MediaType(rawValue: String(header.prefix { $0 != ";" && $0 != " " }))
    return ReceivedManifest(mediaType: mediaType, bytes: bytes, digest: digest)
  }

  /// Sends a manifest whose blobs the registry has, byte for byte.
  func put(_ manifest: ReceivedManifest, as name: ManifestName, in session: RegistrySession) async throws {
    let image = name.of(session.location.repository)
    let response = try await session.send(
      RegistryRequest(
        .PUT, session.url("manifests/\(name)"), headers: ["Content-Type": manifest.mediaType.rawValue],
        body: .bytes(manifest.bytes)))
    guard response.status == .created else { throw await session.failure(response, "does not take \(image)") }
    await response.discardBody()
    try session.check(response, has: manifest.digest, of: image)
  }
}

extension RegistrySession {
  /// Compares `Docker-Content-Digest`, where the registry gives a SHA-256 at all, with what was sent or received.
  fileprivate func check(_ response: HTTPClientResponse, has digest: Digest, of image: String) throws {
    guard let header = response.headers.first(name: "Docker-Content-Digest"), header.hasPrefix("sha256:") else {
      return
    }
    guard header == digest.description else {
      throw ImageTransferError(
        .digestMismatch, "registry \(registry) says that the manifest of \(image) is \(header), but it is \(digest)")
    }
  }
}
