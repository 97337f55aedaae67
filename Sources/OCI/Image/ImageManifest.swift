import Model

/// Lists the configuration and the layers of one image for one platform: OCI's manifest and Docker's schema 2.
///
/// See the OCI image specification, manifest.md.
package struct ImageManifest: Hashable, Sendable, Codable {
  package let schemaVersion: Int
  package let mediaType: MediaType
  package let config: Descriptor
  /// Lowest first.
  package let layers: [Descriptor]
  package let annotations: [String: String]?

  package init(
    mediaType: MediaType = .ociManifest, config: Descriptor, layers: [Descriptor],
    annotations: [String: String]? = nil
  ) {
    schemaVersion = 2
    self.mediaType = mediaType
    self.config = config
    self.layers = layers
    self.annotations = annotations
  }

  /// - Throws: ``OCIError`` when the bytes are not a manifest; Docker's schema 1 and indexes are not.
  package init(decoding bytes: [UInt8]) throws(OCIError) {
    self = try CanonicalJSON.decode(ImageManifest.self, from: bytes, name: "the image manifest")
    guard schemaVersion == 2, mediaType.isManifest else {
      throw OCIError(.unsupported, "“\(mediaType)” (schema version \(schemaVersion)) is not an image manifest")
    }
  }

  /// The same value always gives the same bytes.
  package func encoded() -> [UInt8] { CanonicalJSON.encode(self) }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion, mediaType, config, layers, annotations
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schemaVersion = try container.decode(Int.self, forKey: .schemaVersion)
    // The OCI specification only recommends the field in the manifest itself.
    mediaType = try container.decodeIfPresent(MediaType.self, forKey: .mediaType) ?? .ociManifest
    config = try container.decode(Descriptor.self, forKey: .config)
    layers = try container.decodeIfPresent([Descriptor].self, forKey: .layers) ?? []
    annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
  }
}

/// Lists manifests for several platforms: OCI's index and Docker's manifest list.
///
/// See the OCI image specification, image-index.md.
package struct ImageIndex: Hashable, Sendable, Codable {
  package let schemaVersion: Int
  package let mediaType: MediaType
  package let manifests: [Descriptor]
  package let annotations: [String: String]?

  package init(
    mediaType: MediaType = .ociIndex, manifests: [Descriptor], annotations: [String: String]? = nil
  ) {
    schemaVersion = 2
    self.mediaType = mediaType
    self.manifests = manifests
    self.annotations = annotations
  }

  /// - Throws: ``OCIError`` when the bytes are not an index.
  package init(decoding bytes: [UInt8]) throws(OCIError) {
    self = try CanonicalJSON.decode(ImageIndex.self, from: bytes, name: "the image index")
    guard schemaVersion == 2, mediaType.isIndex else {
      throw OCIError(.unsupported, "“\(mediaType)” (schema version \(schemaVersion)) is not an image index")
    }
  }

  package func encoded() -> [UInt8] { CanonicalJSON.encode(self) }

  /// The first manifest for `platform`; a descriptor without a platform fits when it is the only one.
  package func manifest(for platform: Platform) -> Descriptor? {
    if let exact = manifests.first(where: { $0.platform == platform }) { return exact }
    let sameMachine = manifests.first {
      $0.platform?.os == platform.os && $0.platform?.architecture == platform.architecture
    }
    if let sameMachine, platform.variant == nil { return sameMachine }
    return manifests.count == 1 && manifests[0].platform == nil ? manifests[0] : nil
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion, mediaType, manifests, annotations
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schemaVersion = try container.decode(Int.self, forKey: .schemaVersion)
    mediaType = try container.decodeIfPresent(MediaType.self, forKey: .mediaType) ?? .ociIndex
    manifests = try container.decodeIfPresent([Descriptor].self, forKey: .manifests) ?? []
    annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations)
  }
}
