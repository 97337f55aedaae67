/// The path and the query of a request, percent-decoded.
struct RequestTarget: Hashable {
  /// Always begins with `/`.
  var path: String
  /// Of a name that is given twice the first value.
  var query: [String: String] = [:]

  /// - Throws: ``RegistryServerError`` with `.unsupported` when a percent sign is not followed by two hexadecimal digits.
  init(_ text: String) throws {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = try Self.decode(parts.first ?? "")
    if !path.hasPrefix("/") { path = "/" + path }
    guard parts.count == 2 else { return }
    for pair in parts[1].split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decode(sides[0])
      if query[name] == nil { query[name] = sides.count == 2 ? try Self.decode(sides[1]) : "" }
    }
  }

  private static func decode(_ text: Substring) throws -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst(),
        let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16), high != UInt8(ascii: "+")
      else { throw RegistryServerError(.unsupported, "the request's path is not percent-encoded correctly") }
      bytes.append(value)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
