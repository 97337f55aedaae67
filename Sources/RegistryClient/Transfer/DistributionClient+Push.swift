package import Engine
package import Model
package import OCI

extension DistributionClient {
  /// Pushes an image byte for byte: layers, then the configuration, then the manifest. Then reads the manifest back.
  ///
  /// - Parameter mountSource: A repository of the same registry that may have the layers already.
  /// - Returns: the digest of the manifest that the registry now serves under `name`; the caller compares it.
  /// - Throws: `ImageTransferError`; or an `OCIError` when a blob is not in the store.
  package func push(
    _ image: StoredImage, from blobs: BlobStore, to location: RegistryLocation, as name: ManifestName,
    mountSource: String? = nil, output: OutputSink
  ) async throws -> Digest {
    let manifest = try blobs.manifest(of: image)
    let bytes = try blobs.read(image.manifest.digest)
    let scopes = [.push(location.repository)] + (mountSource.map { [TokenScope.pull($0)] } ?? [])
    let session = session(at: location, scopes: scopes)
    try await session.ping()

    let upload = BlobUpload(
      session: session, blobs: blobs, mountSource: mountSource, monolithicLimit: configuration.monolithicLimit,
      chunkSize: configuration.chunkSize)
    var layers: [Descriptor] = []
    for layer in manifest.layers where !layers.contains(where: { $0.digest == layer.digest }) { layers.append(layer) }
    try await forEach(layers, atMost: configuration.parallelBlobs) { layer in
      try await push(layer, "layer", by: upload, output: output)
    }
    try await push(manifest.config, "configuration", by: upload, output: output)
    try await put(
      ReceivedManifest(mediaType: image.manifest.mediaType, bytes: bytes, digest: image.manifest.digest), as: name,
      in: session)

    guard let readBack = try await self.manifest(name, in: session) else {
      throw ImageTransferError(
        .unexpectedResponse,
        "registry \(session.registry) took \(name.of(location.repository)) and does not know it afterwards")
    }
    return readBack.digest
  }

  private func push(
    _ descriptor: Descriptor, _ kind: String, by upload: BlobUpload, output: OutputSink
  ) async throws {
    let outcome = try await upload.push(descriptor)
    let name = "\(kind) \(descriptor.digest.short)"
    switch outcome {
    case .present: try await output.line("\(name): already there")
    case .mounted: try await output.line("\(name): mounted")
    case .uploaded: try await output.line("\(name): pushed, \(readableSize(descriptor.size))")
    }
  }
}
