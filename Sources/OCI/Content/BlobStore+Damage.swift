package import Model

extension BlobStore {
  /// The blobs with files of their own that are not what their names say. Reads all of them.
  package func damaged() throws -> [(digest: Digest, size: Int64)] {
    // Nothing is kept and everything is old: all blobs.
    try unneeded(before: .max) { _ in false }.filter { blob in
      do {
        return try Digest.ofFile(at: path(of: blob.digest)).digest != blob.digest
      } catch let error as OCIError where error.code == .notFound {
        return false  // Removed meanwhile.
      }
    }
  }
}

extension BlobPacks {
  /// The packs with contents that are not what their digests say, and how many each has. Reads all of them.
  ///
  /// ``rewrite(_:keeping:)`` leaves such contents out.
  package func damaged() throws -> [(pack: BlobPack, count: Int)] {
    var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    return try all.compactMap { pack in
      var count = 0
      try pack.forEach { digest, place in
        if buffer.count < place.length {
          buffer.deallocate()
          buffer = .allocate(byteCount: place.length, alignment: 64)
        }
        try pack.read(place, into: buffer)
        if RawDigest(of: UnsafeRawBufferPointer(rebasing: buffer[..<place.length])) != digest { count += 1 }
      }
      return count == 0 ? nil : (pack, count)
    }
  }
}
