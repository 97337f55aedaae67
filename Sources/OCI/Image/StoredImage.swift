package import Model

/// An image all of whose blobs are in a blob store: the manifest, the configuration and every layer.
package struct StoredImage: Hashable, Sendable {
  package let manifest: Descriptor

  package init(manifest: Descriptor) {
    self.manifest = manifest
  }

  package var digest: Digest { manifest.digest }
}

extension BlobStore {
  /// - Throws: ``OCIError`` when the blob is missing, damaged or no manifest.
  package func manifest(of image: StoredImage) throws -> ImageManifest {
    try ImageManifest(decoding: read(image.manifest.digest))
  }

  package func configuration(of image: StoredImage) throws -> ImageConfiguration {
    try ImageConfiguration(decoding: read(manifest(of: image).config.digest, limit: 16 << 20))
  }

  /// Stores a configuration and a manifest over layers that are in the store already.
  package func put(
    configuration: ImageConfiguration, layers: [Descriptor], mediaType: MediaType = .ociManifest,
    annotations: [String: String]? = nil
  ) throws -> StoredImage {
    let bytes = configuration.encoded()
    let config = Descriptor(
      mediaType: mediaType == .dockerManifest ? .dockerConfiguration : .ociConfiguration,
      digest: try put(bytes), size: Int64(bytes.count))
    let manifest = ImageManifest(mediaType: mediaType, config: config, layers: layers, annotations: annotations)
    let encoded = manifest.encoded()
    return StoredImage(
      manifest: Descriptor(
        mediaType: mediaType, digest: try put(encoded), size: Int64(encoded.count),
        platform: configuration.platform))
  }
}
