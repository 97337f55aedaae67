/// A call of one action of a service, in a form that can be signed again.
struct AWSRequest: Sendable {
  /// As signatures name it: `ecr`.
  let service: String
  let action: String
  let region: AWSRegion
  /// The service's own host.
  let host: String
  /// All are signed. `Host` and those of the signature are added.
  let headers: [AWSHeader]
  let body: [UInt8]

  /// `ecr:GetAuthorizationToken in us-east-1`
  var name: String { "\(service):\(action) in \(region)" }

  private init(
    service: String, action: String, region: AWSRegion, host: String, headers: [AWSHeader], body: [UInt8]
  ) {
    self.service = service
    self.action = action
    self.region = region
    self.host = host
    self.headers = headers
    self.body = body
  }

  /// In AWS's JSON protocol 1.1.
  ///
  /// - Parameters:
  ///   - target: The name that the service has in that protocol.
  ///   - body: A JSON object.
  static func json(
    service: String, target: String, action: String, region: AWSRegion, host: String, body: [UInt8]
  ) -> AWSRequest {
    AWSRequest(
      service: service, action: action, region: region, host: host,
      headers: [
        AWSHeader("Content-Type", "application/x-amz-json-1.1"), AWSHeader("X-Amz-Target", "\(target).\(action)"),
      ], body: body)
  }

  /// In AWS's query protocol, which is answered in XML.
  static func query(
    service: String, version: String, action: String, region: AWSRegion, host: String,
    parameters: [(name: String, value: String)]
  ) -> AWSRequest {
    let all = [("Action", action), ("Version", version)] + parameters
    let form = all.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
    return AWSRequest(
      service: service, action: action, region: region, host: host,
      headers: [AWSHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
      body: Array(form.utf8))
  }
}
