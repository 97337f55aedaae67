import FoundationEssentials

/// Text with signatures under it, as https://c2sp.org/signed-note has it.
package struct SignedNote: Hashable, Sendable {
  private struct Signature: Hashable {
    let name: String
    let identifier: [UInt8]
    let bytes: [UInt8]
  }

  /// Lines, each with its newline; the blank line before the signatures does not belong to it.
  package let text: String
  private let signatures: [Signature]

  /// - Parameter text: ends with a newline.
  package init(_ text: String, signedBy key: SigningKey) throws(AttestationError) {
    precondition(text.hasSuffix("\n"), "a note's text ends with a newline")
    self.text = text
    signatures = [
      Signature(
        name: key.verifier.name, identifier: key.verifier.identifier,
        bytes: try key.signature(of: Array(text.utf8)))
    ]
  }

  /// Reads a note; its signatures are not checked yet.
  package init(parsing note: String) throws(AttestationError) {
    func malformed(_ reason: String) -> AttestationError {
      AttestationError(.malformedNote, "this is no signed note: \(reason)")
    }
    guard !note.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" }) else {
      throw malformed("it has control characters")
    }
    guard note.utf8.last == UInt8(ascii: "\n") else { throw malformed("its last line does not end") }
    // The last empty line separates; a signature is never empty.
    let lines = note.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    guard let blank = lines.lastIndex(of: ""), blank > 0, blank < lines.count - 1 else {
      throw malformed("it has no blank line with signatures after it")
    }
    text = lines[..<blank].map { $0 + "\n" }.joined()
    var signatures = [Signature]()
    for line in lines[(blank + 1)...] {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 3, words[0] == "—", !words[1].isEmpty, let bytes = Data(base64Encoded: String(words[2])),
        bytes.count >= 5
      else { throw malformed("“\(line)” is no signature") }
      signatures.append(
        Signature(name: String(words[1]), identifier: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4))))
    }
    self.signatures = signatures
  }

  /// - Throws: ``AttestationError`` unless the key signed this text. Signatures of other keys say nothing.
  package func verify(with key: VerifierKey) throws(AttestationError) {
    let own = signatures.filter { $0.name == key.name && $0.identifier == key.identifier }
    guard !own.isEmpty else {
      let names = signatures.map(\.name).joined(separator: ", ")
      throw AttestationError(.unknownKey, "the note is signed by \(names), and not by \(key.name) with the known key")
    }
    guard own.contains(where: { key.isValid($0.bytes, for: Array(text.utf8)) }) else {
      throw AttestationError(
        .invalidSignature, "the signature of \(key.name) is not over this text: the note was altered")
    }
  }

  package var description: String {
    text + "\n"
      + signatures.map { "— \($0.name) " + Data($0.identifier + $0.bytes).base64EncodedString() + "\n" }.joined()
  }
}
