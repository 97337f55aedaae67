import NIOHTTP1
import SystemPackage

/// One request to a registry, in a form that can be sent again.
struct RegistryRequest: Sendable {
  enum Body: Sendable {
    case none
    case bytes([UInt8])
    case file(FileSlice)
  }

  var method: HTTPMethod
  var url: String
  var headers: HTTPHeaders = [:]
  var body: Body = .none
  /// False for uploads: after half of one, the registry's session is not where it was.
  var isRepeatable = true

  init(
    _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: Body = .none, isRepeatable: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.isRepeatable = isRepeatable
  }
}
