package import Attestation
import Glibc
import Model
package import SystemPackage

/// The key that signs checkpoints and attestations of one ledger, in `audit.key` of the state directory.
package struct SigningKeyFile: Sendable {
  package let path: FilePath

  /// - Parameter stateDirectory: need not exist.
  package init(stateDirectory: FilePath) {
    path = stateDirectory.appending("audit.key")
  }

  /// The key's name, and the origin of the checkpoints: no two ledgers share it, wherever they are copied to.
  private static func name(_ publicKey: [UInt8]) -> String {
    "slipway.ledger/" + HashValue(of: publicKey).digest.short
  }

  /// - Returns: nil when there is none yet.
  /// - Throws: ``LedgerError``.
  package func read() throws(LedgerError) -> SigningKey? {
    let text: String
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      let bytes = try descriptor.closeAfter {
        try [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
          count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
      }
      text = String(decoding: bytes, as: UTF8.self)
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch {
      throw LedgerError(.permission, "the signing key “\(path)” cannot be read: \(error)", cause: error)
    }
    do {
      return try SigningKey(text: text)
    } catch {
      throw LedgerError(.corrupt, "“\(path)”: \(error.message)", cause: error)
    }
  }

  /// The key, made if there is none: only the owner may read its file, and it is there as a whole or not at all.
  /// - Throws: ``LedgerError``.
  package func readOrMake() throws(LedgerError) -> SigningKey {
    if let key = try read() { return key }
    do {
      let key = try SigningKey.generate(name: Self.name)
      let new = FilePath(path.string + ".new-" + String(UInt64.random(in: .min ... .max), radix: 36))
      let descriptor = try FileDescriptor.open(
        new, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      defer { unlink(new.string) }
      try descriptor.closeAfter {
        try descriptor.writeAll((key.text + "\n").utf8)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
      // Two that make a key at once must end up with the same one: a rename would replace the first.
      if link(new.string, path.string) == 0 { return key }
      if errno != EEXIST, rename(new.string, path.string) == 0 { return key }
    } catch {
      throw LedgerError(.inputOutput, "the signing key “\(path)” cannot be made: \(error)", cause: error)
    }
    guard let key = try read() else {
      throw LedgerError(.inputOutput, "the signing key “\(path)” cannot be made: \(Errno(rawValue: errno))")
    }
    return key
  }
}

extension AuditHead {
  /// The head as a checkpoint that `key` vouches for.
  package func note(signedBy key: SigningKey) throws(AttestationError) -> SignedNote {
    try SignedNote(Checkpoint(origin: key.verifier.name, size: sequence, hash: hash).text, signedBy: key)
  }

  /// Reads a signed checkpoint.
  /// - Throws: ``AttestationError`` unless `key` signed it under its own name.
  package init(note: String, verifiedWith key: VerifierKey) throws(AttestationError) {
    let note = try SignedNote(parsing: note)
    try note.verify(with: key)
    let checkpoint = try Checkpoint(text: note.text)
    guard checkpoint.origin == key.name, checkpoint.size > 0 else {
      throw AttestationError(
        .malformedNote, "the checkpoint is of the log \(checkpoint.origin), and not of \(key.name)")
    }
    self.init(sequence: checkpoint.size, hash: checkpoint.hash)
  }
}
