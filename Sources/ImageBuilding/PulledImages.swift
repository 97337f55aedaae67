import Glibc
package import Model
package import OCI
package import SystemPackage

/// Which image a registry last gave for a reference: what `IfNotPresent` and `Never` look for.
///
/// One small file for each reference and platform. Blobs that were pruned meanwhile make an image one that is not there.
package struct PulledImages: Sendable {
  private let directory: FilePath
  private let store: BlobStore

  package init(directory: FilePath, store: BlobStore) {
    self.directory = directory
    self.store = store
  }

  /// - Returns: nil when the image was never pulled, or not all of it is there any more.
  package func image(_ reference: ImageReference, platform: Platform) -> StoredImage? {
    // A file that cannot be read is as good as none: the image is pulled again.
    guard let bytes = try? FileReader.firstBytes(of: file(reference, platform), count: 1024) else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 3, let digest = try? Digest(words[1]), let size = Int64(words[2]) else { return nil }
    let image = StoredImage(
      manifest: Descriptor(mediaType: MediaType(rawValue: words[0]), digest: digest, size: size, platform: platform))
    guard let manifest = try? store.manifest(of: image),
      ([manifest.config] + manifest.layers).allSatisfy({ store.contains($0.digest) })
    else { return nil }
    return image
  }

  /// - Throws: `Errno` when it cannot be written.
  package func remember(_ image: StoredImage, as reference: ImageReference, platform: Platform) throws {
    try directory.createDirectories()
    let destination = file(reference, platform)
    let temporary = FilePath(destination.string + ".new-" + String(UInt64.random(in: .min ... .max), radix: 36))
    let text = "\(image.manifest.mediaType.rawValue) \(image.digest) \(image.manifest.size)\n"
    do {
      let descriptor = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try descriptor.closeAfter {
        try descriptor.writeAll(text.utf8)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
      let result = temporary.withPlatformString { from in destination.withPlatformString { rename(from, $0) } }
      guard result == 0 else { throw Errno(rawValue: errno) }
    } catch {
      _ = temporary.withPlatformString { unlink($0) }
      throw error
    }
  }

  /// By the digest of the name: references may be longer than names of files.
  private func file(_ reference: ImageReference, _ platform: Platform) -> FilePath {
    directory.appending(Digest(of: "\(reference) \(platform)".utf8).hex)
  }
}
