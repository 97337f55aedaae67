package import Model
package import SystemPackage

/// Goes through the entries of a layer blob without touching the disk.
///
/// Whiteouts come as the files they are written as: see ``LayerEntry/whiteout``.
package final class LayerReader {
  private let reader: TarReader

  /// - Throws: ``OCIError``: `.notFound`, `.corrupt`.
  package init(_ layer: Descriptor, in store: BlobStore) throws {
    // Asked for its sake: the error names the blob and the store.
    _ = try store.size(of: layer.digest)
    reader = try TarReader(reading: store.path(of: layer.digest), name: "layer \(layer.digest)")
  }

  /// Of a file that holds a tar archive, compressed or not.
  package init(file: FilePath) throws {
    reader = try TarReader(reading: file)
  }

  /// The next entry, nil at the end. The content of the current one that was not read is skipped.
  package func next() throws -> LayerEntry? { try reader.next() }

  /// The next piece of the current file's content, empty at its end; valid until the next call of this reader.
  package func readContent() throws -> UnsafeRawBufferPointer { try reader.readContent() }

  /// The whole content of the current file.
  /// - Throws: ``OCIError`` with `.unsupported` when it is longer than `limit` bytes.
  package func readContent(limit: Int) throws -> [UInt8] { try reader.readContent(limit: limit) }

  /// Reads the rest and gives the diffID: the digest of the uncompressed bytes.
  package func finish() throws -> (diffID: Digest, uncompressedSize: Int64) {
    let digest = try reader.finish()
    return (digest, reader.position)
  }
}
