import Glibc
package import Model
import SystemPackage

extension BlobStore {
  /// Whether the store holds the content, as a file of its own or in a pack.
  ///
  /// - Throws: ``OCIError`` when the packs cannot be looked at.
  package func isStored(_ digest: Digest) throws -> Bool {
    if contains(digest) { return true }
    let packs = BlobPacks(of: self)
    try packs.refresh()
    return packs.find(RawDigest(digest)) != nil
  }

  /// The blobs that nobody needs and that nobody has put, or found to be there, since `barrier` (nanoseconds since 1970).
  package func unneeded(before barrier: Int64, keeping isKept: (Digest) -> Bool) throws -> [(
    digest: Digest, size: Int64
  )] {
    var found = [(digest: Digest, size: Int64)]()
    for name in try fileNames() {
      // Other names are no blobs: files that are being written.
      guard let digest = try? Digest(hex: name), !isKept(digest) else { continue }
      guard let status = try? FileStatus(of: path(of: digest)) else { continue }  // Removed meanwhile.
      if status.modified < barrier { found.append((digest, status.size)) }
    }
    return found
  }

  /// Removes blobs, except those that were dated anew since `barrier`.
  ///
  /// - Returns: the bytes that are free now.
  package func sweep(_ digests: [Digest], before barrier: Int64) throws -> Int64 {
    let lock = try DirectoryLock(in: root, exclusively: true)
    defer { lock.release() }
    var freed: Int64 = 0
    for digest in digests {
      // Looked at again under the lock: meanwhile a run may have come to need it.
      guard let status = try? FileStatus(of: path(of: digest)), status.modified < barrier else { continue }
      try remove(digest)
      freed += status.size
    }
    return freed
  }

  /// Removes files that a process which died had begun to write.
  package func removeAbandoned(before barrier: Int64) throws {
    for name in try fileNames() where name.hasPrefix(".new-") {
      let path = root.appending("sha256").appending(name)
      // One that is not there any more has got its name.
      guard let status = try? FileStatus(of: path), status.modified < barrier else { continue }
      _ = path.withPlatformString { unlink($0) }
    }
  }

  private func fileNames() throws(OCIError) -> [String] {
    let directory = root.appending("sha256")
    guard let stream = directory.withPlatformString({ opendir($0) }) else {
      if errno == ENOENT { return [] }
      throw OCIError(Errno(rawValue: errno), "read the directory “\(directory)”")
    }
    defer { closedir(stream) }
    var names = [String]()
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}
