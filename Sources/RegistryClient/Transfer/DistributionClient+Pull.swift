import AsyncHTTPClient
package import Engine
import Model
import NIOCore
import NIOHTTP1
package import OCI

extension DistributionClient {
  /// Brings an image into a blob store: the manifest for `platform`, its configuration and its layers, each checked against its
  /// digest and its size.
  ///
  /// - Returns: nil when the registry does not have the image.
  /// - Throws: `ImageTransferError`; also when it has the image, but not for this platform.
  package func pull(
    _ name: ManifestName, from location: RegistryLocation, platform: Platform, into blobs: BlobStore, output: OutputSink
  ) async throws -> StoredImage? {
    let session = session(at: location, scopes: [.pull(location.repository)])
    try await session.ping()
    guard let found = try await manifest(name, in: session) else { return nil }
    let received = try await select(found, for: platform, name: name, in: session)
    let image = name.of(location.repository)
    let manifest: ImageManifest
    do {
      manifest = try ImageManifest(decoding: received.bytes)
    } catch {
      throw ImageTransferError(
        .unexpectedResponse, "registry \(session.registry) sends no usable manifest for \(image): \(error.message)",
        cause: error)
    }
    var descriptors = [manifest.config]
    for layer in manifest.layers where !descriptors.contains(where: { $0.digest == layer.digest }) {
      descriptors.append(layer)
    }
    try await forEach(descriptors, atMost: configuration.parallelBlobs) { descriptor in
      try await pull(descriptor, in: session, into: blobs, output: output)
    }
    let digest = try blobs.put(received.bytes)
    return StoredImage(
      manifest: Descriptor(mediaType: manifest.mediaType, digest: digest, size: Int64(received.bytes.count)))
  }

  private func select(
    _ received: ReceivedManifest, for platform: Platform, name: ManifestName, in session: RegistrySession
  ) async throws -> ReceivedManifest {
    guard received.mediaType.isIndex else { return received }
    let image = name.of(session.location.repository)
    let index: ImageIndex
    do {
      index = try ImageIndex(decoding: received.bytes)
    } catch {
      throw ImageTransferError(
        .unexpectedResponse, "registry \(session.registry) sends no usable index for \(image): \(error.message)",
        cause: error)
    }
    guard let descriptor = index.manifest(for: platform) else {
      let offered = index.manifests.compactMap(\.platform).filter { $0.os != "unknown" }.map(\.description)
      throw ImageTransferError(
        .notFound,
        "registry \(session.registry) has \(image) for \(offered.joined(separator: ", ")), but not for \(platform)")
    }
    guard let manifest = try await manifest(.digest(descriptor.digest), in: session) else {
      throw ImageTransferError(
        .notFound, "registry \(session.registry) lists \(image) for \(platform), but lacks that manifest")
    }
    return manifest
  }

  private func pull(
    _ descriptor: Descriptor, in session: RegistrySession, into blobs: BlobStore, output: OutputSink
  ) async throws {
    let name = descriptor.digest.short
    if blobs.contains(descriptor.digest) {
      try await output.line("\(name): already here")
      return
    }
    do {
      try await download(descriptor, in: session, into: blobs)
    } catch let error as OCIError {
      let code: ImageTransferError.Code = error.code == .digestMismatch ? .digestMismatch : .unexpectedResponse
      throw ImageTransferError(
        code, "blob \(descriptor.digest) from registry \(session.registry): \(error.message)", cause: error)
    }
    try await output.line("\(name): pulled, \(readableSize(descriptor.size))")
  }

  /// Streams a blob into the store. When the connection breaks, it goes on from where it was.
  private func download(_ descriptor: Descriptor, in session: RegistrySession, into blobs: BlobStore) async throws {
    var writer = try blobs.makeWriter()
    var received: Int64 = 0
    var attempt = 0
    while true {
      var request = RegistryRequest(.GET, session.url("blobs/\(descriptor.digest)"))
      if received > 0 { request.headers.add(name: "Range", value: "bytes=\(received)-") }
      let response = try await session.send(request)
      let continues =
        received > 0 && response.status == .partialContent
        && response.headers.first(name: "Content-Range")?.hasPrefix("bytes \(received)-") == true
      guard response.status == .ok || continues else {
        throw await session.failure(response, "does not give out blob \(descriptor.digest)")
      }
      if !continues && received > 0 {
        writer = try blobs.makeWriter()
        received = 0
      }
      do {
        for try await piece in response.body {
          received += Int64(piece.readableBytes)
          guard received <= descriptor.size else { throw wrongSize(descriptor, "more", session) }
          try piece.withUnsafeReadableBytes { try writer.write($0) }
        }
      } catch let error where error is ImageTransferError || error is OCIError || error is CancellationError {
        throw error
      } catch {
        try Task.checkCancellation()
        guard attempt < transport.retry.limit else {
          throw RegistryTransport.explained(error, registry: session.registry)
        }
        try await transport.sleep(transport.retry.delay(attempt: attempt, retryAfter: nil))
        attempt += 1
        continue
      }
      guard received == descriptor.size else { throw wrongSize(descriptor, "only \(received)", session) }
      try writer.commit(expecting: descriptor.digest)
      return
    }
  }

  private func wrongSize(_ descriptor: Descriptor, _ found: String, _ session: RegistrySession) -> ImageTransferError {
    ImageTransferError(
      .digestMismatch,
      "blob \(descriptor.digest) from registry \(session.registry) should have \(descriptor.size) bytes and has \(found)"
    )
  }
}
