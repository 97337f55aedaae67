package import Model

/// A claim about artifacts, as https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md has it.
package struct Statement: Hashable, Sendable {
  package struct Subject: Hashable, Sendable {
    package let name: String
    package let digest: Digest

    package init(name: String, digest: Digest) {
      self.name = name
      self.digest = digest
    }
  }

  package static let payloadType = "application/vnd.in-toto+json"

  package let subjects: [Subject]
  package let predicateType: String
  package let predicate: Value

  package init(subjects: [Subject], predicateType: String, predicate: Value) {
    self.subjects = subjects
    self.predicateType = predicateType
    self.predicate = predicate
  }

  package var document: Value {
    [
      "_type": "https://in-toto.io/Statement/v1",
      "subject": .list(
        subjects.map { ["name": .string($0.name), "digest": ["sha256": .string($0.digest.hex)]] }),
      "predicateType": .string(predicateType), "predicate": predicate,
    ]
  }

  package func envelope(signedBy key: SigningKey) throws(AttestationError) -> Envelope {
    try Envelope(Array(document.canonicalJSON.utf8), type: Self.payloadType, signedBy: key)
  }
}
