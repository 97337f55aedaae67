package import Model

/// Who we are for AWS. It prints as dots.
package struct AWSCredentials: Hashable, Sendable {
  /// `AKIA…` of a user, `ASIA…` of a session.
  package let accessKey: ConcealedText
  package let secretKey: ConcealedText
  /// Only of a session.
  package let sessionToken: ConcealedText?

  package init(accessKey: ConcealedText, secretKey: ConcealedText, sessionToken: ConcealedText? = nil) {
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.sessionToken = sessionToken
  }

  /// Takes out of a text of AWS's whatever must not be seen: a refused signature is answered with what was signed.
  func redact(_ text: String) -> String {
    let secrets = [sessionToken, secretKey, accessKey].compactMap { $0?.revealed }.filter { !$0.isEmpty }
    return secrets.reduce(text) { $0.replacing($1, with: "***") }
  }
}

/// Knows who we are for AWS.
package protocol AWSCredentialsProvider: Sendable {
  /// Asked again for each exchange, so that a session may be renewed.
  ///
  /// - Throws: `ImageTransferError` or `CancellationError`.
  func credentials() async throws -> AWSCredentials
}
