import Foundation
import Model
import OCI
import SystemPackage

/// An OCI layout on disk with one small image, for tools that read such.
enum ImageLayout {
  /// An empty tar, compressed.
  static let layer = [UInt8](
    Data(base64Encoded: "H4sIAAAAAAAC/2NgGAWjYBSMVAAALq+17wAEAAA=") ?? Data())
  static let layerDiffID = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

  /// - Returns: the manifest's digest.
  static func write(to directory: FilePath, tag: String) throws -> Digest {
    let blobs = BlobStore(root: directory.appending("blobs"))
    let configuration = Array(
      """
      {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["\(layerDiffID)"]}}
      """.utf8)
    let manifest = ImageManifest(
      config: Descriptor(
        mediaType: .ociConfiguration, digest: try blobs.put(configuration), size: Int64(configuration.count)),
      layers: [Descriptor(mediaType: .ociLayerGzip, digest: try blobs.put(layer), size: Int64(layer.count))]
    ).encoded()
    let digest = try blobs.put(manifest)
    let index = ImageIndex(manifests: [
      Descriptor(
        mediaType: .ociManifest, digest: digest, size: Int64(manifest.count),
        annotations: ["org.opencontainers.image.ref.name": tag])
    ])
    try Data(index.encoded()).write(to: URL(filePath: directory.appending("index.json").string))
    try Data(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)
      .write(to: URL(filePath: directory.appending("oci-layout").string))
    return digest
  }
}
