import Model
import OCI

/// Signs requests for AWS with Signature Version 4.
///
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
struct SignatureV4: Sendable {
  let credentials: AWSCredentials
  let region: String
  /// As signatures name it: `ecr`, `sts`.
  let service: String
  /// Whether `//` and `..` are taken out of the path before it is signed: by all services but S3.
  var normalizesPath = true
  /// Whether the session token's header is signed too: by nearly all services.
  var signsSessionToken = true
  /// Whether the digest of the body goes into a header of its own, which S3 wants.
  var namesBodyDigest = false

  /// What is signed.
  struct Request: Sendable {
    var method: String
    /// Path and query as the request's first line has them.
    var target: String
    /// All of them are signed. `Host` must be there; what a proxy may change must not.
    var headers: [AWSHeader]
    /// Of the body, be it empty.
    var body: Digest
  }

  /// - Parameter time: Now. AWS refuses what is more than some minutes off.
  /// - Returns: the headers that the request must have beside its own.
  func headers(for request: Request, at time: Timestamp) -> [AWSHeader] {
    let added = addedHeaders(request, time)
    let canonical = canonicalRequest(request, at: time)
    let signature = signature(of: stringToSign(canonical, at: time), at: time)
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey.revealed)/\(scope(time)), "
      + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
    return added.signed + added.unsigned + [AWSHeader("Authorization", authorization)]
  }

  func canonicalRequest(_ request: Request, at time: Timestamp) -> CanonicalRequest {
    CanonicalRequest(
      method: request.method, target: request.target, headers: request.headers + addedHeaders(request, time).signed,
      body: request.body, normalizesPath: normalizesPath)
  }

  func stringToSign(_ request: CanonicalRequest, at time: Timestamp) -> String {
    let digest = Digest(of: Array(request.text.utf8)).hex
    return ["AWS4-HMAC-SHA256", Self.basicFormat(time), scope(time), digest].joined(separator: "\n")
  }

  /// In hexadecimal digits.
  func signature(of text: String, at time: Timestamp) -> String {
    var key = Array("AWS4\(credentials.secretKey.revealed)".utf8)
    for part in scope(time).split(separator: "/") {
      key = MessageAuthenticationCode.sha256(Array(part.utf8), key: key)
    }
    let code = MessageAuthenticationCode.sha256(Array(text.utf8), key: key)
    return code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func addedHeaders(_ request: Request, _ time: Timestamp) -> (signed: [AWSHeader], unsigned: [AWSHeader]) {
    var signed = [AWSHeader("X-Amz-Date", Self.basicFormat(time))]
    var unsigned: [AWSHeader] = []
    if let token = credentials.sessionToken {
      let header = AWSHeader("X-Amz-Security-Token", token.revealed)
      if signsSessionToken { signed.append(header) } else { unsigned.append(header) }
    }
    if namesBodyDigest { signed.append(AWSHeader("x-amz-content-sha256", request.body.hex)) }
    return (signed, unsigned)
  }

  private func scope(_ time: Timestamp) -> String {
    "\(Self.basicFormat(time).prefix(8))/\(region)/\(service)/aws4_request"
  }

  /// `20150830T123600Z`
  private static func basicFormat(_ time: Timestamp) -> String {
    time.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }
}
