import Glibc
import Model
import SystemPackage

/// Which uncompressed content a compressed layer has, remembered so that it is worked out once: `diff-ids/<layer's hex>`.
///
/// Digests never change their meaning, so an entry is true for ever. A lost or damaged one costs only time.
extension BlobStore {
  private func recordPath(of layer: Digest) -> FilePath { root.appending("diff-ids").appending(layer.hex) }

  func recordedDiffID(of layer: Digest) -> Digest? {
    // Absent and unreadable are the same: it has to be worked out.
    guard let bytes = try? FileReader.firstBytes(of: recordPath(of: layer), count: 128) else { return nil }
    return try? Digest(String(decoding: bytes, as: UTF8.self))
  }

  func record(diffID: Digest, of layer: Digest) throws {
    let path = recordPath(of: layer)
    if path.withPlatformString({ access($0, F_OK) }) == 0 { return }
    let directory = path.removingLastComponent()
    try directory.createDirectories()
    let file = try TemporaryFile(in: directory)
    try Array(diffID.description.utf8).withUnsafeBytes { try file.write($0) }
    try file.rename(to: path, permissions: FilePermissions(rawValue: 0o444), syncing: false)
  }

  /// The digest of a layer's content, decompressed if need be.
  static func diffID(ofLayerAt path: FilePath, name: String) throws -> Digest {
    let source = try Compression(of: path).source(reading: path, name: name)
    var hasher = SHA256Hasher()
    while true {
      let piece = try source.nextPiece()
      if piece.isEmpty { return hasher.finalize() }
      hasher.update(piece)
    }
  }
}
