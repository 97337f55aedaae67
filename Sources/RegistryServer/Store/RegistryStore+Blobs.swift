package import Model
package import OCI

extension RegistryStore {
  /// Whether the repository shows this blob: it was uploaded or mounted there, and its bytes are still in the blob store.
  package func contains(_ digest: Digest, in repository: RepositoryName) -> Bool {
    layer(digest, of: repository).exists && blobs.contains(digest)
  }

  /// The blob's size in bytes.
  ///
  /// - Throws: ``RegistryServerError`` with `.blobUnknown` when the repository does not show it.
  package func size(of digest: Digest, in repository: RepositoryName) throws -> Int64 {
    guard contains(digest, in: repository) else {
      throw RegistryServerError(.blobUnknown, "repository “\(repository)” has no blob \(digest)")
    }
    return try blobs.size(of: digest)
  }

  /// Shows in `repository` a blob that `source` shows already.
  ///
  /// - Returns: false when `source` does not show it.
  package func mount(_ digest: Digest, from source: RepositoryName, into repository: RepositoryName) throws -> Bool {
    guard contains(digest, in: source) else { return false }
    try layer(digest, of: repository).touch()
    return true
  }

  /// Stores what was written, and shows it in `repository`.
  ///
  /// - Throws: ``RegistryServerError`` with `.digestInvalid` when the bytes have another digest; nothing is stored then.
  package func commit(_ writer: BlobWriter, expecting digest: Digest, in repository: RepositoryName) throws {
    do {
      try writer.commit(expecting: digest)
    } catch  where error.code == .digestMismatch {
      throw RegistryServerError(.digestInvalid, error.message, cause: error)
    }
    try layer(digest, of: repository).touch()
  }

  /// Hides the blob from this repository. Its bytes stay in the blob store, where others may need them.
  package func removeBlob(_ digest: Digest, from repository: RepositoryName) throws {
    guard try layer(digest, of: repository).remove() else {
      throw RegistryServerError(.blobUnknown, "repository “\(repository)” has no blob \(digest)")
    }
  }
}
