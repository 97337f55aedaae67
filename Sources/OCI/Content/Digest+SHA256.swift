package import Model
package import SystemPackage

private import struct Crypto.SHA256

/// Computes a SHA-256 from bytes that come piece by piece.
package struct SHA256Hasher {
  private var hash = SHA256()

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    hash.update(bufferPointer: bytes)
  }

  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  package func finalize() -> Digest {
    Digest(sha256: Array(hash.finalize()))
  }
}

extension Digest {
  /// The digest of these bytes.
  package init(of bytes: [UInt8]) {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    self = hasher.finalize()
  }

  package init(of bytes: some Sequence<UInt8>) {
    self.init(of: Array(bytes))
  }

  /// Reads the file once, in pieces.
  /// - Throws: ``OCIError`` when it cannot be read.
  package static func ofFile(at path: FilePath) throws -> (digest: Digest, size: Int64) {
    let reader = try FileReader(opening: path)
    var hasher = SHA256Hasher()
    try reader.readAll { hasher.update($0) }
    return (hasher.finalize(), reader.position)
  }
}
