package import Model

/// A layer in a blob store.
package struct LayerBlob: Hashable, Sendable, Codable {
  /// Of the compressed bytes.
  package let descriptor: Descriptor
  /// Of the uncompressed tar archive: what the configuration lists.
  package let diffID: Digest
  /// In bytes.
  package let uncompressedSize: Int64

  package init(descriptor: Descriptor, diffID: Digest, uncompressedSize: Int64) {
    self.descriptor = descriptor
    self.diffID = diffID
    self.uncompressedSize = uncompressedSize
  }
}
