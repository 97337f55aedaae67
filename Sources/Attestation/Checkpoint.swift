import FoundationEssentials
package import Model

/// The head of a log in the text form of https://c2sp.org/tlog-checkpoint: origin, size, hash, a line each.
///
/// The hash is that of the chain's last event and no Merkle root: it stands for all events up to it, but there are no
/// proofs about single ones.
package struct Checkpoint: Hashable, Sendable {
  package let origin: String
  package let size: Int64
  package let hash: Digest

  package init(origin: String, size: Int64, hash: Digest) {
    self.origin = origin
    self.size = size
    self.hash = hash
  }

  /// Reads a note's text. Lines after the third are extensions, and mean nothing here.
  package init(text: String) throws(AttestationError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 4, !lines[0].isEmpty, let size = Int64(lines[1]), size >= 0, String(size) == lines[1],
      let bytes = Data(base64Encoded: String(lines[2])), bytes.count == 32
    else {
      throw AttestationError(
        .malformedNote, "this is no checkpoint: it has an origin, a number and a hash, each in a line of its own")
    }
    self.init(origin: String(lines[0]), size: size, hash: Digest(sha256: bytes))
  }

  package var text: String {
    let bytes = stride(from: 0, to: 64, by: 2).compactMap { index -> UInt8? in
      UInt8(hash.hex.dropFirst(index).prefix(2), radix: 16)
    }
    return "\(origin)\n\(size)\n\(Data(bytes).base64EncodedString())\n"
  }
}
