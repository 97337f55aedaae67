package import Model

/// Points at a blob: what it is, its digest and its size in bytes.
///
/// See the OCI image specification, descriptor.md.
package struct Descriptor: Hashable, Sendable, Codable {
  package let mediaType: MediaType
  package let digest: Digest
  /// In bytes.
  package let size: Int64
  package let annotations: [String: String]?
  package let platform: Platform?

  package init(
    mediaType: MediaType, digest: Digest, size: Int64, annotations: [String: String]? = nil, platform: Platform? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.annotations = annotations
    self.platform = platform
  }
}
