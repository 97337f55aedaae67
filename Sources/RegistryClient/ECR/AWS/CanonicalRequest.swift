import Model

/// One header of a request; names may come more than once.
struct AWSHeader: Hashable, Sendable {
  let name: String
  let value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A request in the one spelling that both sides hash.
///
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request.
struct CanonicalRequest: Hashable, Sendable {
  let text: String
  /// `host;x-amz-date`
  let signedHeaders: String

  /// - Parameters:
  ///   - target: Path and query as the request's first line has them.
  ///   - headers: All of them go into the text.
  init(method: String, target: String, headers: [AWSHeader], body: Digest, normalizesPath: Bool) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = Self.path(parts[0], normalizing: normalizesPath)
    let query = parts.count == 2 ? Self.query(parts[1]) : ""
    let lines = Self.lines(headers)
    signedHeaders = lines.map(\.name).joined(separator: ";")
    let headerText = lines.map { "\($0.name):\($0.value)\n" }.joined()
    text = [method, path, query, headerText, signedHeaders, body.hex].joined(separator: "\n")
  }

  /// Encoded once more, whatever it was before.
  private static func path(_ path: Substring, normalizing: Bool) -> String {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard normalizing else { return "/" + segments.map { String($0).percentEncoded }.joined(separator: "/") }
    var kept: [Substring] = []
    for segment in segments {
      switch segment {
      case "", ".": break
      case "..": _ = kept.popLast()
      default: kept.append(segment)
      }
    }
    let endsInDirectory = ["", ".", ".."].contains(segments.last ?? "")
    let text = kept.map { "/" + String($0).percentEncoded }.joined()
    return endsInDirectory || kept.isEmpty ? text + "/" : text
  }

  private static func query(_ query: Substring) -> String {
    let parameters = query.split(separator: "&").map { parameter in
      let sides = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return AWSHeader(encodedOnce(sides[0]), sides.count == 2 ? encodedOnce(sides[1]) : "")
    }
    return parameters.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
      .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  /// Unlike the path, what is encoded already stays so.
  private static func encodedOnce(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let decoded = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(decoded)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self).percentEncoded
  }

  private static func lines(_ headers: [AWSHeader]) -> [AWSHeader] {
    var values: [String: [String]] = [:]
    for header in headers {
      let value = header.value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      values[header.name.lowercased(), default: []].append(value)
    }
    return values.map { AWSHeader($0.key, $0.value.joined(separator: ",")) }.sorted { $0.name < $1.name }
  }
}
