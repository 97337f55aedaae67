/// What the bytes of a blob are, as an OCI or Docker manifest names it.
package struct MediaType: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package static let ociManifest = MediaType(rawValue: "application/vnd.oci.image.manifest.v1+json")
  package static let ociIndex = MediaType(rawValue: "application/vnd.oci.image.index.v1+json")
  package static let ociConfiguration = MediaType(rawValue: "application/vnd.oci.image.config.v1+json")
  package static let ociLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar")
  package static let ociLayerGzip = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+gzip")
  package static let ociLayerZstd = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+zstd")
  package static let dockerManifest = MediaType(rawValue: "application/vnd.docker.distribution.manifest.v2+json")
  package static let dockerManifestList = MediaType(
    rawValue: "application/vnd.docker.distribution.manifest.list.v2+json")
  package static let dockerConfiguration = MediaType(rawValue: "application/vnd.docker.container.image.v1+json")
  package static let dockerLayer = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar")
  package static let dockerLayerGzip = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip")
  package static let dockerLayerZstd = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.zstd")

  package var isManifest: Bool { self == .ociManifest || self == .dockerManifest }
  package var isIndex: Bool { self == .ociIndex || self == .dockerManifestList }
  package var isLayer: Bool {
    [.ociLayer, .ociLayerGzip, .ociLayerZstd, .dockerLayer, .dockerLayerGzip, .dockerLayerZstd].contains(self)
  }

  /// The OCI name for the same bytes: Docker's layers, configurations and manifests have one each.
  package var translatedToOCI: MediaType {
    switch self {
    case .dockerManifest: .ociManifest
    case .dockerManifestList: .ociIndex
    case .dockerConfiguration: .ociConfiguration
    case .dockerLayer: .ociLayer
    case .dockerLayerGzip: .ociLayerGzip
    case .dockerLayerZstd: .ociLayerZstd
    default: self
    }
  }

  package var description: String { rawValue }

  package init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
