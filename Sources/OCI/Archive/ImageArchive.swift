package import Model

/// The tarball that carries an image from build to scan to push.
///
/// What is written is the layout of Docker 25 and later: an OCI image layout with the `manifest.json` of a docker-archive beside it,
/// so that readers of either kind open it. Layers and manifest are the very bytes of the blob store.
package enum ImageArchive {
  /// What was written.
  package struct Receipt: Hashable, Sendable {
    /// Of the whole file.
    package let digest: Digest
    /// In bytes.
    package let size: Int64
  }

  /// What was read.
  package struct Contents: Hashable, Sendable {
    /// Of the whole file, taken from the same bytes that the image was read from.
    package let archiveDigest: Digest
    /// In bytes.
    package let archiveSize: Int64
    package let image: StoredImage
    /// The names that the archive gives the image, as they are written.
    package let references: [String]
  }

  /// One element of `manifest.json`.
  struct DockerManifestItem: Codable {
    let config: String
    let repoTags: [String]?
    let layers: [String]?

    enum CodingKeys: String, CodingKey {
      case config = "Config"
      case repoTags = "RepoTags"
      case layers = "Layers"
    }
  }

  struct LayoutVersion: Codable {
    var imageLayoutVersion = "1.0.0"
  }

  static let referenceNameAnnotation = "org.opencontainers.image.ref.name"
  static let imageNameAnnotation = "io.containerd.image.name"
}

package typealias ArchiveReceipt = ImageArchive.Receipt
package typealias ArchiveContents = ImageArchive.Contents
