package import Model

/// The last event of the chain at some time: a checkpoint.
///
/// Kept outside of the machine it proves, later, that everything up to it is as it was.
package struct AuditHead: Hashable, Sendable {
  package enum ParseError: Error, Equatable {
    case malformed(String)
  }

  package let sequence: Int64
  package let hash: Digest
  /// When the event was recorded. Nil in a checkpoint that was written down without it.
  package let at: Timestamp?

  package init(sequence: Int64, hash: Digest, at: Timestamp? = nil) {
    self.sequence = sequence
    self.hash = hash
    self.at = at
  }

  /// Reads `SEQUENCE:sha256:…`, as ``description`` writes it.
  package init(_ text: String) throws(ParseError) {
    guard let colon = text.firstIndex(of: ":"), let sequence = Int64(text[..<colon]), sequence > 0 else {
      throw .malformed(text)
    }
    do {
      self.init(sequence: sequence, hash: try Digest(String(text[text.index(after: colon)...])))
    } catch {
      throw .malformed(text)
    }
  }
}

extension AuditHead: CustomStringConvertible {
  package var description: String { "\(sequence):\(hash)" }
}
