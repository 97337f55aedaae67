import Engine
import FoundationEssentials
import NIOHTTP1

/// What AWS says when it does not do what it was asked: the cause of an `ImageTransferError`.
struct AWSRefusal: Error, Hashable {
  let status: Int
  /// `SignatureDoesNotMatch`, `RepositoryAlreadyExistsException`; nil when the answer is not one of AWS's.
  let code: String?
  /// One line of at most 400 characters, without credentials.
  let message: String

  private struct Body: Decodable {
    var __type: String?
    var message: String?
    var Message: String?
  }

  init(status: HTTPResponseStatus, headers: HTTPHeaders, body: [UInt8], credentials: AWSCredentials) {
    self.status = Int(status.code)
    let xml = XMLText(body)
    // A body that is not JSON is XML or a proxy's page; that is not a failure.
    let json = try? JSONDecoder().decode(Body.self, from: Data(body))
    let name = json?.__type ?? headers.first(name: "X-Amzn-ErrorType") ?? xml.first("Code")
    // Names come as `com.amazonaws.ecr#Name` and `Name:http://…` too.
    code = name.flatMap { $0.prefix { $0 != ":" }.split(separator: "#").last.map { Self.line(String($0), 100) } }
    let text = json?.message ?? json?.Message ?? xml.first("Message") ?? ""
    message = Self.line(credentials.redact(text), 400)
  }

  /// What is shown of AWS's words does not get to drive the terminal.
  private static func line(_ text: String, _ limit: Int) -> String {
    let printable = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
    return String(printable.prefix(limit))
  }

  /// Whether the same request may be taken a little later.
  var isPassing: Bool {
    if RegistryTransport.isPassing(HTTPResponseStatus(statusCode: status)) { return true }
    // In the JSON protocol, too many requests have status 400.
    return [
      "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
      "TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "PriorRequestNotComplete",
    ].contains(code)
  }

  /// - Parameter action: `ecr:GetAuthorizationToken in us-east-1`
  func error(_ action: String) -> ImageTransferError {
    var words = [code, message].compactMap(\.self).filter { !$0.isEmpty }
    if words.isEmpty { words = ["status \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)"] }
    return ImageTransferError(
      kind, "AWS refuses \(action): " + words.joined(separator: ": "), cause: self)
  }

  private var kind: ImageTransferError.Code {
    switch code {
    case "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException",
      "MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature",
      "IncompleteSignatureException", "ExpiredToken", "ExpiredTokenException", "RequestExpired",
      "InvalidAccessKeyId", "InvalidToken":
      .unauthenticated
    case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation": .forbidden
    case let code? where code.hasSuffix("NotFoundException"): .notFound
    default:
      switch status {
      case 401: .unauthenticated
      case 403: .forbidden
      case 408, 502, 503, 504: .unreachable
      case 400..<500: .refused
      default: .unexpectedResponse
      }
    }
  }
}
