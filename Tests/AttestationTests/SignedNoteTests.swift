import Attestation
import Model
import Testing

@Suite struct SignedNoteTests {
  // The specification's own example: https://c2sp.org/signed-note has the note, Go's sumdb/note the key's form.
  private static func key(_ name: String = "example.org/log") throws -> SigningKey {
    try SigningKey.generate { _ in name }
  }

  @Test func `a note is read as it is written, and its signature holds`() throws {
    let key = try Self.key()
    let note = try SignedNote("one\n\ntwo\n", signedBy: key)
    let read = try SignedNote(parsing: note.description)
    #expect(read == note)
    #expect(read.text == "one\n\ntwo\n")
    try read.verify(with: key.verifier)
  }

  @Test func `a signature is a line with a dash, the name, and four bytes of the key before those of Ed25519`() throws {
    let key = try Self.key()
    let line = try #require(try SignedNote("x\n", signedBy: key).description.split(separator: "\n").last)
    let words = line.split(separator: " ")
    #expect(words.prefix(2) == ["—", "example.org/log"])
    // 68 bytes.
    #expect(words[2].count == 92)
  }

  @Test func `an altered text is refused`() throws {
    let key = try Self.key()
    let note = try SignedNote("size 10\n", signedBy: key).description
    let altered = try SignedNote(parsing: "size 11\n" + note.dropFirst("size 10\n".count))
    #expect {
      try altered.verify(with: key.verifier)
    } throws: {
      ($0 as? AttestationError)?.code == .invalidSignature
    }
  }

  @Test func `another key of the same name is not known`() throws {
    let note = try SignedNote("x\n", signedBy: try Self.key())
    let other = try Self.key().verifier
    #expect {
      try note.verify(with: other)
    } throws: {
      ($0 as? AttestationError)?.code == .unknownKey
    }
  }

  @Test(arguments: [
    "", "x\n", "x\n\n", "x\n\n— name\n", "x\n\nname AAAA\n", "x\n\n— n !!!!\n", "\u{1}\n\n— n AAAAAAAA\n",
  ])
  func `what is no note is refused`(_ text: String) {
    #expect(throws: AttestationError.self) { try SignedNote(parsing: text) }
  }

  @Test func `keys are read as they are written`() throws {
    let key = try Self.key()
    #expect(try SigningKey(text: key.text + "\n").verifier == key.verifier)
    #expect(try VerifierKey(text: key.verifier.text) == key.verifier)
    #expect(key.verifier.text.hasPrefix("example.org/log+"))
    // The private key is not in the public one.
    #expect(!key.verifier.text.contains(try #require(key.text.split(separator: "+").last)))
  }

  @Test(arguments: ["", "name", "name+00000000+AAAA", "a b+00000000+AAAA", "PRIVATE+KEY+a+b+c"])
  func `what is no key is refused`(_ text: String) {
    #expect(throws: AttestationError.self) { try VerifierKey(text: text) }
    #expect(throws: AttestationError.self) { try SigningKey(text: text) }
  }

  /// The public key of the Go checksum database, as every Go release carries it.
  @Test func `a verifier key that others made is read`() throws {
    let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    #expect(try VerifierKey(text: text).text == text)
  }

  @Test func `a checkpoint is read as it is written`() throws {
    let digest = try Digest(hex: String(repeating: "0a", count: 32))
    let checkpoint = Checkpoint(origin: "example.org/log", size: 7, hash: digest)
    #expect(checkpoint.text.split(separator: "\n").count == 3)
    #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
    #expect(throws: AttestationError.self) { try Checkpoint(text: "a\n07\nAAAA\n") }
  }

  @Test func `an envelope is signed over its type too`() throws {
    let key = try Self.key()
    let statement = Statement(
      subjects: [Statement.Subject(name: "a", digest: try Digest(hex: String(repeating: "0a", count: 32)))],
      predicateType: "https://example.org/p", predicate: ["b": 1])
    let envelope = try statement.envelope(signedBy: key)
    #expect(envelope.isSigned(by: key.verifier))
    #expect(!envelope.isSigned(by: try Self.key().verifier))
    #expect(envelope.payloadType == Statement.payloadType)
  }
}
