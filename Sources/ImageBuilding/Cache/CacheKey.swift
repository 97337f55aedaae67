import Model
import OCI

/// Builds the key of a step from everything that its result depends on. Every part is preceded by its length, so that no two
/// different lists of parts give the same key.
struct CacheKey {
  /// To be raised when the same inputs come to give other layers.
  private static let version = "slipway-layer-1"

  private var hasher = SHA256Hasher()

  init(_ kind: String) {
    add(Self.version)
    add(kind)
  }

  mutating func add(_ bytes: [UInt8]) {
    var length = UInt64(bytes.count).littleEndian
    withUnsafeBytes(of: &length) { hasher.update($0) }
    hasher.update(bytes)
  }

  mutating func add(_ text: String) { add(Array(text.utf8)) }
  mutating func add(_ number: some BinaryInteger) { add(String(number)) }
  mutating func add(_ digest: Digest) { add(digest.hex) }

  /// Nil and empty are not the same.
  mutating func add(_ text: String?) {
    add(text == nil ? 0 : 1)
    if let text { add(text) }
  }

  mutating func add(_ texts: [String]) {
    add(texts.count)
    for text in texts { add(text) }
  }

  func digest() -> Digest { hasher.finalize() }
}
