/// One link of the audit chain.
package struct AuditEvent: Hashable, Sendable {
  /// From 1, without gaps, over the whole ledger.
  package let sequence: Int64
  package let at: Timestamp
  package let run: ULID?
  /// `run.started`, `step.finished`, `image.built`, `image.scanned`, `image.pushed`, `custody.refused`, …
  package let kind: String
  /// What it is about: a step's path, a digest, a reference.
  package let subject: String
  package let payload: Value
  package let previousHash: Digest
  package let hash: Digest

  package init(
    sequence: Int64, at: Timestamp, run: ULID?, kind: String, subject: String, payload: Value, previousHash: Digest,
    hash: Digest
  ) {
    self.sequence = sequence
    self.at = at
    self.run = run
    self.kind = kind
    self.subject = subject
    self.payload = payload
    self.previousHash = previousHash
    self.hash = hash
  }
}
