import FoundationEssentials
package import Model

/// A signed payload, as https://github.com/secure-systems-lab/dsse has it.
package struct Envelope: Hashable, Sendable {
  package let payloadType: String
  package let payload: [UInt8]
  private let keyID: String
  private let signature: [UInt8]

  package init(_ payload: [UInt8], type: String, signedBy key: SigningKey) throws(AttestationError) {
    self.payload = payload
    payloadType = type
    keyID = key.verifier.keyID
    signature = try key.signature(of: Self.preAuthenticated(payload, type: type))
  }

  /// What is signed: type and payload, each with its length, so that neither can be taken for a part of the other.
  private static func preAuthenticated(_ payload: [UInt8], type: String) -> [UInt8] {
    Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
  }

  package func isSigned(by key: VerifierKey) -> Bool {
    keyID == key.keyID && key.isValid(signature, for: Self.preAuthenticated(payload, type: payloadType))
  }

  package var document: Value {
    [
      "payloadType": .string(payloadType), "payload": .string(Data(payload).base64EncodedString()),
      "signatures": [["keyid": .string(keyID), "sig": .string(Data(signature).base64EncodedString())]],
    ]
  }
}
