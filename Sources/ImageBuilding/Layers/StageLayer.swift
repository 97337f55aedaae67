import Model
import OCI

/// One layer of an image under construction.
struct StageLayer: Hashable, Sendable, Codable {
  /// In OCI's media types.
  let descriptor: Descriptor
  let diffID: Digest

  init(descriptor: Descriptor, diffID: Digest) {
    self.descriptor = Descriptor(
      mediaType: descriptor.mediaType.translatedToOCI, digest: descriptor.digest, size: descriptor.size,
      annotations: descriptor.annotations)
    self.diffID = diffID
  }

  init(_ blob: LayerBlob) {
    self.init(descriptor: blob.descriptor, diffID: blob.diffID)
  }
}

extension [StageLayer] {
  /// The identity of the file system that these layers, lowest first, come to. See the OCI image specification, config.md#layer-chainid.
  var chainID: Digest {
    var chain: Digest?
    for layer in self {
      chain = chain.map { Digest(of: "\($0) \(layer.diffID)".utf8) } ?? layer.diffID
    }
    return chain ?? Digest(of: [UInt8]())
  }
}
