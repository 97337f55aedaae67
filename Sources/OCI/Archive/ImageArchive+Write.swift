package import Model
package import SystemPackage

extension ImageArchive {
  /// Writes an archive; a file of that name is replaced when the new one is complete. The same image and references give the
  /// same bytes. Missing directories are made.
  /// - Throws: ``OCIError``: `.digestMismatch` when a blob of the store is damaged.
  @discardableResult
  package static func write(
    _ image: StoredImage, references: [ImageReference], from store: BlobStore, to path: FilePath
  ) throws -> Receipt {
    let manifest = try store.manifest(of: image)
    let directory = path.removingLastComponent()
    let parent = directory.isEmpty ? FilePath(".") : directory
    try parent.createDirectories()
    if let status = try? FileStatus(of: path, followingLinks: true), status.kind == .directory {
      throw OCIError(.inputOutput, "the image archive cannot be written to “\(path)”, which is a directory")
    }
    let writer = ArchiveWriter(try TemporaryFile(in: parent))

    try writer.addDirectory("blobs")
    try writer.addDirectory("blobs/sha256")
    let blobs = Set([image.manifest.digest, manifest.config.digest] + manifest.layers.map(\.digest))
    for digest in blobs.sorted() { try writer.addBlob(digest, from: store) }
    try writer.addFile("index.json", CanonicalJSON.encode(index(of: image, references: references)))
    let item = DockerManifestItem(
      config: blobPath(manifest.config.digest), repoTags: references.compactMap(\.nameAndTag),
      layers: manifest.layers.map { blobPath($0.digest) })
    try writer.addFile("manifest.json", CanonicalJSON.encode([item]))
    try writer.addFile("oci-layout", CanonicalJSON.encode(LayoutVersion()))
    return try writer.finish(at: path)
  }

  static func blobPath(_ digest: Digest) -> String { "blobs/sha256/" + digest.hex }

  /// One descriptor for each name, as Docker writes it, or one without a name.
  private static func index(of image: StoredImage, references: [ImageReference]) -> ImageIndex {
    let descriptors = references.map { reference in
      Descriptor(
        mediaType: image.manifest.mediaType, digest: image.manifest.digest, size: image.manifest.size,
        annotations: [
          imageNameAnnotation: reference.nameAndTag ?? reference.description,
          referenceNameAnnotation: reference.tag ?? reference.description,
        ], platform: image.manifest.platform)
    }
    return ImageIndex(manifests: descriptors.isEmpty ? [image.manifest] : descriptors)
  }
}

extension ImageReference {
  /// Nil for a reference by digest alone, which `RepoTags` cannot express.
  fileprivate var nameAndTag: String? { tag.map { name + ":" + $0 } }
}

/// Writes members to a file and hashes the file on the way.
private final class ArchiveWriter {
  private let file: TemporaryFile
  private var hasher = SHA256Hasher()

  init(_ file: TemporaryFile) {
    self.file = file
  }

  func addDirectory(_ path: String) throws {
    try write(header(LayerEntry(path: FilePath(path), kind: .directory, permissions: 0o755)))
  }

  func addFile(_ path: String, _ bytes: [UInt8]) throws {
    try write(header(LayerEntry(path: FilePath(path), kind: .file(size: Int64(bytes.count)), permissions: 0o644)))
    try write(bytes + TarHeader.padding(after: Int64(bytes.count)))
  }

  func addBlob(_ digest: Digest, from store: BlobStore) throws {
    let size = try store.size(of: digest)
    let path = FilePath(ImageArchive.blobPath(digest))
    try write(header(LayerEntry(path: path, kind: .file(size: size), permissions: 0o444)))
    var found = SHA256Hasher()
    try store.readChunks(of: digest) { piece in
      found.update(piece)
      try write(piece)
    }
    guard found.finalize() == digest else {
      throw OCIError(.digestMismatch, "blob \(digest) in the store “\(store.root)” is damaged")
    }
    try write(TarHeader.padding(after: size))
  }

  func finish(at path: FilePath) throws -> ImageArchive.Receipt {
    try write(TarHeader.trailer)
    try file.rename(to: path, permissions: FilePermissions(rawValue: 0o644))
    return ImageArchive.Receipt(digest: hasher.finalize(), size: file.size)
  }

  private func header(_ entry: LayerEntry) -> [UInt8] { TarHeader.encode(entry, modificationTime: 0) }

  private func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    hasher.update(bytes)
    try file.write(bytes)
  }
}
